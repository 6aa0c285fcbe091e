"""What a service's readers parked, for operations: listed, counted, tried again, given up. Next stop: inbox.py."""

import json
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.kafka.envelope import aside_of
from kernel.adapters.postgres.pool import reachable
from kernel.adapters.watching.asking import Asking
from kernel.application.parking import After, Chosen, ParkedFact, ParkedGroup, ParkedStream, Reach, detail_of, kind_of
from kernel.domain.errors import NotFound

_KIND = r"coalesce(substring(s.reason FROM '^[A-Za-z_][A-Za-z0-9_.]*(?=\(|$)'), 'Unknown')"
_CHOSEN = f"""
($1::text IS NULL OR s.consumer = $1) AND ($2::text IS NULL OR {_KIND} = $2)
AND (cardinality($3::uuid[]) = 0 OR s.stream_id = ANY($3))
"""
_GROUPS = f"""
SELECT s.consumer, {_KIND} AS error, count(*) AS streams, min(s.since) AS since,
       count(s.retry_at) AS retrying
FROM inbox.parked_stream s GROUP BY 1, 2 ORDER BY 4, 1, 2
"""  # noqa: S608 - put together of our own words
_PAGE = f"""
SELECT s.consumer, s.stream_id, s.topic, s.part, s.since, s.reason, s.retry_at, w.events,
       f.attempts, f.at AS tried_at, f.version, f.headers::text AS headers
FROM (
    SELECT * FROM inbox.parked_stream s
    WHERE {_CHOSEN}
      AND ($4::timestamptz IS NULL OR (s.since, s.consumer, s.stream_id) > ($4, $5::text, $6::uuid))
    ORDER BY s.since, s.consumer, s.stream_id LIMIT $7
) s
CROSS JOIN LATERAL (
    SELECT count(*) AS events FROM inbox.parked_event e
    WHERE e.consumer = s.consumer AND e.stream_id = s.stream_id) w
LEFT JOIN LATERAL (
    SELECT e.version, e.headers, e.attempts, e.at FROM inbox.parked_event e
    WHERE e.consumer = s.consumer AND e.stream_id = s.stream_id ORDER BY e.version LIMIT 1) f ON true
ORDER BY s.since, s.consumer, s.stream_id
"""  # noqa: S608 - put together of our own words
_FIRST = """
SELECT s.reason, e.value FROM inbox.parked_stream s JOIN inbox.parked_event e USING (consumer, stream_id)
WHERE s.consumer = $1 AND s.stream_id = $2 AND e.version = $3
"""
_REACH = f"""
SELECT count(DISTINCT (s.consumer, s.stream_id)) AS streams, count(e.version) AS events
FROM inbox.parked_stream s LEFT JOIN inbox.parked_event e USING (consumer, stream_id) WHERE {_CHOSEN}
"""  # noqa: S608 - put together of our own words
_RETRY = f"""
WITH found AS (
    SELECT s.consumer, s.stream_id FROM inbox.parked_stream s WHERE {_CHOSEN}
    ORDER BY s.consumer, s.stream_id FOR UPDATE),
asked AS (
    UPDATE inbox.parked_stream s SET retry_at = clock_timestamp() FROM found f
    WHERE s.consumer = f.consumer AND s.stream_id = f.stream_id RETURNING s.consumer, s.stream_id)
SELECT (SELECT count(*) FROM asked) AS streams,
       (SELECT count(*) FROM asked a JOIN inbox.parked_event e USING (consumer, stream_id)) AS events
"""  # noqa: S608 - put together of our own words
_LOCK = f"""
SELECT s.consumer, s.stream_id FROM inbox.parked_stream s WHERE {_CHOSEN}
ORDER BY s.consumer, s.stream_id FOR UPDATE
"""  # noqa: S608 - put together of our own words
_KEEP = """
INSERT INTO inbox.discarded_event (consumer, stream_id, version, headers, value, error, discarded_by, reason)
SELECT e.consumer, e.stream_id, e.version, e.headers, e.value, e.error, $3, $4
FROM inbox.parked_event e JOIN unnest($1::text[], $2::uuid[]) g(consumer, stream_id) USING (consumer, stream_id)
"""
_FREE = """
DELETE FROM inbox.parked_stream s USING unnest($1::text[], $2::uuid[]) g(consumer, stream_id)
WHERE s.consumer = g.consumer AND s.stream_id = g.stream_id
"""


