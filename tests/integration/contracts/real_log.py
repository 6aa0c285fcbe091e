"""A service's log on a real PostgreSQL, without the rest of its process."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from kernel.adapters.codec import Events
from kernel.adapters.postgres.appender import Appender
from kernel.adapters.postgres.store import PostgresStore
from kernel.adapters.postgres.wakeup import Wakeup
from kernel.testing import FakeKeyring
from tests.integration.kernel import flow
from tests.integration.kernel.flow import Database


@dataclass(frozen=True, slots=True)
class RealLog:
    """A log that is written to as in production."""

    database: Database
    store: PostgresStore
    codec: Events
    wakeup: Wakeup
    keyring: FakeKeyring

    async def kinds(self) -> list[str]:
        """Return the types of all facts, in the order of the log."""
        return [row["type"] for row in await self.database.pool.fetch("SELECT type FROM es.events ORDER BY pos")]

    async def rows(self) -> list[Any]:
        """Return all facts as they are stored."""
        return list(await self.database.pool.fetch("SELECT * FROM es.events ORDER BY pos"))

    async def forget_place(self) -> None:
        """Have every reader begin at the first fact once more."""
        await self.database.pool.execute("UPDATE inbox.checkpoint SET logpos = 0, next_offset = 0")


@asynccontextmanager
async def real_log(postgres_url: str, service: str, events: Iterable[type[Any]]) -> AsyncIterator[RealLog]:
    """Give the empty log of *service*, with its appender at work."""
    keyring, wakeup = FakeKeyring(), Wakeup()
    codec = Events(events, keyring)
    async with flow.database(postgres_url) as made:
        appender = Appender(made.url, service, wakeup.grew)
        async with flow.running(appender.run()):
            yield RealLog(made, PostgresStore(made.pool, appender, codec, service), codec, wakeup, keyring)
