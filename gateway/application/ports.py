"""What the journeys need of the world. Next stop: clients/ for the services, adapters/ for Redis."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.directory import HistoryOf, HistoryPage
from gateway.application.session import LeftAlone, Session
from gateway.application.steps import ActivationState, LoginPassed, Method, PendingLogin, TotpSetup
from gateway.projections.contract_board import ContractRow
from gateway.projections.credential import CredentialRow
from gateway.projections.group import GroupRow
from gateway.projections.open_session import OpenSessionRow
from gateway.projections.operator import OperatorRow
from gateway.projections.person import PersonRow
from gateway.projections.tenant import TenantRow
from gateway.projections.tenant_policy import TenantPolicyRow
from kernel.application.projection import ReadModel
from kernel.domain.recorded import LogPosition

Row = TypeVar("Row")


class Identity(Protocol):
    """The commands of the identity service; its refusals come through with their codes."""

    async def activation_state(self, token: str, asked: Asked) -> ActivationState:
        """Return where the holder of a mailed link stands; uses nothing up."""
        ...

    async def confirm(self, token: str, who: "WhoIAm", asked: Asked) -> ActivationState:
        """Compare what the person says of themselves with the registration."""
        ...

    async def set_password(self, token: str, password: str, asked: Asked) -> ActivationState:
        """Set the password of the link's person."""
        ...

    async def choose_factor(self, token: str, second_factor: Method, asked: Asked) -> ActivationState:
        """Have the second proof given as the link's person wants it."""
        ...

    async def totp_setup(self, token: str, asked: Asked) -> TotpSetup:
        """Return what the authenticator app needs; the same until a code confirms it."""
        ...

    async def confirm_totp(self, token: str, code: str, asked: Asked) -> ActivationState:
        """Take the app into use by its first code."""
        ...

    async def ask_for_reset(self, who: "WhoIAm", asked: Asked) -> None:
        """Ask for a new link; says nothing about whether there is such a person."""
        ...

    async def begin_login(
        self, email: str, password: str, asked: Asked, trusted: str | None = None
    ) -> PendingLogin | LoginPassed:
        """Check the first proof; a browser that holds *trusted* may need no second one."""
        ...

    async def login_state(self, login: str, asked: Asked) -> PendingLogin:
        """Return where a login stands."""
        ...

    async def resend_code(self, login: str, asked: Asked) -> None:
        """Mail another code; the one before is dead."""
        ...

    async def finish_login(self, login: str, code: str, asked: Asked, *, trust: bool = False) -> LoginPassed:
        """Check the second proof; with *trust* the browser is spared it for some days, where the tenant wants that."""
        ...

    async def passkey_question(self, login: str, asked: Asked) -> Mapping[str, Any]:
        """Return what a browser needs to have a passkey give the second proof."""
        ...

    async def finish_by_passkey(
        self, login: str, credential: Mapping[str, Any], asked: Asked, *, trust: bool = False
    ) -> LoginPassed:
        """Check the second proof by a passkey."""
        ...

    async def end_session(self, session: Session, reason: str, asked: Asked) -> LogPosition | None:
        """Record that a session is over."""
        ...

    async def expire_session(self, session: LeftAlone, asked: Asked) -> None:
        """Record that nobody used a session for too long; one that had ended before stays as it was."""
        ...


