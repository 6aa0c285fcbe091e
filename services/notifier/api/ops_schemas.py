"""What operators are told of all companies' mails, and what they may order. Next stop: ops.py."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.moments import Moment
from kernel.adapters.http.texts import Reason
from kernel.domain.event import event_type
from kernel.domain.recorded import Recorded
from services.notifier.application.desk import PACE, DeskMail
from services.notifier.application.ports import Recipient
from services.notifier.domain.events import MessageEvent, Template
from services.notifier.domain.kinds import Kind
from services.notifier.domain.standing import Standing, masked

MOST_NAMED = 200

_OF_THE_MAIL = frozenset({"message_id", "user_id"})
"""What every fact of a mail says, and what the mail says already."""


class MailReply(Reply):
    """One mail of any company."""

    message_id: UUID
    tenant_id: UUID
    user_id: UUID
    template: Template
    kind: Kind
    state: Standing
    receiver: str
    """Masked; empty when nobody is known to whom it would go."""
    try_times: int
    queued_at: datetime
    due_at: datetime | None
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

    @classmethod
    def of(cls, one: DeskMail, people: Mapping[UUID, Recipient]) -> Self:
        """Return a mail, its address masked."""
        named = {name: getattr(one.row, name) for name in cls.model_fields if hasattr(one.row, name)}
        who = people.get(one.row.user_id)
        own = {"kind": one.kind, "state": one.standing, "receiver": masked(who.email) if who else ""}
        return cls(**{**named, **own}, due_at=one.due_at, in_flight=one.in_flight, not_after=one.not_after)


class MailsReply(Reply):
    """A part of the list of mails, newest first."""

    items: Sequence[MailReply]
    next_cursor: str | None


class FactReply(Reply):
    """One thing that happened to a mail."""

    type: str
    version: int
    at: datetime
    actor: str
    said: Mapping[str, Any]
    """What it says beside whose it is; facts of mails hold neither addresses nor secrets."""

    @classmethod
    def of(cls, fact: Recorded[MessageEvent]) -> Self:
        """Return a fact as operators read it."""
        said = {name: value for name, value in asdict(fact.event).items() if name not in _OF_THE_MAIL}
        return cls(
            type=event_type(fact.event).name,
            version=fact.version,
            at=fact.recorded_at,
            actor=fact.meta.actor,
            said={name: value for name, value in said.items() if value is not None},
        )


class LifeReply(Reply):
    """One mail with all that happened to it."""

    mail: MailReply
    facts: Sequence[FactReply]


class WaitingReply(Reply):
    """What waits of one kind."""

    kind: Kind
    waiting: int
    in_flight: int
    put_off: int
    next_try_at: datetime | None
    oldest_at: datetime | None


class PauseReply(Reply):
    """A kind that is not sent for the time being."""

    kind: Kind
    since: datetime
    paused_by: str
    reason: str


class OutcomeReply(Reply):
    """How many mails of a kind had one thing happen to them in the last day."""

    kind: Kind
    fact: str
    mails: int


class NowReply(Reply):
    """How mail stands."""

    queue: Sequence[WaitingReply]
    pauses: Sequence[PauseReply]
    outcomes: Sequence[OutcomeReply]


class ReachReply(Reply):
    """How many mails something was, or would be, about, and of how many it could not be done."""

    mails: int
    left: int


class Resend(Body):
    """Which mails are to be sent again: these, or those that reached nobody."""

    mails: tuple[UUID, ...] = Field((), max_length=MOST_NAMED)
    state: Standing | None = None
    kind: Kind | None = None
    tenant_id: UUID | None = None
    since: Moment | None = None
    dry_run: bool = False


class Kinds(Body):
    """Kinds of mail; none means all."""

    kinds: tuple[Kind, ...] = Field((), max_length=len(Kind))

    @property
    def meant(self) -> Sequence[Kind]:
        """Return which they are."""
        return self.kinds or tuple(Kind)


class Pausing(Kinds):
    """Kinds of mail, and why they are not to be sent."""

    reason: Reason


class Draining(Kinds):
    """Kinds of mail, and how many of them are to be tried a second."""

    pace: float = Field(PACE, ge=0.1, le=1000)
    dry_run: bool = False
