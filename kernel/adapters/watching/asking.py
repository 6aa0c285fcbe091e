"""Asks a server that may hang, one question at a time. Next stop: own_log.py, read_models.py."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from kernel.domain.errors import Unavailable

T = TypeVar("T")

SECONDS = 1.0
"""Shorter than who looks at the console waits for a process."""


class Asking(Generic[T]):
    """A question that is waited for only so long.

    What was asked stays asked: whoever wants to know next waits for that answer, so a server that hangs takes one
    connection and not one for every look.
    """

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._asked: asyncio.Future[T] | None = None

    async def __call__(self) -> T:
        """Return the answer. Raises: what asking raises; Unavailable when it does not come in time."""
        if self._asked is None:
            self._asked = asyncio.ensure_future(self._ask())
            # Perhaps nobody wants to know any more when it fails.
            self._asked.add_done_callback(lambda asked: asked.cancelled() or asked.exception())
        asked = self._asked
        try:
            await asyncio.wait([asked], timeout=SECONDS)
        except asyncio.CancelledError:
            asked.cancel()
            self._asked = None
            raise
        if not asked.done():
            raise Unavailable(f"no answer within {SECONDS:g} s", retry_after=1)
        self._asked = None
        return asked.result()
