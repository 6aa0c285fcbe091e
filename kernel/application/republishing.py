"""Publishing a log again: how much, how far, by whom it is done. Next stop: adapters/postgres/again.py."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What publishing again would send, or sends."""

    first: int
    """The position it begins behind."""
    events: int = 0
    tenants: int = 0
    streams: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far publishing again is."""

    topic: str
    first: int
    place: int
    head: int
    sent: int
    at: datetime
    done_at: datetime | None = None
    parts: tuple[int, ...] = field(default=())


class Republishing(Protocol):
    """Publishes a log again, beside what comes new. Raises, in every method: Unavailable."""

    async def reach(self, first: int, part: int | None) -> Range:
        """Return how much would be sent again from a position on. Raises: Invalid for too much."""
        ...

    async def position_at(self, time: datetime) -> int:
        """Return the first position recorded at or after a time."""
        ...

    async def begin(self, first: int, part: int | None) -> Range:
        """Have it sent again. Raises: Invalid for too much; Refused while it is being done already."""
        ...

    async def progress(self) -> Progress | None:
        """Return how far the newest one is; None when there never was one."""
        ...
