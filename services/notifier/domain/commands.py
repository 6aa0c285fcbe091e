"""What may be asked about a mail. Next stop: message.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from services.notifier.domain.events import SuppressionReason, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMessage:
    """Have a mail sent because of a fact."""

    message_id: UUID
    user_id: UUID
    template: Template
    cause_id: str
    cause_type: str = ""
    generation: int = 1
    resend_of: UUID | None = None
    not_after: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSent:
    """Note that a mail server took the mail over."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferMessage:
    """Note that a try failed, and when the next one follows."""

    next_try_at: datetime
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailed:
    """Note that a mail server refused the mail for good."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressMessage:
    """Give up a mail that has lost its sense."""

    reason: SuppressionReason
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBounce:
    """Note what a mail server says that took the mail over and could not deliver it."""

    status: str
    lasting: bool
    """Whether it has given up for a reason that does not pass."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendMessage:
    """Have what the mail said mailed again."""

    at: datetime


MessageStep: TypeAlias = RecordSent | DeferMessage | RecordFailed | SuppressMessage
MessageCommand: TypeAlias = QueueMessage | MessageStep | RecordBounce | ResendMessage
