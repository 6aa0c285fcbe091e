# ruff: noqa: ARG002 - fakes take what the ports give
"""The gateway's surroundings, small and in memory, for tests of what it does with them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.ports import (
    RESYNC,
    Change,
    ContractChange,
    Forwarded,
    Listed,
    Place,
    Sought,
    Standing,
    Then,
    WhoIAm,
)
from gateway.application.session import LeftAlone, Session, furthest
from gateway.application.steps import (
    ActivationState,
    Factor,
    LoginPassed,
    Method,
    PendingLogin,
    Proof,
    Purpose,
    Step,
    TotpSetup,
)
from gateway.projections.application_board import APPLICATION_BOARD, ApplicationRow, ApplicationStep, AppliedFor
from gateway.projections.contract_board import CONTRACT_BOARD, ContractRow
from gateway.projections.contract_text import SEPARATOR, search_entry
from gateway.projections.credential import CredentialRow
from gateway.projections.early_fact import EARLY_FACT, EarlyFactRow
from gateway.projections.group import EVERYTHING, GroupRow
from gateway.projections.incident_board import INCIDENT_BOARD, IncidentNews, IncidentRow
from gateway.projections.maintenance_board import MAINTENANCE_BOARD, MaintenanceMove, MaintenanceRow
from gateway.projections.open_session import OpenSessionRow
from gateway.projections.person import PERSON, PersonRow
from gateway.projections.status_history import STATUS_HISTORY, StatusHistoryRow
from gateway.projections.tenant import TenantRow
from gateway.projections.tenant_policy import TenantPolicyRow
from gateway.projections.tenant_service import TENANT_SERVICE, TenantServiceRow
from gateway.sources.contracts import Affected
from kernel.application.projection import ReadModel
from kernel.domain.errors import Denied, Gone, Invalid, NotFound, TooManyTries, Unauthenticated, Unavailable
from kernel.domain.recorded import LogPosition

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TENANT = UUID("019abcde-0000-7000-8000-000000000001")
OTHER_TENANT = UUID("019abcde-0000-7000-8000-000000000002")
USER = UUID("019abcde-0000-7000-8000-000000000011")
SESSION_ID = UUID("019abcde-0000-7000-8000-000000000021")
CONTRACT = UUID("019abcde-0000-7000-8000-000000000031")
GROUP = UUID("019abcde-0000-7000-8000-000000000041")
EVERYBODY = UUID("019abcde-0000-7000-8000-000000000042")
START = LogPosition(service="identity", epoch=1, partition=2, position=7)


class Clock:
    """A clock that stands still until told."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time

    def forward(self, by: timedelta) -> None:
        self.time += by


def person(**changes: Any) -> PersonRow:
    """Return the administrator of the application form, who is in the group of all permissions."""
    row = PersonRow(
        user_id=USER,
        tenant_id=TENANT,
        name="佐藤 花子",
        email="hanako.sato@example.co.jp",
        role="PORTAL_ADMIN",
        origin="APPLICATION_FORM",
        mail_language="ja",
        screen_language=None,
        timezone="Asia/Tokyo",
        second_factor="TOTP",
        groups=(EVERYBODY,),
    )
    return replace(row, **changes)


def contract(number: int = 1, **changes: Any) -> ContractRow:
    """Return a contract of the first tenant."""
    row = ContractRow(
        contract_id=UUID(int=CONTRACT.int + number),
        tenant_id=TENANT,
        contract_number=f"N{number:09}",
        service_name="smart-pbx",
        option_type=None,
        distinguish_name="本社",
        site="東京",
        vpn_group_id="V000000001",
        extension_ids=("1001", "1002"),
        external_numbers=("050-1234-5678",),
        channels=4,
        options=("recording",),
        service_status="NORMAL",
        activated_at=NOW,
        changed_at=NOW,
        status_since=NOW,
        version=1,
    )
    return replace(row, **changes)


