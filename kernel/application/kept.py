"""An answer that many who ask within a few seconds share. Next stop: adapters/watching/broker.py."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

SECONDS = 5.0


class Kept(Generic[T]):
    """Asks when somebody wants to know and the last answer is old.

    Who comes while it is being asked waits for that answer, or for that failure; a failure is not kept.
    """

    def __init__(self, ask: Callable[[], Awaitable[T]], clock: Callable[[], float], seconds: float = SECONDS) -> None:
        self._ask = ask
        self._clock = clock
        self._seconds = seconds
        self._kept: tuple[float, T] | None = None
        self._asking: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        """Return the answer. Raises: what asking raises."""
        if self._kept is not None and self._clock() - self._kept[0] < self._seconds:
            return self._kept[1]
        if self._asking is None:
            self._asking = asyncio.create_task(self._asked())
        # Whoever leaves takes the answer from nobody else.
        return await asyncio.shield(self._asking)

    async def _asked(self) -> T:
        try:
            answer = await self._ask()
            self._kept = (self._clock(), answer)
            return answer
        finally:
            self._asking = None
