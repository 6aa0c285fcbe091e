"""How far the read models have come, and what changes. Next stop: kernel/adapters/redis/applied.py."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import cast

from gateway.application.progress_ports import RESYNC, Change
from kernel.adapters.redis import applied
from kernel.adapters.redis.applied import Applied
from kernel.domain.recorded import LogPosition


@dataclass(frozen=True, slots=True)
class HeardProgress:
    """What this process hears of the projector."""

    applied: Applied

    async def reached(self, positions: Sequence[LogPosition], timeout: float) -> bool:  # noqa: ASYNC109 - part of the port
        """Wait until the read models show every position, at most *timeout* seconds; return whether they do."""
        return await self.applied.wait(positions, timeout)

    def shows(self, positions: Sequence[LogPosition]) -> bool:
        """Return at once whether the read models show every position."""
        return self.applied.vector().covers_all(positions)

    def mark(self) -> object:
        """Return what is to be taken before something is read that is kept; None while nothing may be kept."""
        return self.applied.mark()

    def untouched(self, mark: object, keys: Sequence[str]) -> bool:
        """Return whether nothing of *keys* was applied since *mark* was taken."""
        return isinstance(mark, int) and self.applied.untouched(mark, keys)

    def vector(self) -> str:
        """Return all positions applied, as the id of an event for the browser."""
        return str(self.applied.vector())

    async def changes(self, keys: Sequence[str]) -> AsyncIterator[Change]:
        """Yield the changes that touch *keys* from now on."""
        async with aclosing(cast("AsyncGenerator[tuple[str, str], None]", self.applied.subscribe(keys))) as heard:
            async for vector, key in heard:
                yield Change(vector, RESYNC if key == applied.RESYNC else key)
