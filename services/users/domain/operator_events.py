"""What can happen to the platform's own operators, and what they did. Next stop: operators.py, which decides it."""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from kernel.domain.event import event


class OperatorRole(StrEnum):
    """What somebody may do in the ops console."""

    OPS = "OPS"
    OPS_VIEWER = "OPS_VIEWER"
    """Looks and changes nothing."""


class Deed(StrEnum):
    """What an operator can do about parked streams and events."""

    RETRY = "RETRY"
    DISCARD = "DISCARD"
    RESEND_MAILS = "RESEND_MAILS"
    PAUSE_MAILS = "PAUSE_MAILS"
    RESUME_MAILS = "RESUME_MAILS"
    DRAIN_MAILS = "DRAIN_MAILS"
    SHOW_RECEIVER = "SHOW_RECEIVER"
    """Learns to whom a mail went; the mail is the stream that is named."""
    UNMASK = "UNMASK"
    """Sees the personal texts of one event, once."""
    PUBLISH_AGAIN = "PUBLISH_AGAIN"


@event("operator.appointed")
class OperatorAppointed:
    """A person of the platform's own tenant may use the ops console in this role."""

    user_id: UUID
    role: OperatorRole
    reason: str
    at: datetime


@event("operator.dismissed")
class OperatorDismissed:
    """A person may use the ops console no longer."""

    user_id: UUID
    reason: str
    at: datetime


@event("operator.acted", public=False)
class OperatorActed:
    """An operator ordered something; it was recorded before it was done."""

    user_id: UUID
    deed: Deed
    consumer: str | None = None
    """Whose parked streams; None for those of every reader."""
    error: str | None = None
    """Only those with this kind of error."""
    streams: tuple[UUID, ...] = ()
    """Only these."""
    about: str | None = None
    """Which event, or what is published again, of deeds that are not about parked streams."""
    attempt: UUID | None = None
    """The call by which it was recorded: whoever repeats that for want of an answer orders nothing a second time."""
    reason: str
    at: datetime


@event("operator.refused", public=False)
class OperatorRefused:
    """Somebody asked the ops console for what they may not have; of each person one such wish an hour is kept."""

    user_id: UUID
    company_id: UUID
    """The tenant of the person."""
    operation: str
    """What they asked for, as the public API names it; or the deed of who operates no longer, or may only look."""
    at: datetime


OperatorEvent: TypeAlias = OperatorAppointed | OperatorDismissed | OperatorActed | OperatorRefused
