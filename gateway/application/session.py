"""A browser's session as the gateway keeps it, and who looks through it. Next stop: sessions.py, which opens them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gateway.application.steps import Proof
from kernel.domain.recorded import LogPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What one login opened; kept under the hash of a token that only the browser has."""

    session_id: UUID
    user_id: UUID
    tenant_id: UUID
    method: Proof
    started_at: datetime
    ends_at: datetime
    """The absolute end, however busy the person is."""
    csrf_token: str
    seen_at: datetime | None = None
    """When it was used last; the tenant says how long it may be left alone from then on."""
    start: LogPosition | None = None
    """Where the fact stands that started it."""
    positions: tuple[LogPosition, ...] = ()
    """How far the read models must have come for this person to see what they did; the furthest of each partition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """A session that may have been left alone for too long; who it is of is known also when it is gone."""

    session_id: UUID
    user_id: UUID
    tenant_id: UUID
    key: str
    whose: str
    """All of it, as it is kept."""
    session: Session | None = None
    """The session, if it is still kept and has not come to its absolute end."""


def furthest(positions: Iterable[LogPosition]) -> tuple[LogPosition, ...]:
    """Return the furthest position of each partition of each service, in a stable order."""
    best: dict[tuple[str, int], LogPosition] = {}
    for position in positions:
        key = (position.service, position.partition)
        known = best.get(key)
        if known is None or (known.epoch, known.position) < (position.epoch, position.position):
            best[key] = position
    return tuple(best[key] for key in sorted(best))
