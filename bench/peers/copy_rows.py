"""The limit of writing many rows: COPY into a table like the log's, with its indexes and no checks at all."""

import itertools
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import asyncpg

from bench.peers.payload import PAYLOAD, STREAM_LENGTH
from bench.peers.pgbench import META

ROWS = 20_000
TABLE = """
CREATE TABLE copied(
  pos bigint PRIMARY KEY, stream_id uuid NOT NULL, version int NOT NULL, tenant_id uuid NOT NULL,
  type text NOT NULL, schema_v smallint NOT NULL, public bool NOT NULL, data bytea NOT NULL, meta jsonb NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), UNIQUE(stream_id, version))
"""
COLUMNS = ("pos", "stream_id", "version", "tenant_id", "type", "schema_v", "public", "data", "meta")
BATCH = 100


class CopiedRows:
    """Copies the rows that the others append, in transactions of 20,000."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._position = itertools.count(1)

    async def prepare(self) -> None:
        """Make the table."""
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(TABLE)
        finally:
            await connection.close()

    async def rate(self, seconds: float) -> float:
        """Return how many rows a second are copied; making them is not counted."""
        connection = await asyncpg.connect(self._url)
        spent, done = 0.0, 0
        try:
            while spent < seconds:
                rows = list(itertools.islice(self._rows(), ROWS))
                begin = time.perf_counter()
                await connection.copy_records_to_table("copied", records=rows, columns=COLUMNS)
                spent += time.perf_counter() - begin
                done += len(rows)
        finally:
            await connection.close()
        return done / spent

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        tenant = uuid4()
        while True:
            stream = uuid4()
            for version in range(1, STREAM_LENGTH * BATCH + 1):
                fact = "contract.service-status-changed", 1, True, PAYLOAD, META
                yield (next(self._position), stream, version, tenant, *fact)
