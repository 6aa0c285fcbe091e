"""Streams whose event could not be applied, set aside with all that follows on them. Next stop: parked.py."""

import json
from collections.abc import Awaitable, Callable
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
_OWN = "SELECT 1 FROM inbox.parked_stream WHERE consumer = $1 AND stream_id = $2 FOR UPDATE"
_DUE = """
SELECT stream_id, topic, part FROM inbox.parked_stream WHERE consumer = $1 AND retry_at <= clock_timestamp()
"""
_EVENTS = """
SELECT version, headers::text AS headers, value FROM inbox.parked_event
WHERE consumer = $1 AND stream_id = $2 ORDER BY version
"""
_FAILED = """
UPDATE inbox.parked_event SET attempts = attempts + 1, error = $4, at = clock_timestamp()
WHERE consumer = $1 AND stream_id = $2 AND version = $3
"""
_WAIT = """
UPDATE inbox.parked_stream SET retry_at = CASE WHEN $3 THEN clock_timestamp() + interval '5 s' END, reason = $4
WHERE consumer = $1 AND stream_id = $2
"""


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


async def due(pool: "asyncpg.Pool[Any]", consumer: str) -> list[tuple[Source, UUID]]:
    """Return the streams whose release was asked for."""
    rows = await pool.fetch(_DUE, consumer)
    return [(Source(consumer, row["topic"], row["part"]), row["stream_id"]) for row in rows]


async def release(
    connection: Any, source: Source, stream_id: UUID, react: Callable[[Any, Incoming], Awaitable[None]]
) -> bool:
    """Apply a stream's parked events in the order of their versions; true when none is left.

    The caller holds the lock of the partition's checkpoint, so nothing is added meanwhile. The stream's own row is
    locked before its events, as by who gives it up: it is either applied or given up, and nobody waits in a circle.
    """
    of = (source.consumer, stream_id)
    if await connection.fetchrow(_OWN, *of) is None:
        return True
    for row in await connection.fetch(_EVENTS, *of):
        try:
            await react(connection, from_text(json.loads(row["headers"]), row["value"], source.part))
        except Exception as error:
            if connection.is_closed():
                raise
            await connection.execute(_FAILED, *of, row["version"], repr(error))
            await connection.execute(_WAIT, *of, passing(error), repr(error))
            return False
        await connection.execute(
            "DELETE FROM inbox.parked_event WHERE consumer = $1 AND stream_id = $2 AND version = $3",
            *of,
            row["version"],
        )
    await connection.execute("DELETE FROM inbox.parked_stream WHERE consumer = $1 AND stream_id = $2", *of)
    return True