def application(number: int = 1, **changes: Any) -> ApplicationRow:
    """Return the first tenant's application of the contract of a number."""
    tenant_id = changes.get("tenant_id", TENANT)
    row = ApplicationRow(
        application_id=UUID(int=CONTRACT.int + 999 + number),
        tenant_id=tenant_id,
        application_number="A-2026-000123",
        company_name="株式会社さくら商事",
        contracts=(
            AppliedFor(
                contract_id=UUID(int=CONTRACT.int + number),
                contract_number=f"N{number:09}",
                service_name="smart-pbx",
                tenant_id=tenant_id,
            ),
        ),
        received_at=NOW,
        steps=(ApplicationStep(at=NOW, state="ACKNOWLEDGED", order_status=1, note=""),),
    )
    return replace(row, **changes)


def affected(number: int = 1, **changes: Any) -> Affected:
    """Return a contract of the first tenant as facts about something else name it."""
    row = contract(number, **changes)
    return Affected(
        contract_id=row.contract_id,
        contract_number=row.contract_number,
        service_name=row.service_name,
        tenant_id=row.tenant_id,
    )


def incident(number: int = 1, **changes: Any) -> IncidentRow:
    """Return an incident that touches the first contract."""
    row = IncidentRow(
        incident_id=UUID(int=CONTRACT.int + 2000 + number),
        incident_number=f"T{number:09}",
        title="音声品質低下",
        category="SERVICE",
        contracts=(affected(),),
        status="ANALYZING",
        clears_at=NOW + timedelta(hours=2),
        started_at=NOW + timedelta(minutes=number),
        told_at=NOW + timedelta(minutes=number),
        news=(IncidentNews(at=NOW, status="ANALYZING", text="調査しています", clears_at=None),),
    )
    return replace(row, **changes)


def maintenance(number: int = 1, **changes: Any) -> MaintenanceRow:
    """Return planned work on the first contract, in so many days."""
    starts_at = NOW + timedelta(days=number)
    ends_at = starts_at + timedelta(hours=4)
    row = MaintenanceRow(
        maintenance_id=UUID(int=CONTRACT.int + 3000 + number),
        maintenance_number=f"M{number:09}",
        name="設備更改工事",
        text="最大5分の通信断があります",
        contracts=(affected(),),
        state="PLANNED",
        starts_at=starts_at,
        ends_at=ends_at,
        moves=(MaintenanceMove(at=NOW, state="ANNOUNCED", starts_at=starts_at, ends_at=ends_at, reason=""),),
    )
    return replace(row, **changes)


