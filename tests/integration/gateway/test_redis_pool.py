"""A Redis that is away costs nobody a wait, and is found when it is back."""

from unittest.mock import patch

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.adapters import redis_pool
from gateway.adapters.redis_pool import is_away, pooled_redis


async def test_p8_who_asks_after_a_failure_hears_at_once_that_nobody_is_there(no_redis: "Redis") -> None:
    assert not is_away(no_redis)
    with pytest.raises(RedisError):
        await no_redis.ping()
    assert is_away(no_redis)
    with pytest.raises(RedisError, match="a moment ago"):
        await no_redis.ping()


async def test_after_a_while_somebody_looks_and_finds_the_server_back(redis_url: str) -> None:
    client = pooled_redis("redis://127.0.0.1:1/0")
    with pytest.raises(RedisError):
        await client.ping()
    there = pooled_redis(redis_url)
    client.connection_pool.connection_kwargs |= there.connection_pool.connection_kwargs
    await client.connection_pool.disconnect()
    client.connection_pool.reset()
    with patch.object(redis_pool.time, "monotonic", return_value=redis_pool.time.monotonic() + 1):
        assert not is_away(client)
        assert await client.ping()
        assert not is_away(client)
    await client.aclose()
    await there.aclose()
