"""The gateway's rows as they lie in Redis, for comparing two fills of them."""

from redis.asyncio import Redis

from kernel.adapters.redis.client import text

ROW = "rm:*:row:*"


async def rows(redis: "Redis") -> dict[str, bytes]:
    """Return every row, byte for byte, by its key."""
    keys = sorted([text(key) async for key in redis.scan_iter(match=ROW, count=1000)])
    values = await redis.mget(keys) if keys else []
    return {key: octets(value) for key, value in zip(keys, values, strict=True) if value is not None}


def octets(answer: bytes | str) -> bytes:
    """Return what Redis answered as bytes, whether or not the client decodes."""
    return answer.encode() if isinstance(answer, str) else answer
