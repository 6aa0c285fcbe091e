"""Streams whose event could not be applied, set aside with all that follows on them. Next stop: parked.py."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.kafka.envelope import from_text, text_headers
from kernel.application.consume import Incoming, passing

_PARK_STREAM = """
INSERT INTO inbox.parked_stream (consumer, stream_id, topic, part, reason) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (consumer, stream_id) DO NOTHING
"""
_PARK_EVENT = """
INSERT INTO inbox.parked_event (consumer, stream_id, version, topic, part, off, headers, value, attempts, error)
VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8, $9, $10)
"""
# Locked in one order by everybody, so that who releases and who gives up never wait in a circle.
_OWN = """
SELECT stream_id FROM inbox.parked_stream WHERE consumer = $1 AND stream_id = ANY($2::uuid[])
ORDER BY stream_id FOR UPDATE
"""
_DUE = """
SELECT stream_id, topic, part FROM inbox.parked_stream WHERE consumer = $1 AND retry_at <= now()
ORDER BY retry_at LIMIT $2
"""
_EVENTS = """
SELECT stream_id, version, headers::text AS headers, value FROM inbox.parked_event
WHERE consumer = $1 AND stream_id = ANY($2::uuid[]) ORDER BY stream_id, version
"""
_FAILED = """
UPDATE inbox.parked_event SET attempts = attempts + 1, error = $4, at = clock_timestamp()
WHERE consumer = $1 AND stream_id = $2 AND version = $3
"""
_WAIT = """
UPDATE inbox.parked_stream SET retry_at = CASE WHEN $3 THEN clock_timestamp() + interval '5 s' END, reason = $4
WHERE consumer = $1 AND stream_id = $2
"""
_APPLIED = """
DELETE FROM inbox.parked_event e USING unnest($2::uuid[], $3::int[]) a(stream_id, version)
WHERE e.consumer = $1 AND e.stream_id = a.stream_id AND e.version = a.version
"""
_FREE = "DELETE FROM inbox.parked_stream WHERE consumer = $1 AND stream_id = ANY($2::uuid[])"


@dataclass(frozen=True, slots=True)
class Source:
    """Whose place in which partition."""

    consumer: str
    topic: str
    part: int


async def park(
    connection: Any, source: Source, offset: int, about: Incoming, *, reason: str | None, tries: int = 0
) -> None:
    """Set an event aside; with a *reason* it is the first one of its stream, without it follows one."""
    of = (source.consumer, about.stream_id)
    if reason is not None:
        await connection.execute(_PARK_STREAM, *of, source.topic, source.part, reason)
    kept = json.dumps(text_headers(about))
    await connection.execute(
        _PARK_EVENT, *of, about.version, source.topic, source.part, offset, kept, about.data, tries, reason or ""
    )


async def due(pool: "asyncpg.Pool[Any]", consumer: str, most: int) -> Mapping[Source, Sequence[UUID]]:
    """Return the streams whose release was asked for, by where they were read; those that wait longest come first."""
    found: dict[Source, list[UUID]] = {}
    for row in await pool.fetch(_DUE, consumer, most):
        found.setdefault(Source(consumer, row["topic"], row["part"]), []).append(row["stream_id"])
    return found


async def release(
    connection: Any, source: Source, streams: Sequence[UUID], react: Callable[[Any, Incoming], Awaitable[None]]
) -> int:
    """Apply what is parked of streams, each in the order of its versions; return how many have nothing left.

    The caller holds the lock of the partition's checkpoint, so nothing is added meanwhile. A stream's own row is
    locked before its events, as by who gives it up: it is either applied or given up.
    """
    own = [row["stream_id"] for row in await connection.fetch(_OWN, source.consumer, streams)]
    applied: list[tuple[UUID, int]] = []
    stuck: set[UUID] = set()
    for row in await connection.fetch(_EVENTS, source.consumer, own):
        stream_id, version = row["stream_id"], row["version"]
        if stream_id in stuck:
            continue
        try:
            await react(connection, from_text(json.loads(row["headers"]), row["value"], source.part))
        except Exception as error:
            if connection.is_closed():
                raise
            stuck.add(stream_id)
            await connection.execute(_FAILED, source.consumer, stream_id, version, repr(error))
            await connection.execute(_WAIT, source.consumer, stream_id, passing(error), repr(error))
        else:
            applied.append((stream_id, version))
    free = [stream_id for stream_id in own if stream_id not in stuck]
    if applied:
        await connection.execute(_APPLIED, source.consumer, *map(list, zip(*applied, strict=True)))
    if free:
        await connection.execute(_FREE, source.consumer, free)
    return len(free)
