"""What can happen to a mail; none of it says to which address or with which secret. Next stop: message.py."""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from kernel.domain.event import event


class Template(StrEnum):
    """What a mail is about."""

    ACTIVATION = "ACTIVATION"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - the name of a kind of mail
    MAIL_CODE = "MAIL_CODE"
    STEP_UP_CODE = "STEP_UP_CODE"
    FACTOR_RESET = "FACTOR_RESET"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - the name of a kind of mail
    SECOND_FACTOR_CHANGED = "SECOND_FACTOR_CHANGED"
    RECOVERY_CODES_ISSUED = "RECOVERY_CODES_ISSUED"


class SuppressionReason(StrEnum):
    """Why a mail is not sent any more."""

    EXPIRED = "EXPIRED"
    NO_RECIPIENT = "NO_RECIPIENT"
    SUPERSEDED = "SUPERSEDED"


@event("message.queued")
class MessageQueued:
    """A mail is to be sent, before *not_after*. See: TMF681, state `initial`."""

    message_id: UUID
    user_id: UUID
    template: Template
    cause_id: str
    """The fact that led to it: `stream/version`."""
    not_after: datetime
    at: datetime


@event("message.sent")
class MessageSent:
    """A mail server took the mail over. See: TMF681, state `completed`."""

    message_id: UUID
    user_id: UUID
    try_times: int
    at: datetime


@event("message.deferred")
class MessageDeferred:
    """A try failed and another one follows. See: TMF681, state `inProgress`."""

    message_id: UUID
    user_id: UUID
    try_times: int
    next_try_at: datetime
    reason: str
    """A code such as SMTP_451; a server's words may hold the address, so they are not kept."""
    at: datetime


@event("message.failed")
class MessageFailed:
    """A mail server refused the mail for good. See: TMF681, state `failed`."""

    message_id: UUID
    user_id: UUID
    try_times: int
    reason: str
    at: datetime


@event("message.suppressed")
class MessageSuppressed:
    """The mail has lost its sense and is not sent. See: TMF681, state `cancelled`."""

    message_id: UUID
    user_id: UUID
    reason: SuppressionReason
    at: datetime


MessageEvent: TypeAlias = MessageQueued | MessageSent | MessageDeferred | MessageFailed | MessageSuppressed

EVENTS: tuple[type[MessageEvent], ...] = (
    MessageQueued,
    MessageSent,
    MessageDeferred,
    MessageFailed,
    MessageSuppressed,
)
