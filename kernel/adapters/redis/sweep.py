"""Removes generations that no program has folded for a day; until then going back to an older release is instant."""

from redis.asyncio import Redis

from kernel.adapters.redis.client import text
from kernel.adapters.redis.generation import PREFIX, Generation

KEEP_SECONDS = 86_400


async def stay(redis: "Redis", generation: Generation, seconds: int = KEEP_SECONDS) -> None:
    """Say that a generation is in use."""
    await redis.set(generation.alive, "1", ex=seconds)


async def sweep(redis: "Redis", generation: Generation) -> list[str]:
    """Remove the generations that nobody says are in use, but never *generation*; return their names."""
    gone: list[str] = []
    async for key in redis.scan_iter(match=f"{PREFIX}:*:checkpoint", count=1000):
        prefix = text(key).removesuffix(":checkpoint")
        if prefix != generation.prefix and not await redis.exists(f"{prefix}:alive"):
            # The checkpoint goes first: rows without it are known to be no whole.
            await redis.delete(key)
            async for row in redis.scan_iter(match=f"{prefix}:*", count=1000):
                await redis.unlink(row)
            gone.append(prefix.removeprefix(f"{PREFIX}:"))
    return gone