@dataclass
class FakeBoards:
    """Read models that a test fills by hand."""

    persons: dict[UUID, PersonRow] = field(default_factory=lambda: {USER: person()})
    credentials: dict[UUID, CredentialRow] = field(
        default_factory=lambda: {USER: CredentialRow(user_id=USER, active=True)}
    )
    sessions: dict[UUID, OpenSessionRow] = field(default_factory=dict)
    tenants: dict[UUID, TenantRow] = field(
        default_factory=lambda: {TENANT: TenantRow(tenant_id=TENANT, company_name="株式会社さくら商事")}
    )
    groups: dict[UUID, GroupRow] = field(
        default_factory=lambda: {
            EVERYBODY: GroupRow(group_id=EVERYBODY, tenant_id=TENANT, granted=EVERYTHING),
            GROUP: GroupRow(group_id=GROUP, tenant_id=TENANT),
        }
    )
    """EVERYBODY is the group of all permissions, GROUP one that permits nothing yet."""
    policies: dict[UUID, TenantPolicyRow] = field(default_factory=dict)
    rows: list[ContractRow] = field(default_factory=list)
    received: list[ApplicationRow] = field(default_factory=list)
    incidents: list[IncidentRow] = field(default_factory=list)
    maintenances: list[MaintenanceRow] = field(default_factory=list)
    histories: list[StatusHistoryRow] = field(default_factory=list)
    early: list[EarlyFactRow] = field(default_factory=list)
    down: bool = False

    async def standing(self, tenant_id: UUID, user_id: UUID, session_id: UUID) -> Standing:
        self._answer()
        person = self.persons.get(user_id)
        return Standing(
            person=person,
            credential=self.credentials.get(user_id),
            open_session=self.sessions.get(session_id),
            policy=self.policies.get(tenant_id),
            groups=[self.groups[one] for one in (person.groups if person else ()) if one in self.groups],
        )

    async def tenant(self, tenant_id: UUID) -> TenantRow | None:
        self._answer()
        return self.tenants.get(tenant_id)

    async def contracts(self, tenant_id: UUID) -> Sequence[ContractRow]:
        self._answer()
        return [row for row in self.rows if row.tenant_id == tenant_id]

    async def contract(self, contract_id: UUID) -> ContractRow | None:
        self._answer()
        return next((row for row in self.rows if row.contract_id == contract_id), None)

    def _model(self, model: ReadModel[Any]) -> dict[str, Any]:
        services = {
            f"{row.tenant_id}/{row.service_name}": TenantServiceRow(
                tenant_id=row.tenant_id, service_name=row.service_name
            )
            for row in self.rows
        }
        rows: dict[str, dict[str, Any]] = {
            CONTRACT_BOARD.name: {str(row.contract_id): row for row in self.rows},
            APPLICATION_BOARD.name: {str(row.application_id): row for row in self.received},
            INCIDENT_BOARD.name: {str(row.incident_id): row for row in self.incidents},
            MAINTENANCE_BOARD.name: {str(row.maintenance_id): row for row in self.maintenances},
            STATUS_HISTORY.name: {str(row.contract_id): row for row in self.histories},
            EARLY_FACT.name: {f"{row.contract_number}/{row.fact_id}": row for row in self.early},
            TENANT_SERVICE.name: services,
            PERSON.name: {str(key): row for key, row in self.persons.items()},
        }
        return rows[model.name]

    async def one(self, model: ReadModel[Any], key: str) -> Any:
        self._answer()
        return self._model(model).get(key)

    async def many(self, model: ReadModel[Any], keys: Sequence[str]) -> Mapping[str, Any]:
        self._answer()
        return {key: row for key, row in self._model(model).items() if key in keys}

    async def page(
        self,
        model: ReadModel[Any],
        lists: Sequence[str],
        *,
        limit: int,
        after: Place | None = None,
        descending: bool = False,
    ) -> Sequence[Listed[Any]]:
        self._answer()
        places = {
            (score, member)
            for row in self._model(model).values()
            for name, member, score in model.indexes(row)
            if name in lists
        }
        found = sorted(places, reverse=descending)
        if after is not None:
            behind = (float(after[0]), after[1])
            found = [one for one in found if (one < behind if descending else one > behind)]
        rows = self._model(model)
        return [Listed(rows[member], (repr(score), member)) for score, member in found[:limit]]

    async def count(
        self, groups: Sequence[tuple[ReadModel[Any], Sequence[str]]], *, overlapping: bool = False
    ) -> Sequence[int]:
        self._answer()
        return [
            len({key for key, row in self._model(model).items() if any(one[0] in lists for one in model.indexes(row))})
            for model, lists in groups
        ]

    async def search(self, wanted: Sought, *, limit: int, after: Place | None = None) -> Sequence[Listed[ContractRow]]:
        self._answer()
        seen = [
            row
            for row in sorted(self.rows, key=lambda row: row.contract_number)
            if row.tenant_id == wanted.tenant_id
            and (
                wanted.everything
                or row.service_name in wanted.services
                or f"{row.service_name}/{row.contract_id}" in wanted.contracts
            )
            and wanted.service_name in (None, row.service_name)
            and wanted.service_status in (None, row.service_status)
            and all(word in search_entry(row).split(SEPARATOR)[2] for word in wanted.words)
        ]
        placed = [Listed(row, (str(int(row.contract_number[1:])), "")) for row in seen]
        return [one for one in placed if after is None or float(one.place[0]) > float(after[0])][:limit]

    def _answer(self) -> None:
        if self.down:
            raise Unavailable


@dataclass
class FakeProgress:
    """Read models that have come as far as a test says."""

    behind: bool = False
    deaf: bool = False
    id: str = "v1"
    waits: list[float] = field(default_factory=list)
    listeners: dict[str, list[asyncio.Queue[Change]]] = field(default_factory=lambda: defaultdict(list))

    async def reached(self, positions: Sequence[LogPosition], timeout: float) -> bool:  # noqa: ASYNC109
        self.waits.append(timeout)
        return not (positions and self.behind)

    def shows(self, positions: Sequence[LogPosition]) -> bool:
        return not (positions and self.behind)

    def mark(self) -> object:
        return None if self.deaf else self.id

    def vector(self) -> str:
        return self.id

    async def changes(self, keys: Sequence[str]) -> AsyncIterator[Change]:
        queue: asyncio.Queue[Change] = asyncio.Queue()
        for key in keys:
            self.listeners[key].append(queue)
        while True:
            yield await queue.get()

    def dropped(self) -> Change:
        return Change(self.id, RESYNC)

    def tell(self, key: str, vector: str) -> None:
        self.id = vector
        for queue in self.listeners[key.partition("#")[0]]:
            queue.put_nowait(Change(vector, key))


