"""An authenticator app: shows each code once, as a careful person would. Next stop: portal.py."""

import asyncio
import time

import pyotp

STEP = 30
EDGE = 4.0
"""Seconds before the end of a step in which the code before the last may no longer be taken."""


class Authenticator:
    """One enrolled seed; a code is accepted in its own step and in the one after it."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self._totp = pyotp.TOTP(secret)
        self._used = 0

    async def code(self) -> str:
        """Return a code that was not shown before, waiting for the next step where both are used up."""
        now = time.time()
        oldest = int(now) // STEP - (now % STEP < STEP - EDGE)
        self._used = max(self._used + 1, oldest)
        await asyncio.sleep(max(0.0, self._used * STEP - time.time()))
        return self._totp.at(self._used * STEP)

    def wrong(self) -> str:
        """Return a code that is none."""
        near = {self._totp.at(time.time() + away * STEP) for away in range(-3, 4)}
        return next(code for code in (f"{number:06d}" for number in range(10)) if code not in near)
