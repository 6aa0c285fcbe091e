"""What the tests look at and do to a topic behind the product's back."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete  # type: ignore[import-untyped]
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]

from kernel.adapters.kafka.envelope import incoming
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.application.chain import Place, Verdict
from kernel.application.consume import Incoming


@asynccontextmanager
async def admin(bootstrap: str) -> AsyncIterator[Any]:
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def make_topic(bootstrap: str, topic: str) -> None:
    async with admin(bootstrap) as client:
        await client.create_topics([NewTopic(topic, PARTITIONS, 1, topic_configs={"retention.ms": "-1"})])


async def drop_topic(bootstrap: str, topic: str) -> None:
    async with admin(bootstrap) as client:
        await client.delete_topics([topic])


async def widen(bootstrap: str, topic: str, size: int) -> None:
    """Let a topic take records of some size."""
    wider = {"max.message.bytes": str(size), "retention.ms": "-1"}
    async with admin(bootstrap) as client:
        await client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=wider)])


async def cut_topic(bootstrap: str, topic: str) -> None:
    """Take everything from a topic that it holds now; its offsets go on."""
    parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    async with admin(bootstrap) as client:
        await client.delete_records({part: RecordsToDelete(-1) for part in parts})


async def read_as(group: str, bootstrap: str, topic: str) -> set[str]:
    """Read a topic on from where a group of another system was, at first from its beginning; return ids of facts."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    try:
        found: set[str] = set()
        parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            for several in (await consumer.getmany(timeout_ms=200)).values():
                ids = (incoming(one.headers, one.value, one.partition).id for one in several)
                found.update(ids)
        await consumer.commit()
        return found
    finally:
        await consumer.stop()


async def records(bootstrap: str, topic: str) -> list[Any]:
    """Return every record that a topic holds now, partition by partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="none", enable_auto_commit=False)
    await consumer.start()
    try:
        parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        begins, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
        consumer.assign(parts)
        for part in parts:
            # Not 0: what was cut away is not there to be read.
            consumer.seek(part, begins[part])
        found: list[Any] = []
        while len(found) < sum(ends.values()) - sum(begins.values()):
            for several in (await consumer.getmany(timeout_ms=200)).values():
                found.extend(several)
        return sorted(found, key=lambda record: (record.partition, record.offset))
    finally:
        await consumer.stop()


async def envelopes(bootstrap: str, topic: str) -> list[Incoming]:
    return [incoming(one.headers, one.value, one.partition) for one in await records(bootstrap, topic)]


def applied(records: Sequence[Incoming]) -> list[int]:
    """Return the positions that a reader would apply of these records, by the chain."""
    places: dict[int, Place] = {}
    found: list[int] = []
    for about in records:
        place = places.setdefault(about.partition, Place())
        if place.judge(about.epoch, about.position, about.previous) is Verdict.NEXT:
            places[about.partition] = Place(about.epoch, about.position)
            found.append(about.position)
    return sorted(found)
