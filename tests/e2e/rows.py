"""The gateway's read models as they lie in Redis, for comparing two fills of them."""

from typing import Any

import asyncpg
from redis.asyncio import Redis

from deploy.stack import Stack
from gateway.projections.models import MODELS, SERVICES
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres.partition import partition_of
from kernel.adapters.redis.checkpoint import Checkpoint
from kernel.adapters.redis.client import text
from kernel.adapters.redis.generation import Generation

ROW = "rm:*:row:*"
INDEX = "rm:*:index:*"

Ends = dict[tuple[str, int], int]
"""The position of the last public fact, by service and partition."""


async def rows(redis: "Redis") -> dict[str, bytes]:
    """Return every row, byte for byte, by its key."""
    keys = sorted([text(key) async for key in redis.scan_iter(match=ROW, count=1000)])
    values = await redis.mget(keys) if keys else []
    return {key: octets(value) for key, value in zip(keys, values, strict=True) if value is not None}


async def indexes(redis: "Redis") -> dict[str, bytes]:
    """Return every index, its members in their order with their scores, by its key."""
    keys = sorted([text(key) async for key in redis.scan_iter(match=INDEX, count=1000)])
    found: dict[str, bytes] = {}
    for key in keys:
        members: list[Any] = await redis.zrange(key, 0, -1, withscores=True)
        found[key] = b"\n".join(octets(member) + b" " + repr(score).encode() for member, score in members)
    return found


async def read_models(redis: "Redis") -> dict[str, bytes]:
    """Return all that the read models are made of."""
    return {**await rows(redis), **await indexes(redis)}


async def folded(redis: "Redis", stack: Stack) -> Ends | None:
    """Return where the logs end, once the read models are a whole and hold all facts up to there."""
    place = Checkpoint.parse(await redis.hgetall(Generation(MODELS).checkpoint))
    there = place.vector()
    ends = await _ends(stack)
    held = {key: found.position for key, found in there.places.items()}
    return ends if place.complete and all(held.get(key, 0) >= end for key, end in ends.items()) else None


async def _ends(stack: Stack) -> Ends:
    found: Ends = {}
    for service in SERVICES:
        connection: Any = await asyncpg.connect(stack.plan.databases.owner_url(service))
        try:
            last = await connection.fetch("SELECT stream_id, max(pos) FROM es.events WHERE public GROUP BY stream_id")
        finally:
            await connection.close()
        for stream, position in last:
            key = service, partition_of(stream, PARTITIONS)
            found[key] = max(found.get(key, 0), position)
    return found


def octets(answer: bytes | str) -> bytes:
    """Return what Redis answered as bytes, whether or not the client decodes."""
    return answer.encode() if isinstance(answer, str) else answer
