"""Publishing a log again: how much that would be, its beginning, how far it is. Next stop: adapters/kafka/relay.py.

The relay does it, beside what comes new: it alone writes to the topic, so the two never mix up within a partition. It
ends where new facts go on, so that a reader with a gap finds all that it misses behind one another.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres.partition import partition_of
from kernel.adapters.postgres.pool import reachable
from kernel.application.publishing import NEVER, Cursor
from kernel.application.republishing import Progress, Range
from kernel.domain.errors import Invalid, Refused

MOST = 250_000
"""Positions that one wish goes through at most."""
BACK = 500
"""Facts that are looked through at once for the last one of a partition."""

_EDGES = "SELECT h.pos AS head, r.pos AS relayed FROM es.head h LEFT JOIN es.relay r ON r.name = $1"
_COUNT = """
SELECT stream_id, tenant_id, count(*) AS events FROM es.events WHERE pos > $1 AND pos <= $2 AND public
GROUP BY stream_id, tenant_id
"""
_BACK = "SELECT pos, stream_id, public FROM es.events WHERE pos <= $1 ORDER BY pos DESC LIMIT $2"
_POSITION = "SELECT es.position_at($1) + 1"
_BEGIN = """
INSERT INTO es.again AS a (name, began, pos, last) VALUES ($1, $2, $2, $3)
ON CONFLICT (name) DO UPDATE SET began = $2, pos = $2, last = $3, sent = 0, at = clock_timestamp(), done_at = NULL
WHERE a.done_at IS NOT NULL
"""
_PROGRESS = """
SELECT a.began, a.pos, a.last, a.sent, a.at, a.done_at, h.pos AS head FROM es.again a, es.head h WHERE a.name = $1
"""


class AlreadyPublishing(Refused):
    """The topic is being published again; another wish must wait for its end."""

    code = "already-publishing"


@dataclass(frozen=True, slots=True)
class PostgresRepublishing:
    """Has one log published again. See: browsing.Republishing."""

    pool: "asyncpg.Pool[Any]"
    topic: str

    async def reach(self, first: int, part: int | None) -> Range:
        """Return how much would be sent again from a position on. Raises: Invalid for too much; Unavailable."""
        with reachable("the log"):
            (edges,) = await self.pool.fetch(_EDGES, self.topic)
            self._bounded(first, edges["head"])
            rows = await self.pool.fetch(_COUNT, first - 1, edges["relayed"] or 0)
        return await asyncio.to_thread(_counted, first, rows, part)

    async def position_at(self, time: datetime) -> int:
        """Return the first position recorded at or after a time. Raises: Unavailable."""
        with reachable("the log"):
            return int(await self.pool.fetchval(_POSITION, time))

    async def begin(self, first: int, part: int | None) -> Range:
        """Have it sent again. Raises: Invalid for too much; AlreadyPublishing; Unavailable."""
        reach = await self.reach(first, part)
        with reachable("the log"):
            links = await self.links(first - 1, range(PARTITIONS) if part is None else [part])
            done = await self.pool.execute(_BEGIN, self.topic, first - 1, links)
        if not done.endswith(" 1"):
            raise AlreadyPublishing
        return reach

    async def progress(self) -> Progress | None:
        """Return how far the newest one is. Raises: Unavailable."""
        with reachable("the log"):
            row = await self.pool.fetchrow(_PROGRESS, self.topic)
        if row is None:
            return None
        return Progress(
            topic=self.topic,
            first=row["began"] + 1,
            place=row["pos"],
            head=row["head"],
            sent=row["sent"],
            at=row["at"],
            done_at=row["done_at"],
            parts=tuple(part for part, last in enumerate(row["last"]) if last != NEVER),
        )

    @staticmethod
    def _bounded(first: int, head: int) -> None:
        if head - first >= MOST:
            said = {"pointer": "/fromPosition", "code": "too-many", "detail": f"At most {MOST:,} facts at once"}
            raise Invalid("too many facts at once", errors=[said])

    async def links(self, before: int, parts: Iterable[int]) -> list[int]:
        """Return the last position of each partition up to one: the first that comes again is linked to it.

        Raises: what the database raises.
        """
        wanted, found = set(parts), [NEVER] * PARTITIONS
        while wanted:
            rows = await self.pool.fetch(_BACK, before, BACK)
            for row in rows:
                part = partition_of(row["stream_id"], PARTITIONS)
                if row["public"] and part in wanted:
                    found[part] = row["pos"]
                    wanted.discard(part)
            if len(rows) < BACK:
                break
            before = rows[-1]["pos"] - 1
        for part in wanted:
            found[part] = 0
        return found


def _counted(first: int, rows: Sequence[Any], part: int | None) -> Range:
    streams: set[UUID] = set()
    tenants: set[UUID] = set()
    events = 0
    for row in rows:
        if part is None or partition_of(row["stream_id"], PARTITIONS) == part:
            streams.add(row["stream_id"])
            tenants.add(row["tenant_id"])
            events += row["events"]
    return Range(first=first, events=events, tenants=len(tenants), streams=len(streams))


_PENDING = "SELECT pos, last, sent FROM es.again WHERE name = $1 AND done_at IS NULL"
_MARK = """
UPDATE es.again SET pos = $3, last = $4, sent = sent + $5, done_at = CASE WHEN $6 THEN clock_timestamp() END
WHERE name = $1 AND done_at IS NULL AND EXISTS (SELECT FROM es.relay r WHERE r.name = $1 AND r.lease_epoch = $2)
"""


async def pending(connection: Any, topic: str) -> Cursor | None:
    """Return how far publishing again is; None when nothing is to be sent again."""
    row = await connection.fetchrow(_PENDING, topic)
    return Cursor(row["pos"], tuple(row["last"])) if row else None


async def mark(connection: Any, topic: str, lease: int, cursor: Cursor, sent: int, *, done: bool) -> bool:
    """Keep how far it is; false when another relay holds the lease."""
    told = await connection.execute(_MARK, topic, lease, cursor.position, list(cursor.last), sent, done)
    return bool(told == "UPDATE 1")
