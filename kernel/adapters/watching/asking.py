"""Asks a server that may hang, one question at a time. Next stop: own_log.py, read_models.py."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, ParamSpec, TypeVar

from kernel.domain.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 1.0
"""Shorter than who looks at the console waits for a process."""
KEPT_SECONDS = 5.0
"""Longer than the time between two looks: a server that takes its time is heard all the same."""


class Asking(Generic[P, T]):
    """A question that is waited for only so long.

    What was asked stays asked: whoever wants to know meanwhile, or next, waits for that answer, so a server that hangs
    takes one connection and not one for every look. The answer may so be one to what was asked before.
    """

    def __init__(self, ask: Callable[P, Awaitable[T]]) -> None:
        self._ask = ask
        self._asked: asyncio.Future[T] | None = None
        self._waiting = 0

    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the answer. Raises: what asking raises; Unavailable when it does not come in time."""
        if self._asked is None:
            self._asked = asyncio.ensure_future(self._ask(*args, **kwargs))
            self._asked.add_done_callback(self._answered)
        asked = self._asked
        self._waiting += 1
        try:
            await asyncio.wait([asked], timeout=SECONDS)
        except asyncio.CancelledError:
            if self._waiting == 1:
                asked.cancel()
                self._forget(asked)
            raise
        finally:
            self._waiting -= 1
        if not asked.done():
            raise Unavailable(f"no answer within {SECONDS:g} s", retry_after=1)
        self._forget(asked)
        return asked.result()

    def _answered(self, asked: "asyncio.Future[T]") -> None:
        if not asked.cancelled():
            # Perhaps nobody wants to know any more when it fails.
            asked.exception()
        # Who looks again much later is not told how it was then.
        asyncio.get_running_loop().call_later(KEPT_SECONDS, self._forget, asked)

    def _forget(self, asked: "asyncio.Future[T]") -> None:
        if self._asked is asked:
            self._asked = None
