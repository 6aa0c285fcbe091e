"""A person as they were registered, and how far they have come since. Next stop: registrations.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.users.domain.events import Origin, Role


class LinkState(StrEnum):
    """How far a registered person has come."""

    WAITING = "WAITING"
    """The link that was mailed last is good."""
    EXPIRED = "EXPIRED"
    ACTIVATED = "ACTIVATED"
    NOT_SENT = "NOT_SENT"
    """No link was made yet, or it died when the person was suspended."""
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A person as they were registered, and what became of the link."""

    user_id: UUID
    name: str
    """Empty once the person was deleted, as is the mail address."""
    email: str
    role: Role
    origin: Origin
    registered_at: datetime
    actor: str
    link_sent_at: datetime | None
    link_expires_at: datetime | None
    activated_at: datetime | None
    suspended: bool
    deleted: bool

    def state(self, now: datetime) -> LinkState:
        """Return how far they have come."""
        if self.deleted:
            return LinkState.DELETED
        if self.activated_at is not None:
            return LinkState.ACTIVATED
        if self.link_expires_at is None or self.suspended:
            return LinkState.NOT_SENT
        return LinkState.EXPIRED if self.link_expires_at <= now else LinkState.WAITING
