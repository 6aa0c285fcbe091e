"""Tells readers in this process that the log has grown; those of other processes look four times a second."""

import asyncio
from contextlib import suppress
from typing import Protocol


class Waits(Protocol):
    """Something that tells when the log has grown."""

    async def after(
        self,
        position: int,
        timeout: float,  # noqa: ASYNC109 - the waiter's own clock
        *,
        ahead: bool = False,
    ) -> object:
        """Return when the log is known to have passed *position*, or after *timeout* seconds; *ahead* of the others."""
        ...


class Wakeup:
    """How far the log is known to reach, and who waits for more."""

    def __init__(self) -> None:
        self._position = 0
        self._ahead = asyncio.Event()
        self._grown = asyncio.Event()

    @property
    def position(self) -> int:
        """Return how far the log is known to reach."""
        return self._position

    def grew(self, position: int) -> None:
        """Take note that facts up to *position* are in the log."""
        if position > self._position:
            self._position = position
            woken, self._ahead, self._grown = (self._ahead, self._grown), asyncio.Event(), asyncio.Event()
            for bell in woken:
                bell.set()

    async def after(
        self,
        position: int,
        timeout: float,  # noqa: ASYNC109 - the waiter's own clock
        *,
        ahead: bool = False,
    ) -> object:
        """Return when the log is known to have passed *position*, or after *timeout* seconds.

        Who waits *ahead* is woken before the others: the relay, on whom everybody else in the portal waits.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while self._position <= position:
                    await (self._ahead if ahead else self._grown).wait()
        return None