@dataclass
class FakeSessions:
    """Sessions in a dictionary."""

    now: Clock
    kept: dict[str, Session] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    """Sessions that were left alone, whose ends are to be recorded."""
    down: bool = False
    count: int = 0

    async def open(self, session: Session, idle: timedelta) -> str:
        self._answer()
        self.count += 1
        token = f"session-token-{self.count}"
        self.kept[token] = replace(session, seen_at=self.now())
        return token

    async def find(self, token: str) -> Session | None:
        self._answer()
        session = self.kept.get(token)
        return session if session and session.ends_at > self.now() else None

    async def used(self, token: str, idle: timedelta) -> None:
        self._answer()
        self.kept[token] = replace(self.kept[token], seen_at=self.now())

    async def saw(self, token: str, position: LogPosition) -> None:
        self._answer()
        known = self.kept[token]
        self.kept[token] = replace(known, positions=furthest([*known.positions, position]))

    async def close(self, token: str) -> None:
        self._answer()
        self.kept.pop(token, None)

    async def leave(self, token: str) -> None:
        self._answer()
        if self.kept.pop(token, None):
            self.left.append(token)

    def _answer(self) -> None:
        if self.down:
            raise Unavailable(retry_after=2)


class ContractWasNot(NotFound):
    """As contracts says it."""

    code = "contract-unknown"


class CodeWrong(Unauthenticated):
    """As identity says it."""

    code = "code-wrong"


class PasskeyWrong(Unauthenticated):
    """As identity says it."""

    code = "passkey-wrong"


class CredentialsWrong(Unauthenticated):
    """As identity says it."""

    code = "credentials-wrong"


class ActivationExpired(Gone):
    """As identity says it."""

    code = "activation-expired"


class FactorForbidden(Invalid):
    """As identity says it."""

    code = "second-factor-forbidden"


class IdentityMismatch(Denied):
    """As identity says it."""

    code = "identity-mismatch"


