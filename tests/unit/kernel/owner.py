"""The owner of a log, as its readers know it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


async def _nothing(_service: str, _partition: int, _position: int) -> object:
    return None


@dataclass
class Owner:
    """Publishes again as it is told to, and says an epoch unless it is away."""

    again: Callable[[str, int, int], Awaitable[object]] = _nothing
    known: int = 1
    away: Exception | None = None
    asked: list[str] = field(default_factory=list)
    """Of which logs the epoch was asked."""

    async def publish_again(self, service: str, partition: int, after: int) -> object:
        """Do as it is told to."""
        return await self.again(service, partition, after)

    async def epoch(self, service: str) -> int:
        """Return the epoch that the log is in."""
        self.asked.append(service)
        if self.away:
            raise self.away
        return self.known
