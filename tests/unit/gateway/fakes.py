# ruff: noqa: ARG002 - fakes take what the ports give
"""The gateway's surroundings, small and in memory, for tests of what it does with them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.contract_ports import ContractChange, Forwarded, Then
from gateway.application.directory import HistoryEntry, HistoryOf, HistoryPage
from gateway.application.progress_ports import RESYNC, Change
from gateway.application.session import Session, furthest
from kernel.adapters.redis.applied import parted
from kernel.application.projection import ReadModel
from kernel.application.touched import Touched
from kernel.domain.errors import NotFound, PreconditionFailed, TooManyTries, Unavailable
from kernel.domain.recorded import LogPosition
from tests.unit.gateway.parts import part

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


@dataclass
class FakeProgress:
    """Read models that have come as far as a test says."""

    behind: bool = False
    deaf: bool = False
    id: str = "v1"
    touched: Touched = field(default_factory=Touched)
    waits: list[float] = field(default_factory=list)
    listeners: dict[str, list[asyncio.Queue[Change]]] = field(default_factory=lambda: defaultdict(list))

    async def reached(self, positions: Sequence[LogPosition], timeout: float) -> bool:  # noqa: ASYNC109
        self.waits.append(timeout)
        return not (positions and self.behind)

    def shows(self, positions: Sequence[LogPosition]) -> bool:
        return not (positions and self.behind)

    def mark(self) -> object:
        return None if self.deaf else self.touched.mark

    def untouched(self, mark: object, keys: Sequence[str]) -> bool:
        return not self.deaf and isinstance(mark, int) and self.touched.untouched(mark, keys)

    def applied(self, model: ReadModel[Any], before: Any, after: Any) -> None:
        """Take note of a row that is another now, as the projector tells of it: see kernel/adapters/redis/fold.py."""
        if before != after:
            rows = [row for row in (before, after) if row is not None]
            self.took({key for row in rows for key in model.touches(row)})

    def took(self, keys: Iterable[str]) -> None:
        """Take note of a batch that touched *keys*."""
        self.touched.took(parted(keys))

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
        self.took([key])
        for queue in self.listeners[key.partition("#")[0]]:
            queue.put_nowait(Change(vector, key))


@dataclass
class FakeSessions:
    """Sessions in a dictionary."""

    now: Clock
    kept: dict[str, Session] = field(default_factory=dict)
    found: int = 0
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
        self.found += 1
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
    version: int = 1
    """At which every contract is."""
    refusal: Exception | None = None
    """What the next note, or what is wished of a calendar feed, is refused with."""
    told: list[ContractChange] = field(default_factory=list)
    entries: list[HistoryEntry] = field(
        default_factory=lambda: [HistoryEntry(at=NOW, by=f"user:{USER}", field="memo", new="本社")]
    )
    their_entries: list[HistoryEntry] = field(
        default_factory=lambda: [HistoryEntry(at=NOW, by="user:x", field="memo", new=f"よその {n}") for n in range(2)]
    )
    """What changed of the other tenant's contracts."""
    asked: list[HistoryOf] = field(default_factory=list)
    feeds: dict[UUID, tuple[UUID, UUID]] = field(default_factory=dict)

    async def change_memo(
        self, session: Session, contract_id: UUID, memo: str, if_match: str | None, asked: Asked
    ) -> Sequence[LogPosition]:
        self.calls.append(("memo", memo))
        self._refuse()
        if if_match not in (None, f'"{self.version}"'):
            raise PreconditionFailed
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

    async def history(
        self, session: Session, of: HistoryOf, limit: int, cursor: str | None, asked: Asked
    ) -> HistoryPage:
        self.asked.append(of)
        entries = {TENANT: self.entries, OTHER_TENANT: self.their_entries}.get(session.tenant_id, [])
        return HistoryPage(**part(session, entries, limit, cursor))

    async def has_calendar(self, session: Session, asked: Asked) -> bool:
        return session.user_id in self.feeds

    async def issue_calendar(self, session: Session, asked: Asked) -> str:
        self.calls.append(("issue", session.user_id))
        self._refuse()
        self.feeds[session.user_id] = session.user_id, session.tenant_id
        return SECRET

    async def revoke_calendar(self, session: Session, asked: Asked) -> None:
        self.calls.append(("revoke", session.user_id))
        self._refuse()
        self.feeds.pop(session.user_id, None)

    async def open_calendar(self, secret: str, asked: Asked) -> tuple[UUID, UUID]:
        if secret != SECRET or not self.feeds:
            raise ContractWasNot
        return next(iter(self.feeds.values()))

    def _refuse(self) -> None:
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal


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