class Users(Protocol):
    """The commands of the users service."""

    async def choose_language(self, session: Session, language: str, asked: Asked) -> LogPosition | None:
        """Record the language of a person's screens."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """What a service answered to a call that was passed on."""

    status: int
    body: Mapping[str, Any]
    position: LogPosition | None


class Contracts(Protocol):
    """The commands of the contracts service, for the operator's back office."""

    async def receive_application(self, form: Mapping[str, Any], client: str, asked: Asked) -> Forwarded:
        """Pass an application form on."""
        ...

    async def change_contract(
        self, contract_id: UUID, fields: Mapping[str, Any], client: str, asked: Asked
    ) -> Forwarded:
        """Pass a change of a contract on."""
        ...

    async def change_service_status(self, contract_id: UUID, status: str, client: str, asked: Asked) -> Forwarded:
        """Pass a change of the service's state on."""
        ...

    async def terminate(self, contract_id: UUID, client: str, asked: Asked) -> Forwarded:
        """Pass the end of a contract on."""
        ...

    async def report(self, path: str, body: Mapping[str, Any], scope: str, client: str, asked: Asked) -> Forwarded:
        """Pass a report on to *path*, for which *scope* is needed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """A contract as it was."""

    contract_number: str
    service_name: str
    says: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractChange:
    """One field of a contract that changed."""

    at: datetime
    recorded_at: datetime
    actor: str
    field: str
    old: str | None
    new: str | None
    cause: str | None
    fact: str


class OwnContracts(Protocol):
    """What the contracts service does for people; whether they may is asked before."""

    async def change_memo(
        self, session: Session, contract_id: UUID, memo: str, if_match: str | None, asked: Asked
    ) -> Sequence[LogPosition]:
        """Note something on a contract."""
        ...

    async def then(self, session: Session, contract_id: UUID, at: datetime, asked: Asked) -> Then:
        """Return a contract as it was. Raises: NotFound when it was not in force then."""
        ...

    async def changes(
        self, session: Session, contract_id: UUID, since: datetime | None, until: datetime, asked: Asked
    ) -> Sequence[ContractChange]:
        """Return what changed after *since* and up to *until*, newest first."""
        ...

    async def history(
        self, session: Session, of: HistoryOf, limit: int, cursor: str | None, asked: Asked
    ) -> HistoryPage:
        """Return what changed of a contract, newest first, without anybody's name."""
        ...

    async def has_calendar(self, session: Session, asked: Asked) -> bool:
        """Return whether a person has a calendar feed."""
        ...

    async def issue_calendar(self, session: Session, asked: Asked) -> str:
        """Return the secret of a new calendar feed; the one before opens nothing any more."""
        ...

    async def revoke_calendar(self, session: Session, asked: Asked) -> None:
        """Take the calendar feed back."""
        ...

    async def open_calendar(self, secret: str, asked: Asked) -> tuple[UUID, UUID]:
        """Return the person and the tenant whose calendar a secret opens. Raises: NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class WhoIAm:
    """What a person says of themselves to be recognised."""

    email: str
    name: str
    contact_phone_number: str


class SessionStore(Protocol):
    """The sessions of browsers. Everything here raises Unavailable when it cannot know."""

    async def open(self, session: Session, idle: timedelta) -> str:
        """Keep a session, to be left alone for *idle*; return the token for the cookie, which is kept nowhere."""
        ...

    async def find(self, token: str) -> Session | None:
        """Return the session of a token, if it has not ended; puts nothing off."""
        ...

    async def used(self, token: str, idle: timedelta) -> None:
        """Put the idle end of a session off: it was used now, and may be left alone for *idle*."""
        ...

    async def saw(self, token: str, position: LogPosition) -> None:
        """Remember how far the person's own writes went."""
        ...

    async def close(self, token: str) -> None:
        """Forget a session."""
        ...

    async def leave(self, token: str) -> None:
        """Forget a session that was left alone for too long; its end is still to be recorded."""
        ...


class Endings(Protocol):
    """The sessions that nobody ended. Everything here raises Unavailable."""

    async def due(self, most: int) -> Sequence[LeftAlone]:
        """Return sessions that may have been left alone for too long, each to one caller for a while."""
        ...

    async def put_off(self, one: LeftAlone, until: datetime) -> None:
        """Look at a session again then."""
        ...

    async def ended(self, one: LeftAlone) -> None:
        """Forget a session whose end is recorded."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the read models say of a session and its person."""

    person: PersonRow | None
    credential: CredentialRow | None
    open_session: OpenSessionRow | None
    policy: TenantPolicyRow | None = None
    """None for a tenant that decided nothing."""
    groups: Sequence[GroupRow] = ()
    """The groups that the person is in."""
    operator: OperatorRow | None = None
    """In which role the person operates the platform, if in any."""


