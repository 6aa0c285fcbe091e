"""The gateway's rows as they lie in Redis, for comparing two fills of them."""

from redis.asyncio import Redis

ROW = "rm:*:row:*"


async def rows(redis: "Redis") -> dict[str, bytes]:
    """Return every row, byte for byte, by its key."""
    keys = sorted([key async for key in redis.scan_iter(match=ROW, count=1000)])
    values = await redis.mget(keys) if keys else []
    return {key.decode(): value for key, value in zip(keys, values, strict=True) if value is not None}
