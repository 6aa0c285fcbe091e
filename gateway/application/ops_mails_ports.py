"""Mails of all companies as the notifier tells them to who operates. Next stop: clients/ops_mails.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.mails import Receiver
from gateway.application.session import Session


class Standing(StrEnum):
    """Where a mail stands: the states of TMF681, and apart from what failed at once what came back."""

    INITIAL = "initial"
    IN_PROGRESS = "inProgress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    BOUNCED = "bounced"


class Kind(StrEnum):
    """What a mail is for."""

    ORDER_STATUS = "ORDER_STATUS"
    FAULT = "FAULT"
    MAINTENANCE = "MAINTENANCE"
    DIGEST = "DIGEST"
    SECURITY = "SECURITY"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsMail:
    """One mail of any company; to whom only masked."""

    message_id: UUID
    tenant_id: UUID
    user_id: UUID
    template: str
    kind: Kind
    state: Standing
    receiver: str
    """Masked; empty when nobody is known to whom it would go."""
    try_times: int
    queued_at: datetime
    due_at: datetime | None
    """When it is tried next; None for one that has ended."""
    in_flight: bool
    not_after: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    delayed: str | None
    cause_type: str
    cause_id: str
    correlation_id: UUID
    generation: int
    resend_of: UUID | None
    resent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsMailsPage:
    """A part of the mails, newest first."""

    items: tuple[OpsMail, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFact:
    """One thing that happened to a mail."""

    type: str
    version: int
    at: datetime
    actor: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLife:
    """One mail with all that happened to it."""

    mail: OpsMail
    facts: tuple[MailFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits of one kind."""

    kind: Kind
    waiting: int
    in_flight: int
    put_off: int
    next_try_at: datetime | None
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A kind that is not sent for the time being."""

    kind: Kind
    since: datetime
    paused_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How many mails of a kind had one thing happen to them in the last day."""

    kind: Kind
    fact: str
    mails: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailNow:
    """How mail stands."""

    queue: tuple[Waiting, ...]
    pauses: tuple[Pause, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def waiting(self) -> int:
        """Return how many mails wait in all."""
        return sum(one.waiting for one in self.queue)

    @property
    def in_flight(self) -> int:
        """Return how many are being sent at this moment."""
        return sum(one.in_flight for one in self.queue)

    @property
    def oldest_at(self) -> datetime | None:
        """Return since when the oldest waits."""
        return min((one.oldest_at for one in self.queue if one.oldest_at), default=None)

    @property
    def next_try_at(self) -> datetime | None:
        """Return when the first that was put off is tried again."""
        return min((one.next_try_at for one in self.queue if one.next_try_at), default=None)

    @property
    def paused(self) -> frozenset[Kind]:
        """Return the kinds that are not sent."""
        return frozenset(one.kind for one in self.pauses)

    def count(self, kind: Kind, fact: str) -> int:
        """Return to how many mails of a kind one thing happened in the last day."""
        return sum(one.mails for one in self.outcomes if (one.kind, one.fact) == (kind, fact))


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChoice:
    """Which mails an operator means: these ones, or those in a state, of a kind, of a company."""

    mails: tuple[UUID, ...] = ()
    state: Standing | None = None
    kind: Kind | None = None
    tenant_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReach:
    """How many mails something is about, and of how many it makes no sense."""

    mails: int
    left: int = 0


class ActivationLinks(Protocol):
    """Identity, asked for a company's person by who operates."""

    async def renew(self, session: Session, mail: OpsMail, asked: Asked) -> None:
        """Have a new link mailed to whom a mail was for; the one before is dead.

        Raises: NotFound; Refused for who has activated; TooManyTries; Unavailable.
        """
        ...


class OpsMailroom(Protocol):
    """The notifier, asked for all companies. Raises, in every method: Unavailable."""

    async def now(self, session: Session, asked: Asked) -> MailNow:
        """Return how mail stands."""
        ...

    async def page(
        self, session: Session, choice: MailChoice, limit: int, cursor: str | None, asked: Asked
    ) -> OpsMailsPage:
        """Return a part of the mails. Raises: Invalid `cursor-unreadable`."""
        ...

    async def life(self, session: Session, message_id: UUID, asked: Asked) -> MailLife:
        """Return one mail. Raises: NotFound `message-unknown`."""
        ...

    async def receiver(self, session: Session, message_id: UUID, asked: Asked) -> Receiver:
        """Return to whom it goes, in the clear. Raises: NotFound."""
        ...

    async def resend(self, session: Session, choice: MailChoice, asked: Asked, *, dry_run: bool) -> MailReach:
        """Have mails sent again that reached nobody, or these. Raises: NotFound."""
        ...

    async def pause(self, session: Session, kinds: tuple[Kind, ...], reason: str, asked: Asked) -> None:
        """Have mails of these kinds wait; of all where none is named."""
        ...

    async def resume(self, session: Session, kinds: tuple[Kind, ...], asked: Asked) -> None:
        """Have them sent again."""
        ...

    async def drain(self, session: Session, kinds: tuple[Kind, ...], asked: Asked, *, dry_run: bool) -> MailReach:
        """Have those tried now that wait for another try."""
        ...


class MailDeeds(Protocol):
    """Keeps for good what operators do about mails."""

    async def record(self, session: Session, deed: str, choice: MailChoice, reason: str, asked: Asked) -> bool:
        """Record what is about to be done; false for a wish that was recorded before.

        Raises: Denied for who may not act; Unavailable.
        """
        ...