class PostgresParking:
    """The parked streams of one service's readers. Raises, in every method: Unavailable."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool
        # Every open board wants to know each second, and the connections are those of the service's commands.
        self._counted = Asking(self._count)

    async def groups(self) -> list[ParkedGroup]:
        """Return how many streams are parked, by reader and kind of error; many who ask share one question."""
        return await self._counted()

    async def _count(self) -> list[ParkedGroup]:
        with reachable("the parked streams"):
            return [ParkedGroup(**dict(row)) for row in await self._pool.fetch(_GROUPS)]

    async def page(self, chosen: Chosen, limit: int, after: After | None = None) -> list[ParkedStream]:
        """Return the oldest parked streams behind a place."""
        place = (after.since, after.consumer, after.stream_id) if after else (None, None, None)
        with reachable("the parked streams"):
            rows = await self._pool.fetch(_PAGE, *_said(chosen), *place, limit)
        return [_stream(row) for row in rows]

    async def first(self, consumer: str, stream_id: UUID) -> ParkedFact:
        """Return the first fact that waits of a stream. Raises: NotFound; Unavailable."""
        found = await self.page(Chosen(consumer=consumer, streams=(stream_id,)), 1)
        if found:
            with reachable("the parked streams"):
                row = await self._pool.fetchrow(_FIRST, consumer, stream_id, found[0].version)
            if row is not None:
                return ParkedFact(stream=found[0], reason=row["reason"], data=row["value"])
        raise NotFound("nothing of this stream is parked")

    async def reach(self, chosen: Chosen) -> Reach:
        """Return how much a choice is about."""
        with reachable("the parked streams"):
            (row,) = await self._pool.fetch(_REACH, *_said(chosen))
        return Reach(streams=row["streams"], events=row["events"])

    async def retry(self, chosen: Chosen) -> Reach:
        """Have streams tried again within a second."""
        with reachable("the parked streams"):
            (row,) = await self._pool.fetch(_RETRY, *_said(chosen))
        return Reach(streams=row["streams"], events=row["events"])

    async def discard(self, chosen: Chosen, by: str, reason: str) -> Reach:
        """Never apply what is parked of streams; what it was stays for good, with who said so and why."""
        with reachable("the parked streams"):
            async with self._pool.acquire() as connection, connection.transaction():
                rows = await connection.fetch(_LOCK, *_said(chosen))
                named = ([row["consumer"] for row in rows], [row["stream_id"] for row in rows])
                kept = await connection.execute(_KEEP, *named, by, reason)
                await connection.execute(_FREE, *named)
        return Reach(streams=len(rows), events=int(kept.split()[-1]))


def _said(chosen: Chosen) -> tuple[str | None, str | None, list[UUID]]:
    return chosen.consumer, chosen.error, list(chosen.streams)


def _stream(row: "asyncpg.Record") -> ParkedStream:
    return ParkedStream(
        consumer=row["consumer"],
        stream_id=row["stream_id"],
        topic=row["topic"],
        part=row["part"],
        since=row["since"],
        error=kind_of(row["reason"]),
        detail=detail_of(row["reason"]),
        events=row["events"],
        retry_at=row["retry_at"],
        attempts=row["attempts"] or 0,
        tried_at=row["tried_at"],
        version=row["version"] or 0,
        **aside_of(json.loads(row["headers"]) if row["headers"] else {}),
    )
