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
    ORDER_STATUS = "ORDER_STATUS"
    FAULT = "FAULT"
    MAINTENANCE = "MAINTENANCE"
    DIGEST = "DIGEST"
    """What a person wants to hear of once a day."""


class SuppressionReason(StrEnum):
    """Why a mail is not sent any more."""

    EXPIRED = "EXPIRED"
    NO_RECIPIENT = "NO_RECIPIENT"
    SUPERSEDED = "SUPERSEDED"
    NOT_WANTED = "NOT_WANTED"
    """The person does not want this kind of mail."""
    NOT_SEEN = "NOT_SEEN"
    """The person may not see what it is about any more, or may not come in."""


@event("message.queued")
class MessageQueued:
    """A mail is to be sent, before *not_after*. See: TMF681, state `initial`."""

    message_id: UUID
    user_id: UUID
    template: Template
    cause_id: str
    """The fact that led to it: `stream/version`."""
    cause_type: str = ""
    """What kind of fact that was, as the wire calls it; facts from before do not tell."""
    generation: int = 1
    """1 for the first mail of its cause, one more each time it is sent again."""
    resend_of: UUID | None = None
    """The mail that it says again."""
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


@event("message.bounced")
class MessageBounced:
    """A mail server took the mail over and could not deliver it, for good. See: RFC 3464; TMF681, state `failed`."""

    message_id: UUID
    user_id: UUID
    status: str
    """5.x.x, as RFC 3463 numbers reasons; a server's words may hold the address, so they are not kept."""
    at: datetime


@event("message.delayed")
class MessageDelayed:
    """A mail server that took the mail over has trouble that may pass; where the mail stands stays as it is."""

    message_id: UUID
    user_id: UUID
    status: str
    at: datetime


@event("message.resend-requested")
class MessageResendRequested:
    """Somebody wants what the mail said to be mailed again; that mail is of this generation."""

    message_id: UUID
    user_id: UUID
    generation: int
    at: datetime


MessageEvent: TypeAlias = (
    MessageQueued
    | MessageSent
    | MessageDeferred
    | MessageFailed
    | MessageSuppressed
    | MessageBounced
    | MessageDelayed
    | MessageResendRequested
)

EVENTS: tuple[type[MessageEvent], ...] = (
    MessageQueued,
    MessageSent,
    MessageDeferred,
    MessageFailed,
    MessageSuppressed,
    MessageBounced,
    MessageDelayed,
    MessageResendRequested,
)
