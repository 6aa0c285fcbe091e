"""A Redis for each test, and one that is not there."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from gateway.adapters.redis_pool import pooled_redis


@pytest.fixture
async def redis(redis_url: str) -> "AsyncIterator[Redis]":
    """Return a client of an empty database."""
    client = pooled_redis(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def no_redis() -> "AsyncIterator[Redis]":
    """Return a client of a server that does not answer."""
    client = pooled_redis("redis://127.0.0.1:1/0")
    yield client
    await client.aclose()
