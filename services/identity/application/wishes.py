"""Wishes for a new link, answered at once and looked at later. Next stop: adapters/guarded_requests.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.identity.application.ports import Fingerprint, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetRequest:
    """A wish for a new link, looked at after it was answered."""

    request_id: UUID
    claimed: Fingerprint
    said: Said
    correlation_id: UUID
    traceparent: str | None
    at: datetime


class ResetRequests(Protocol):
    """Keeps wishes for new links until each was looked at."""

    async def add(self, request: ResetRequest) -> None:
        """Keep a wish; the same one again is harmless. Raises: Busy when too many wait."""
        ...

    async def take(self, now: datetime) -> ResetRequest | None:
        """Return the oldest wish that nobody works on, and have it for a while."""
        ...

    async def done(self, request_id: UUID) -> None:
        """Forget a wish."""
        ...

    async def registered(self, email: bytes) -> tuple[UUID, Fingerprint] | None:
        """Return the person who has a mail address."""
        ...