@dataclass
class FakeIdentity:
    """One person with a password, a code and an activation link."""

    boards: FakeBoards
    now: Clock
    password: str = "correct horse battery"
    code: str = "492039"
    asked: list[Asked] = field(default_factory=list)
    ended: list[tuple[UUID, str]] = field(default_factory=list)
    resets: list[WhoIAm] = field(default_factory=list)
    resent: int = 0
    step: Step = Step.CONFIRM
    method: Method = Method.TOTP
    factor: Factor = Factor.TOTP
    """UNSET has the person choose."""
    choices: tuple[Method, ...] = tuple(Method)
    dead: frozenset[str] = frozenset()
    """Links that have expired."""
    chosen: Method | None = None
    passkeys: bool = False
    may_trust: bool = False
    ends_at: datetime | None = None
    trusted: str | None = None
    """What a browser holds that is trusted."""
    down: bool = False

    async def activation_state(self, token: str, asked: Asked) -> ActivationState:
        self._note(asked)
        if token in self.dead:
            raise ActivationExpired
        return self._state()

    async def confirm(self, token: str, who: WhoIAm, asked: Asked) -> ActivationState:
        self._note(asked)
        if who.name != "佐藤 花子":
            raise IdentityMismatch(tries_left=4)
        self.step = Step.PASSWORD
        return self._state()

    async def set_password(self, token: str, password: str, asked: Asked) -> ActivationState:
        self._note(asked)
        self.step = Step.FACTOR if self.factor is Factor.UNSET else Step.TOTP
        return self._state()

    async def choose_factor(self, token: str, second_factor: Method, asked: Asked) -> ActivationState:
        self._note(asked)
        if second_factor not in self.choices:
            raise FactorForbidden
        self.chosen = second_factor
        self.step = Step.TOTP if second_factor is Method.TOTP else Step.DONE
        return self._state()

    async def totp_setup(self, token: str, asked: Asked) -> TotpSetup:
        self._note(asked)
        return TotpSetup(otpauth_uri="otpauth://totp/portal:hanako?secret=JBSWY3DPEHPK3PXP", secret="JBSWY3DPEHPK3PXP")

    async def confirm_totp(self, token: str, code: str, asked: Asked) -> ActivationState:
        self._note(asked)
        self.step = Step.DONE
        return self._state()

    async def ask_for_reset(self, who: WhoIAm, asked: Asked) -> None:
        self._note(asked)
        self.resets.append(who)

    async def begin_login(
        self, email: str, password: str, asked: Asked, trusted: str | None = None
    ) -> PendingLogin | LoginPassed:
        self._note(asked)
        if password != self.password:
            raise CredentialsWrong
        if trusted is not None and trusted == self.trusted:
            return self._passed(Proof.TRUSTED_BROWSER, trusted)
        return self._pending()

    async def login_state(self, login: str, asked: Asked) -> PendingLogin:
        self._note(asked)
        return self._pending()

    async def resend_code(self, login: str, asked: Asked) -> None:
        self._note(asked)
        self.resent += 1

    async def finish_login(self, login: str, code: str, asked: Asked, *, trust: bool = False) -> LoginPassed:
        self._note(asked)
        if code != self.code:
            raise CodeWrong(tries_left=4)
        if trust and self.may_trust:
            self.trusted = "a-trusted-browser"
        return self._passed(Proof.TOTP, self.trusted if trust else None)

    def _passed(self, method: Proof, trusted: str | None) -> LoginPassed:
        self.boards.sessions[SESSION_ID] = OpenSessionRow(
            session_id=SESSION_ID, user_id=USER, method="TOTP", started_at=self.now()
        )
        return LoginPassed(
            session_id=SESSION_ID,
            user_id=USER,
            tenant_id=TENANT,
            method=method,
            started_at=self.now(),
            position=START,
            trusted=trusted,
        )

    async def passkey_question(self, login: str, asked: Asked) -> Mapping[str, Any]:
        self._note(asked)
        return {"challenge": "AAAA", "rpId": "localhost", "allowCredentials": [{"id": "BBBB", "type": "public-key"}]}

    async def finish_by_passkey(
        self, login: str, credential: Mapping[str, Any], asked: Asked, *, trust: bool = False
    ) -> LoginPassed:
        self._note(asked)
        if credential.get("id") != "BBBB":
            raise PasskeyWrong(tries_left=4)
        return self._passed(Proof.PASSKEY, None)

    async def end_session(self, session: Session, reason: str, asked: Asked) -> LogPosition | None:
        self._note(asked)
        self.ended.append((session.session_id, reason))
        return None

    async def expire_session(self, session: LeftAlone, asked: Asked) -> None:
        self._note(asked)
        self.ended.append((session.session_id, "EXPIRED"))

    def _note(self, asked: Asked) -> None:
        self.asked.append(asked)
        if self.down:
            raise Unavailable

    def _pending(self) -> PendingLogin:
        return PendingLogin(
            login="opaque-login",
            method=self.method,
            expires_at=self.now() + timedelta(minutes=10),
            tries_left=5,
            passkeys=self.passkeys,
            may_trust=self.may_trust,
            ends_at=self.ends_at,
        )

    def _state(self) -> ActivationState:
        return ActivationState(
            purpose=Purpose.ACTIVATION,
            state=self.step,
            steps=self._steps(),
            second_factor=Factor(self.chosen) if self.chosen else self.factor,
            choices=self.choices if self.step is Step.FACTOR or (self.chosen and self.step is Step.TOTP) else (),
            expires_at=self.now() + timedelta(hours=72),
            confirm_tries_left=5,
        )

    def _steps(self) -> tuple[Step, ...]:
        begin = (Step.CONFIRM, Step.PASSWORD)
        if self.factor is Factor.TOTP:
            return (*begin, Step.TOTP)
        return (*begin, Step.FACTOR, *((Step.TOTP,) if self.chosen is Method.TOTP else ()))


