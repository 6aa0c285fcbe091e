"""Stores over a real PostgreSQL, as processes of their own would have them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.adapters.codec import Events
from kernel.adapters.postgres.appender import Appender
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.postgres.store import PostgresStore
from kernel.adapters.postgres.wakeup import Wakeup
from kernel.testing import FakeKeyring
from tests.integration.kernel import flow
from tests.integration.kernel.flow import Database
from tests.ports.facts import FACTS, UPCASTERS


@dataclass
class Process:
    """What one process has of the log."""

    store: PostgresStore
    appender: Appender
    wakeup: Wakeup
    pool: Any


@asynccontextmanager
async def process(url: str, appender_url: str | None = None, *, runs: bool = True) -> AsyncIterator[Process]:
    """Give a store whose appender has a connection of its own, if need be over another address."""
    pool, wakeup = await open_pool(url), Wakeup()
    appender = Appender(appender_url or url, "test", wakeup.grew)
    made = Process(
        PostgresStore(pool, appender, Events(FACTS, FakeKeyring(), UPCASTERS), "test"), appender, wakeup, pool
    )
    try:
        if runs:
            async with flow.running(appender.run()):
                yield made
        else:
            yield made
    finally:
        await pool.close()


async def dense(log: Database) -> int:
    """See that positions and versions have no holes; return how many facts there are."""
    count, last, head = (
        await log.pool.fetch("SELECT count(*), coalesce(max(pos), 0), (SELECT pos FROM es.head) FROM es.events")
    )[0]
    assert count == last == head
    holes = await log.pool.fetch(
        "SELECT stream_id FROM es.events GROUP BY 1 HAVING count(*) <> max(version) OR min(version) <> 1"
    )
    assert holes == []
    return int(count)


async def of_command(log: Database, command_id: UUID) -> int:
    """Return how many facts the command of this id left, as the log tells it."""
    found = await log.pool.fetchval(
        "SELECT count(*) FROM es.events e JOIN es.commands c USING (stream_id) WHERE c.command_id = $1"
        " AND e.version <= c.version",
        command_id,
    )
    return int(found)


class Wire:
    """A way to PostgreSQL that can be cut where the answer comes back."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self.swallow: Callable[[], bool] = lambda: False
        """Asked for every piece that the server sends: true cuts the connection instead of passing it on."""
        self.cuts = 0

    async def open(self) -> int:
        """Open the way, and return its port."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Close the way to new connections."""
        assert self._server is not None
        self._server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            there, thither = await asyncio.open_connection(*self._target)
            forth = asyncio.create_task(self._pass(reader, thither, lambda: False))
            await self._pass(there, writer, self.swallowed)
            forth.cancel()
            for end in (writer, thither):
                end.close()

    def swallowed(self) -> bool:
        """Tell whether the next piece is cut off, and count it."""
        cut = self.swallow()
        self.cuts += cut
        return cut

    @staticmethod
    async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter, cut: Callable[[], bool]) -> None:
        while piece := await source.read(65536):
            if cut():
                return
            target.write(piece)
            await target.drain()
