"""Keeps first steps of logins out while identity is busy, so that it can finish what it has begun. Next: login.py.

Identity lets its queue of passwords grow to a second and no further. Turning people away there costs a call each, which
in a storm is taken from those who are let in; here it costs next to nothing. Second steps always pass: the dear part
of their login is done.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from kernel.domain.errors import Unavailable

CLOSED_SECONDS = 0.1
"""A tenth of identity's queue: it never runs empty meanwhile, and who comes next finds out whether there is room."""


class Busy(Unavailable):
    """More people want to log in than passwords can be checked in reasonable time."""

    code = "busy"


@dataclass(slots=True)
class Turnstile:
    """Open until somebody was turned away behind it, then closed for a moment."""

    clock: Callable[[], float] = time.monotonic
    _closed_until: float = 0.0

    def enter(self) -> None:
        """Let a first step pass. Raises: Busy."""
        if self.clock() < self._closed_until:
            raise Busy(retry_after=1)

    def turned_away(self, refusal: Unavailable) -> None:
        """Take note that identity did not take a first step; only for being busy does it close."""
        if refusal.code == Busy.code:
            self._closed_until = self.clock() + CLOSED_SECONDS
