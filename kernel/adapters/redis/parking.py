"""The projector's parked streams, for operations: what waits, try it again, or give it up."""

import json
from dataclasses import asdict, dataclass
from uuid import UUID

from redis.asyncio import Redis

from kernel.adapters.redis.client import text
from kernel.adapters.redis.generation import Generation


@dataclass(frozen=True, slots=True)
class RedisParking:
    """What a projector parked, for operations. See: http/parked.py."""

    redis: "Redis"
    generation: Generation
    name: str
    """The projector's."""

    async def listing(self, consumer: str | None) -> "list[dict[str, object]]":
        """Return what is parked, oldest first; nothing for another consumer."""
        found = await listing(self.redis, self.generation) if consumer in (None, self.name) else []
        return [{"consumer": self.name, **asdict(one)} for one in found]

    async def release(self, consumer: str, stream_id: UUID) -> bool:
        """Have a stream tried again within a second; false when nothing of it is parked."""
        return consumer == self.name and await ask_release(self.redis, self.generation, stream_id) > 0

    async def discard(self, consumer: str, stream_id: UUID, by: str) -> bool:
        """Have the projector give up what is parked of a stream; false when nothing of it is parked."""
        if consumer != self.name or not await self.redis.hexists(self.generation.parked, str(stream_id)):
            return False
        await self.redis.hset(self.generation.discards, str(stream_id), by)
        return True


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
