"""Mails as the notifier tells them: to whom, what became of them, why. Next stop: mail.py asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.session import Session


class MailState(StrEnum):
    """Where a mail stands, in the words of TMF681."""

    INITIAL = "initial"
    IN_PROGRESS = "inProgress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Whom a mail goes to, in the clear."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail; what it says is kept nowhere."""

    message_id: UUID
    user_id: UUID
    template: str
    """What it is about, such as ACTIVATION."""
    kind: str
    """ORDER_STATUS, FAULT, MAINTENANCE or SECURITY."""
    state: MailState
    try_times: int
    queued_at: datetime
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    """Why the last try failed, or why there is no other: SMTP_451, DSN_5.1.1, EXPIRED and the like."""
    delayed: str | None = None
    """The last trouble on the further way, which may pass: a status of RFC 3463."""
    cause_type: str
    """The kind of fact that led to it, empty for mails from before that was kept."""
    cause_id: str
    correlation_id: UUID
    generation: int = 1
    resend_of: UUID | None = None
    resent: bool = False
    may_be_resent: bool = False
    receiver: Receiver | None = None
    """None for who is no user any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsWanted:
    """Which mails a list shows."""

    user_id: UUID | None = None
    state: MailState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsPage:
    """A part of the list, newest first."""

    items: Sequence[Mail]
    next_cursor: str | None = None


class Mailroom(Protocol):
    """The notifier, asked in the name of an administrator and for their tenant alone."""

    async def mails(
        self, session: Session, wanted: MailsWanted, limit: int, cursor: str | None, asked: Asked
    ) -> MailsPage:
        """Return a part of the list, with whom the mails went to."""
        ...

    async def mail(self, session: Session, message_id: UUID, asked: Asked) -> Mail:
        """Return one mail. Raises: NotFound `message-unknown`."""
        ...

    async def resend(self, session: Session, message_id: UUID, asked: Asked) -> None:
        """Have it mailed again; the list has the new one when this returns.

        Raises: NotFound; Refused `message-still-waiting`, `message-resent-already`, `message-not-resendable`.
        """
        ...
