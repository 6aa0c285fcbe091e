"""Fixtures of the tests of relay, readers and projector."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from kernel.adapters.redis.client import open_redis
from kernel.adapters.redis.generation import Generation
from tests.integration.kernel import flow, records
from tests.integration.kernel import notes as effects
from tests.integration.kernel.board import MODELS
from tests.integration.kernel.flow import Database
from tests.integration.kernel.line import Line
from tests.integration.kernel.notes import Notes
from tests.integration.kernel.show import Show


@pytest.fixture
async def log(postgres_url: str) -> AsyncIterator[Database]:
    """Give a database with a log and an inbox."""
    async with flow.database(postgres_url) as made:
        yield made


@pytest.fixture
async def topic(kafka_bootstrap: str) -> AsyncIterator[str]:
    """Give a topic of one test."""
    name = f"t{uuid4().hex[:8]}.things.events.v1"
    await records.make_topic(kafka_bootstrap, name)
    yield name
    await records.drop_topic(kafka_bootstrap, name)


@pytest.fixture
async def notes(log: Database) -> Notes:
    """Give a reaction, and the table of its effects."""
    await effects.make_notes(log)
    return Notes()


@pytest.fixture
def line(log: Database, topic: str, kafka_bootstrap: str, notes: Notes) -> Line:
    """Give a line that ends in a reader."""
    return Line(log, topic, kafka_bootstrap, notes)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """Give an empty Redis."""
    client = open_redis(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture
async def show(log: Database, topic: str, kafka_bootstrap: str, redis: Redis) -> Show:
    """Give a line that ends in rows."""
    return Show(log, topic, kafka_bootstrap, redis, Generation(MODELS))
