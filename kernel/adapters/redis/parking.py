"""The projector's parked streams, for operations: what waits, try it again, or give it up."""

import json
from dataclasses import dataclass
from uuid import UUID

from redis.asyncio import Redis

from kernel.adapters.redis.client import text
from kernel.adapters.redis.generation import Generation


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedStream:
    """A stream whose facts are not in the read models until somebody releases it."""

    stream_id: UUID
    topic: str
    part: int
    since: str
    reason: str
    events: int


async def listing(redis: "Redis", generation: Generation) -> list[ParkedStream]:
    """Return what is parked, oldest first."""
    kept = {UUID(text(stream)): json.loads(why) for stream, why in (await redis.hgetall(generation.parked)).items()}
    counts = [await redis.llen(generation.parked_events(stream)) for stream in kept]
    found = [
        ParkedStream(stream_id=stream, events=count, **why)
        for (stream, why), count in zip(kept.items(), counts, strict=True)
    ]
    return sorted(found, key=lambda parked: parked.since)


async def ask_release(redis: "Redis", generation: Generation, stream_id: UUID | None = None) -> int:
    """Have the projector try a stream again within a second, or every one; return how many there are."""
    streams = [text(stream) for stream in await redis.hkeys(generation.parked)]
    chosen = [stream for stream in streams if stream_id is None or stream == str(stream_id)]
    if chosen:
        await redis.sadd(generation.retries, *chosen)
    return len(chosen)
