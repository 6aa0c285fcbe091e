"""A clock that stands still and ids that come in order, so that a test can be repeated."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from kernel.application.ports import NewId

_MILLISECONDS = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp() * 1000)
_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62


class StillClock:
    """A Clock that moves only when it is told to."""

    def __init__(self, at: datetime = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """Return the time as aware UTC."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.at += by


def ids() -> NewId:
    """Return a source of UUIDv7 that gives the same ones in every run."""
    numbers = count(1)
    return lambda: UUID(int=_MILLISECONDS << 80 | _VERSION_7 | _VARIANT | next(numbers))
