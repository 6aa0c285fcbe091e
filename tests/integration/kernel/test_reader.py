"""Readers of other services' facts: each one applied once, in order."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]

from kernel.adapters.kafka import metrics
from kernel.adapters.postgres.outbox import republish
from tests.integration.kernel import flow
from tests.integration.kernel import notes as effects
from tests.integration.kernel.flow import Database
from tests.integration.kernel.line import Line, log_reader


async def test_each_fact_has_its_effect_once_and_in_order(line: Line, log: Database) -> None:
    several = flow.streams(15)
    async with flow.running(line.relay(), line.reader()):
        for _ in range(6):
            await log.write(several)
        await flow.until(lambda: effects.all_noted(log, 90))
    assert await effects.in_order(log)
    assert sorted(await effects.noted(log)) == list(range(1, 91))


async def test_two_readers_of_one_name_apply_each_fact_once(line: Line, log: Database) -> None:
    several = flow.streams(15)
    async with flow.running(line.relay(), line.reader(), line.reader()):
        for _ in range(20):
            await log.write(several)
        await flow.until(lambda: effects.all_noted(log, 300))
        await asyncio.sleep(0.3)
    assert sorted(await effects.noted(log)) == list(range(1, 301))
    assert await effects.in_order(log)


async def test_records_that_are_sent_again_have_no_second_effect(line: Line, log: Database) -> None:
    several = flow.streams(10)
    before = metrics.DUPLICATES.labels("notes")._value.get()  # noqa: SLF001
    async with flow.running(line.relay(), line.reader()):
        await log.write(several * 4)
        await flow.until(lambda: effects.all_noted(log, 40))
        for part in range(6):
            await republish(log.pool, line.topic, part, 0)
        await log.write(several)
        await flow.until(lambda: effects.all_noted(log, 50))
        await flow.until(lambda: metrics.DUPLICATES.labels("notes")._value.get() - before >= 40)  # noqa: SLF001
    assert sorted(await effects.noted(log)) == list(range(1, 51))


async def test_o1_a_fact_whose_log_does_not_say_its_correlation_leaves_no_gap_in_its_topic(
    line: Line, log: Database
) -> None:
    stream = uuid4()
    async with flow.running(line.relay(), line.reader()):
        for meta in (None, {"actor": "user:1"}, [], None):
            await log.write([stream], meta=meta)
        await flow.until(lambda: effects.all_noted(log, 4))
    assert await effects.noted(log) == [1, 2, 3, 4]


async def test_the_place_moves_over_facts_of_no_interest(line: Line, log: Database) -> None:
    stream = uuid4()
    async with flow.running(line.relay(), line.reader()):
        await log.write([stream] * 3, kind="thing.unheard-of")
        await log.write([stream] * 2, public=False)
        await log.write([stream])
        await flow.until(lambda: effects.all_noted(log, 1))
    assert await effects.noted(log) == [6]
    assert await log.pool.fetchval("SELECT max(logpos) FROM inbox.checkpoint") == 6


@pytest.mark.parametrize("point", ["C6", "C6:2", "C7", "C7:3", "C8", "C8:2"])
@pytest.mark.parametrize("role", ["reader", "log_reader"])
async def test_a_reader_killed_around_its_commit_has_each_effect_once(
    line: Line, log: Database, point: str, role: str
) -> None:
    several = flow.streams(12)
    await log.write(several * 5)
    given = {"role": role, "url": log.url, "bootstrap": line.bootstrap, "topic": line.topic}
    async with flow.running(line.relay()):
        if role == "log_reader":
            await _feed_while(log, several, flow.killed("role_process", point, **given))
        else:
            await flow.killed("role_process", point, **given)
        count = await log.pool.fetchval("SELECT pos FROM es.head")
        async with flow.running(line.reader() if role == "reader" else log_reader(log, line.notes)):
            await flow.until(lambda: effects.all_noted(log, count))
    assert sorted(await effects.noted(log)) == list(range(1, count + 1))
    assert await effects.in_order(log)


async def _feed_while(log: Database, several: list[UUID], doomed: Any) -> None:
    """Write now and then, so that a reader of the log comes by its failpoint more than once."""
    task = asyncio.ensure_future(doomed)
    while not task.done():
        await log.write(several)
        await asyncio.sleep(0.2)
    await task


async def test_records_that_no_relay_wrote_are_passed_by(line: Line, log: Database) -> None:
    before = metrics.FOREIGN.labels("notes")._value.get()  # noqa: SLF001
    async with AIOKafkaProducer(bootstrap_servers=line.bootstrap, max_request_size=2_000_000) as producer:
        for part in range(6):
            await producer.send_and_wait(line.topic, b"rubbish", partition=part)
            await producer.send_and_wait(line.topic, b"x" * 900_000, partition=part, headers=[("ce_type", b"\xff")])
            await producer.send_and_wait(line.topic, None, key=b"k", partition=part)
    async with flow.running(line.relay(), line.reader()):
        await log.write(flow.streams(12))
        await flow.until(lambda: effects.all_noted(log, 12))
    assert metrics.FOREIGN.labels("notes")._value.get() - before == 18  # noqa: SLF001


async def test_the_tools_of_kafka_see_how_far_a_reader_is(line: Line, log: Database) -> None:
    async with flow.running(line.relay(), line.reader()):
        await log.write(flow.streams(30))
        await flow.until(lambda: effects.all_noted(log, 30))
        await asyncio.sleep(1.1)
        await log.write(flow.streams(30))
        await flow.until(lambda: effects.all_noted(log, 60))
        client = AIOKafkaAdminClient(bootstrap_servers=line.bootstrap)
        await client.start()
        kept = await client.list_consumer_group_offsets("notes")
        await client.close()
    assert sum(kept[TopicPartition(line.topic, part)].offset for part in range(6)) >= 30
