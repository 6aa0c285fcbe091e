"""Real servers for the tests: started once a run, on ports of their own, shared by all tests."""

import os
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from deploy.places import default_state
from deploy.servers.mailbox import Mailbox
from deploy.servers.valkey import DATABASES
from deploy.stack import Stack

_redis_numbers = count(1)
SERVER_OF = {"postgres_url": "postgres", "kafka_bootstrap": "kafka", "redis_server": "redis", "mailbox": "mailbox"}

IN_CONTAINERS = os.environ.get("PORTAL_TEST_STACK") == "containers"
if IN_CONTAINERS:
    from tests.containers import ContainerStack as UsedStack
else:
    UsedStack = Stack


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the embedded servers themselves where others are used."""
    if IN_CONTAINERS:
        about = [item for item in items if item.get_closest_marker("embedded")]
        config.hook.pytest_deselected(items=about)
        items[:] = [item for item in items if item not in about]


def made_stack(state: Path, **words: Any) -> Stack:
    """Return a stack of the kind that this run uses."""
    return UsedStack(state, **words)


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[Stack]:
    """Give a stack with the servers that the chosen tests ask for, started side by side."""
    state = default_state() / "test" / f"{os.getpid()}-{uuid4().hex[:6]}"
    with made_stack(state, temporary=True) as made:
        asked = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
        made.start([server for fixture, server in SERVER_OF.items() if fixture in asked])
        yield made


@pytest.fixture(scope="session")
def postgres_url(stack: Stack) -> str:
    """Return the address of a real PostgreSQL, as its superuser."""
    stack.start(["postgres"])
    return stack.plan.postgres.url


@pytest.fixture(scope="session")
def kafka_bootstrap(stack: Stack) -> str:
    """Return the address of a real Kafka."""
    stack.start(["kafka"])
    return stack.plan.kafka_bootstrap


@pytest.fixture(scope="session")
def redis_server(stack: Stack) -> str:
    """Return the address of a real server of the Redis protocol, without a database number."""
    stack.start(["redis"])
    return stack.plan.redis_url.removesuffix("/0")


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[str]:
    """Give the address of an empty database, as its owner, and drop it afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    await _told(postgres_url, f"CREATE DATABASE {name}")
    yield f"{postgres_url.rpartition('/')[0]}/{name}"
    await _told(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def topic_prefix() -> str:
    """Return a prefix for topics that no other test uses."""
    return f"t{uuid4().hex[:10]}"


@pytest.fixture
async def redis_url(redis_server: str) -> str:
    """Return the address of an empty database."""
    url = f"{redis_server}/{next(_redis_numbers) % (DATABASES - 1) + 1}"
    async with Redis.from_url(url) as client:
        await client.flushdb()
    return url


@pytest.fixture
async def mailbox(stack: Stack) -> Mailbox:
    """Return an empty mailbox that takes every mail: `smtp_url` to send to, `url` to read from."""
    stack.start(["mailbox"])
    box = stack.plan.mailbox
    async with ClientSession(box.url) as client:
        await client.delete("/api/v1/messages")
        await client.put("/api/v1/chaos", json={})
    return box


async def _told(url: str, statement: str) -> None:
    # A connection for each statement: the test in between may have killed the server.
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
