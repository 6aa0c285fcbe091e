"""An answer that many who ask within a few seconds share. Next stop: adapters/watching/broker.py."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

SECONDS = 5.0


class Kept(Generic[T]):
    """Asks when somebody wants to know and the last answer is old; what fails is asked again at once."""

    def __init__(self, ask: Callable[[], Awaitable[T]], clock: Callable[[], float], seconds: float = SECONDS) -> None:
        self._ask = ask
        self._clock = clock
        self._seconds = seconds
        self._kept: tuple[float, T] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self) -> T:
        """Return the answer. Raises: what asking raises."""
        async with self._one_at_a_time:
            if self._kept is None or self._clock() - self._kept[0] >= self._seconds:
                self._kept = None
                self._kept = (self._clock(), await self._ask())
            return self._kept[1]