Place = tuple[str, str]
"""Where a row stands in a list: its score and its key; an empty key is before every row of the score."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """A row and where it stands, for who goes on behind it."""

    row: Row
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What somebody looks for among the contracts that they may see."""

    tenant_id: UUID
    words: Sequence[str]
    """Each of them must be in the contract's text."""
    everything: bool
    services: frozenset[str]
    contracts: frozenset[str]
    """Services, and contracts as `service/id`, that may be seen when not everything may."""
    service_name: str | None = None
    service_status: str | None = None


class Boards(Protocol):
    """The read models. Everything here raises Unavailable when it cannot know."""

    async def standing(self, tenant_id: UUID, user_id: UUID, session_id: UUID) -> Standing:
        """Return what must be known with every request, in one round trip."""
        ...

    async def tenant(self, tenant_id: UUID) -> TenantRow | None:
        """Return a company."""
        ...

    async def contracts(self, tenant_id: UUID) -> Sequence[ContractRow]:
        """Return all contracts of a tenant in the order of their numbers."""
        ...

    async def contract(self, contract_id: UUID) -> ContractRow | None:
        """Return one contract, whoever's it is."""
        ...

    async def one(self, model: ReadModel[Row], key: str) -> Row | None:
        """Return a row of a read model, whoever's it is."""
        ...

    async def many(self, model: ReadModel[Row], keys: Sequence[str]) -> Mapping[str, Row]:
        """Return the rows that there are, by their keys."""
        ...

    async def page(
        self,
        model: ReadModel[Row],
        lists: Sequence[str],
        *,
        limit: int,
        after: Place | None = None,
        descending: bool = False,
    ) -> Sequence[Listed[Row]]:
        """Return the first rows of some lists together, behind a place; costs what is returned."""
        ...

    async def count(
        self, groups: Sequence[tuple[ReadModel[Any], Sequence[str]]], *, overlapping: bool = False
    ) -> Sequence[int]:
        """Return how many rows each group of lists has; a row in several counts once if they overlap."""
        ...

    async def search(self, wanted: Sought, *, limit: int, after: Place | None = None) -> Sequence[Listed[ContractRow]]:
        """Return the first contracts that a search finds, behind a place."""
        ...


class Progress(Protocol):
    """How far the read models have come."""

    async def reached(self, positions: Sequence[LogPosition], timeout: float) -> bool:  # noqa: ASYNC109 - the wait is the subject
        """Wait until the read models show every position, at most *timeout* seconds; return whether they do."""
        ...

    def shows(self, positions: Sequence[LogPosition]) -> bool:
        """Return at once whether the read models show every position."""
        ...

    def mark(self) -> object:
        """Return what is to be taken before something is read that is kept; None while nothing may be kept."""
        ...

    def untouched(self, mark: object, keys: Sequence[str]) -> bool:
        """Return whether nothing of *keys* was applied since *mark* was taken."""
        ...

    def vector(self) -> str:
        """Return all positions applied, as the id of an event for the browser."""
        ...

    def changes(self, keys: Sequence[str]) -> AsyncIterator["Change"]:
        """Return the changes that touch *keys* from now on; a reader that is too slow gets `resync`."""
        ...


RESYNC = "resync"
"""The key of a change that stands for changes which were dropped."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that somebody looks at has changed."""

    id: str
    """The vector of positions after it."""
    key: str
    """What was touched, such as `tenant:<id>`; RESYNC when the reader was too slow and must read all again."""


class Limits(Protocol):
    """Counts tries of those who have not shown who they are."""

    async def count(self, what: str, who: str) -> None:
        """Count one try. Raises: TooManyTries with retry_after."""
        ...


class Opener(Protocol):
    """Opens sealed personal data. The kernel's Keyring is one."""

    async def open(self, sealed: Sequence[str]) -> list[str | None]:
        """Return the texts in order, None where the person was forgotten."""
        ...
