"""Readers that follow the log miss nothing, although many write; with positions from a sequence they would."""

import asyncio
import random
from uuid import uuid4

import asyncpg

from tests.integration.kernel import flow, stores
from tests.integration.kernel.flow import ROLE, Database
from tests.ports.store import asked, one

WRITERS = 10
TURNS = 60


class Tail:
    """A reader that asks for what lies behind the last position it saw."""

    def __init__(self, url: str, query: str) -> None:
        self._url, self._query = url, query
        self.seen: list[int] = []

    async def run(self) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            while True:
                after = self.seen[-1] if self.seen else 0
                self.seen.extend(row[0] for row in await connection.fetch(self._query, after))
                await asyncio.sleep(0)
        finally:
            await connection.close()


async def test_a_reader_that_follows_the_log_misses_no_fact_while_ten_write(log: Database) -> None:
    tail = Tail(log.url, "SELECT pos FROM es.events WHERE pos > $1 ORDER BY pos")
    async with stores.process(log.url) as first, stores.process(log.url) as second, flow.running(tail.run()):

        async def write(number: int) -> None:
            for _ in range(TURNS):
                store = (first, second)[number % 2].store
                await store.append(uuid4(), 0, one() * random.randint(1, 3), asked())  # noqa: S311 - any number will do

        await asyncio.gather(*(write(number) for number in range(WRITERS)))
        count = await stores.dense(log)
        await flow.until(lambda: len(tail.seen) >= count)
    assert tail.seen == list(range(1, count + 1))


async def test_the_same_reader_misses_rows_of_a_table_whose_positions_come_from_a_sequence(log: Database) -> None:
    owner = await asyncpg.connect(log.owner_url)
    await owner.execute(f"CREATE TABLE plain (pos bigserial PRIMARY KEY); GRANT ALL ON plain, plain_pos_seq TO {ROLE}")
    await owner.close()
    tail = Tail(log.url, "SELECT pos FROM plain WHERE pos > $1 ORDER BY pos")
    async with asyncpg.create_pool(log.url, min_size=WRITERS, max_size=WRITERS) as pool, flow.running(tail.run()):

        async def write() -> None:
            for _ in range(TURNS):
                async with pool.acquire() as connection, connection.transaction():
                    await connection.execute("INSERT INTO plain DEFAULT VALUES")
                    await asyncio.sleep(random.random() * 0.002)  # noqa: S311 - any time will do

        await asyncio.gather(*(write() for _ in range(WRITERS)))
        last = await pool.fetchval("SELECT max(pos) FROM plain")
        await flow.until(lambda: tail.seen[-1] == last)
        count = await pool.fetchval("SELECT count(*) FROM plain")
    assert len(tail.seen) < count, "this is what the log must not do, and what the test above would have shown"
