"""The relay's side of the log: its lease, what to publish next, how far it came. Next stop: adapters/kafka/relay.py."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from kernel.adapters.kafka.envelope import Outgoing
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres import again
from kernel.adapters.postgres.meta import members
from kernel.adapters.postgres.partition import partition_of
from kernel.application.publishing import Cursor, LogRestored, rewind
from kernel.domain.errors import PortalError

_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('relay:' || $1, 0))"

_TAKE = """
INSERT INTO es.relay AS r (name, pos, last, lease_epoch, at)
VALUES ($1, 0, array_fill(0::bigint, ARRAY[$2::int]), 1, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET lease_epoch = r.lease_epoch + 1, at = clock_timestamp()
RETURNING pos, last, lease_epoch
"""

_HEAD = """
SELECT h.pos, h.epoch, h.sysid, h.timeline, s.system_identifier AS server_sysid, c.timeline_id AS server_timeline
FROM es.head h, pg_control_system() s, pg_control_checkpoint() c
"""

_READ = """
SELECT pos, stream_id, version, tenant_id, type, schema_v, public, data, meta, recorded_at
FROM es.events WHERE pos > $1 ORDER BY pos LIMIT $2
"""

_MARK = "UPDATE es.relay SET pos = $3, last = $4, at = clock_timestamp() WHERE name = $1 AND lease_epoch = $2"

_STATE = "SELECT pos, last FROM es.relay WHERE name = $1 FOR UPDATE"

_REWIND = """
UPDATE es.relay SET pos = $2, last = $3, lease_epoch = lease_epoch + 1, at = clock_timestamp() WHERE name = $1
"""


class LeaseLost(PortalError):
    """Another relay publishes now, or an operator had this one start again."""

    code = "lease-lost"


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends, and in which epoch."""

    position: int
    epoch: int


class Outbox:
    """A lease on publishing one log to one topic, on a connection of its own: the lease ends with the connection."""

    def __init__(self, connection: "asyncpg.Connection[Any]", name: str, lease: int, saved: Cursor) -> None:
        self._connection = connection
        self._name = name
        self._lease = lease
        self.saved = saved
        """How far the log was published when the lease began."""

    async def head(self) -> Head:
        """Return where the log ends. Raises: LogRestored when the server is not the one that wrote the log."""
        row = await self._connection.fetchrow(_HEAD)
        if row is None or (row["sysid"], row["timeline"]) != (row["server_sysid"], row["server_timeline"]):
            raise LogRestored("the log was written by another server or before a restore")
        return Head(position=row["pos"], epoch=row["epoch"])

    async def read(self, after: int, most: int) -> list[Outgoing]:
        """Return the facts behind a position, in order."""
        return [outgoing(row) for row in await self._connection.fetch(_READ, after, most)]

    async def mark(self, cursor: Cursor) -> None:
        """Keep how far the log was published. Raises: LeaseLost; then nothing is kept."""
        done = await self._connection.execute(_MARK, self._name, self._lease, cursor.position, list(cursor.last))
        if done != "UPDATE 1":
            raise LeaseLost

    async def again(self) -> Cursor | None:
        """Return how far publishing again is; None when nothing is to be sent again."""
        return await again.pending(self._connection, self._name)

    async def mark_again(self, cursor: Cursor, sent: int, *, done: bool) -> None:
        """Keep how far publishing again is. Raises: LeaseLost; then nothing is kept."""
        if not await again.mark(self._connection, self._name, self._lease, cursor, sent, done=done):
            raise LeaseLost

    async def check(self) -> None:
        """See that the lease is still held. Raises: LeaseLost."""
        lease = await self._connection.fetchval("SELECT lease_epoch FROM es.relay WHERE name = $1", self._name)
        if lease != self._lease:
            raise LeaseLost


@asynccontextmanager
async def lease(url: str, topic: str) -> AsyncIterator[Outbox | None]:
    """Take the lease on publishing to *topic*; None when another process holds it."""
    connection = await asyncpg.connect(
        url,
        timeout=10,
        command_timeout=30,
        # Losing the newest place in a crash only means that some records are sent twice.
        server_settings={"application_name": f"relay {topic}", "synchronous_commit": "off"},
    )
    try:
        if not await connection.fetchval(_LOCK, topic):
            yield None
            return
        row = (await connection.fetch(_TAKE, topic, PARTITIONS))[0]
        yield Outbox(connection, topic, row["lease_epoch"], Cursor(row["pos"], tuple(row["last"])))
    finally:
        await _close(connection)


async def republish(pool: "asyncpg.Pool[Any]", topic: str, partition: int, after: int) -> None:
    """Have everything behind position *after* of a partition sent again; who knows it already drops it."""
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(_STATE, topic)
        if row is not None:
            cursor = rewind(Cursor(row["pos"], tuple(row["last"])), partition, after)
            await connection.execute(_REWIND, topic, cursor.position, list(cursor.last))


async def _close(connection: "asyncpg.Connection[Any]") -> None:
    try:
        await connection.close(timeout=2)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


def outgoing(row: Any) -> Outgoing:
    """Return a row of the log as the relay sends it."""
    return Outgoing(
        position=row["pos"],
        partition=partition_of(row["stream_id"], PARTITIONS),
        public=row["public"],
        stream_id=row["stream_id"],
        version=row["version"],
        tenant_id=row["tenant_id"],
        type=row["type"],
        schema_version=row["schema_v"],
        data=row["data"],
        meta=members(row["meta"]),
        recorded_at=row["recorded_at"],
    )
