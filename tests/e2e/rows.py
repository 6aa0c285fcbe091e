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

LOGS = (*SERVICES, "notifier")
_LAST = "SELECT stream_id, max(pos) FROM es.events WHERE public GROUP BY stream_id"

Heads = dict[str, int]
"""The position of the last fact, by service."""


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


async def heads(stack: Stack) -> Heads:
    """Return where each service's log ends."""
    return {service: (await _asked(stack, service, "SELECT pos FROM es.head"))[0]["pos"] for service in LOGS}


async def folded(redis: "Redis", stack: Stack) -> bool:
    """Return whether the read models are a whole and hold every public fact that there is."""
    place = Checkpoint.parse(await redis.hgetall(Generation(MODELS).checkpoint))
    if not place.complete:
        return False
    held = {key: found.position for key, found in place.vector().places.items()}
    for service in SERVICES:
        for stream, position in await _asked(stack, service, _LAST):
            if held.get((service, partition_of(stream, PARTITIONS)), 0) < position:
                return False
    return True


async def _asked(stack: Stack, service: str, query: str) -> list[Any]:
    connection: Any = await asyncpg.connect(stack.plan.databases.owner_url(service))
    try:
        return list(await connection.fetch(query))
    finally:
        await connection.close()


def octets(answer: bytes | str) -> bytes:
    """Return what Redis answered as bytes, whether or not the client decodes."""
    return answer.encode() if isinstance(answer, str) else answer
