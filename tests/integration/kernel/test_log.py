"""Everything a service with a log needs, opened in one place, over real servers."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.databases import Databases
from deploy.secret_files import make_secret_files
from deploy.stack import Stack
from kernel.adapters.kafka.topics import topic_of
from kernel.adapters.log import Log, open_log
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.settings import Secrets, ServiceSettings
from tests.integration.kernel import flow, records
from tests.ports.facts import FACTS, Joined, Kept, Member
from tests.ports.store import asked


def settings(databases: Databases, bootstrap: str, prefix: str, secrets: Path) -> ServiceSettings:
    return ServiceSettings(
        http_port=0,
        management_port=0,
        postgres_url=databases.url("users"),
        keys_url=databases.keys_url("users"),
        kafka_bootstrap=bootstrap,
        topic_prefix=prefix,
        secrets_dir=secrets,
    )


@pytest.fixture
async def users_log(
    stack: Stack, postgres_url: str, kafka_bootstrap: str, topic_prefix: str, tmp_path: Path
) -> AsyncIterator[Log]:
    """Give the log of the service `users`, with the rights that a service has."""
    databases = stack.plan.databases
    assert databases.admin_url == postgres_url
    await databases.make()
    await databases.migrate()
    make_secret_files(tmp_path)
    topic = topic_of("users", topic_prefix)
    await records.make_topic(kafka_bootstrap, topic)
    opened = await open_log(
        settings(databases, kafka_bootstrap, topic_prefix, tmp_path), Secrets(tmp_path), "users", FACTS
    )
    yield opened
    await opened.close()
    await records.drop_topic(kafka_bootstrap, topic)


async def test_a_fact_goes_from_the_store_to_the_topic_and_to_readers_of_the_own_log(
    users_log: Log, kafka_bootstrap: str
) -> None:
    user, stream = uuid4(), uuid4()
    fact = Joined(leader=Member(user_id=user, name="山田"), email="taro@example.jp", user_id=user)
    sees = Sees(users_log.facts.types)
    reader = LogReader("sees", "users", users_log.pool, users_log.wakeup, reaction=sees, facts=users_log.facts)
    async with flow.running(*(role() for role in users_log.roles.values()), reader.run()):
        await flow.until(lambda: _ready(users_log))
        done = await users_log.store.append(stream, 0, [fact, Kept(note="n")], asked())
        assert done.position is not None
        await flow.until(lambda: len(sees.seen) >= 2)
        await flow.until(lambda: _published(kafka_bootstrap, users_log.topic, done.position.position))
    assert sees.seen[-2:] == [fact, Kept(note="n")]
    # The log may hold facts of tests before this one, and the relay publishes them all.
    ours = {one.value for one in await records.records(kafka_bootstrap, users_log.topic) if one.key == _key(stream)}
    (value,) = ours
    assert "山田" not in value.decode()


def _key(stream: UUID) -> bytes:
    return str(stream).encode()


class Sees:
    """A reaction that only looks."""

    def __init__(self, types: Mapping[str, type[Any]]) -> None:
        self.types = types
        self.seen: list[object] = []

    async def __call__(self, fact: object, _about: object, _transaction: object) -> None:
        self.seen.append(fact)


async def _ready(log: Log) -> bool:
    return all([await check() for check in log.checks.values()])


async def _published(bootstrap: str, topic: str, position: int) -> bool:
    return position in [about.position for about in await records.envelopes(bootstrap, topic)]


async def test_a_log_opens_without_its_servers_and_says_that_it_is_not_ready(tmp_path: Path) -> None:
    make_secret_files(tmp_path)
    nowhere = Databases("postgresql://x@127.0.0.1:1/postgres", lambda _: "x")
    opened = await open_log(settings(nowhere, "127.0.0.1:1", "t", tmp_path), Secrets(tmp_path), "users", FACTS)
    async with flow.running(*(role() for role in opened.roles.values())):
        await asyncio.sleep(0.2)
        assert [await check() for check in opened.checks.values()] == [False, False, False]
    await opened.close()
