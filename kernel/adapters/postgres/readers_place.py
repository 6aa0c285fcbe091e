"""Waits until the service's own read models show what was just written. Next stop: consumers/own_log.py."""

import asyncio
from typing import Any

import asyncpg

from kernel.adapters.postgres.pool import reachable
from kernel.adapters.postgres.wakeup import Wakeup

PATIENCE_SECONDS = 1.0
LOOK_SECONDS = 0.05
"""How often to look when the reader runs in another process, which cannot wake anybody here."""

_PLACE = "SELECT logpos FROM inbox.checkpoint WHERE consumer = $1 AND topic = $2 AND part = 0"


class ReadersPlace:
    """How far one reader of the own log is."""

    def __init__(self, pool: "asyncpg.Pool[Any]", reader: str, service: str) -> None:
        self._pool = pool
        self._place = (reader, f"log:{service}")
        self._wakeup = Wakeup()

    def moved(self, position: int) -> None:
        """Take note that the reader has come so far."""
        self._wakeup.grew(position)

    async def reached(self, position: int) -> None:
        """Return when the reader is as far as *position*, or after a second: it is written in any case."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + PATIENCE_SECONDS
        while loop.time() < ends:
            if self._wakeup.position >= position:
                return
            with reachable("the place of a reader"):
                place = await self._pool.fetchval(_PLACE, *self._place)
            if place is not None and place >= position:
                return
            await self._wakeup.after(position - 1, LOOK_SECONDS)