@dataclass
class FakeUsers:
    """Takes the language and says where the fact stands."""

    chosen: list[str] = field(default_factory=list)
    position: LogPosition = field(
        default_factory=lambda: LogPosition(service="users", epoch=1, partition=3, position=9)
    )

    async def choose_language(self, session: Session, language: str, asked: Asked) -> LogPosition | None:
        self.chosen.append(language)
        return self.position


@dataclass
class FakeContracts:
    """Notes what was passed on."""

    calls: list[tuple[str, Any, str]] = field(default_factory=list)

    async def receive_application(self, form: Mapping[str, Any], client: str, asked: Asked) -> Forwarded:
        self.calls.append(("application", form, asked.key))
        ids = {
            "applicationId": str(UUID(int=1)),
            "tenantId": str(TENANT),
            "administratorId": str(USER),
            "contractIds": [str(CONTRACT)],
        }
        return Forwarded(status=201, body=ids, position=START)

    async def change_contract(
        self, contract_id: UUID, fields: Mapping[str, Any], client: str, asked: Asked
    ) -> Forwarded:
        self.calls.append(("change", fields, asked.key))
        return Forwarded(status=200, body={}, position=START)

    async def change_service_status(self, contract_id: UUID, status: str, client: str, asked: Asked) -> Forwarded:
        self.calls.append(("status", status, asked.key))
        return Forwarded(status=200, body={}, position=START)

    async def terminate(self, contract_id: UUID, client: str, asked: Asked) -> Forwarded:
        self.calls.append(("terminate", contract_id, asked.key))
        return Forwarded(status=200, body={}, position=START)

    async def report(self, path: str, body: Mapping[str, Any], scope: str, client: str, asked: Asked) -> Forwarded:
        self.calls.append((path, body, asked.key))
        answers: dict[str, Any] = {"id": str(CONTRACT), "applicationId": str(CONTRACT), "contractIds": []}
        if "rows" in body:
            answers["rows"] = [{"row": number, "outcome": "done"} for number in range(1, len(body["rows"]) + 1)]
        return Forwarded(status=201, body={**answers, "outcome": "done"}, position=START)


SECRET = "a-secret-that-only-this-test-knows-of"


@dataclass
class FakeOwnContracts:
    """Notes what people asked of the contracts service."""

    calls: list[tuple[str, Any]] = field(default_factory=list)
    memos: dict[UUID, str] = field(default_factory=dict)
    told: list[ContractChange] = field(default_factory=list)
    feeds: dict[UUID, tuple[UUID, UUID]] = field(default_factory=dict)

    async def change_memo(self, session: Session, contract_id: UUID, memo: str, asked: Asked) -> Sequence[LogPosition]:
        self.calls.append(("memo", memo))
        self.memos[contract_id] = memo
        return [START]

    async def then(self, session: Session, contract_id: UUID, at: datetime, asked: Asked) -> Then:
        if at < NOW:
            raise ContractWasNot
        return Then(contract_number="N000000001", service_name="smart-pbx", says={"site": "昔の場所"})

    async def changes(
        self, session: Session, contract_id: UUID, since: datetime | None, until: datetime, asked: Asked
    ) -> Sequence[ContractChange]:
        return self.told

    async def has_calendar(self, session: Session, asked: Asked) -> bool:
        return session.user_id in self.feeds

    async def issue_calendar(self, session: Session, asked: Asked) -> str:
        self.calls.append(("issue", session.user_id))
        self.feeds[session.user_id] = session.user_id, session.tenant_id
        return SECRET

    async def revoke_calendar(self, session: Session, asked: Asked) -> None:
        self.calls.append(("revoke", session.user_id))
        self.feeds.pop(session.user_id, None)

    async def open_calendar(self, secret: str, asked: Asked) -> tuple[UUID, UUID]:
        if secret != SECRET or not self.feeds:
            raise ContractWasNot
        return next(iter(self.feeds.values()))


@dataclass
class FakeLimits:
    """Refuses what a test says."""

    counted: list[tuple[str, str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def count(self, what: str, who: str) -> None:
        self.counted.append((what, who))
        if what in self.refused:
            raise TooManyTries(retry_after=30)


class OpenDoor:
    """Takes sealed texts for open ones; an empty name stands for a forgotten person."""

    async def open(self, sealed: Sequence[str]) -> list[str | None]:
        return [text or None for text in sealed]
