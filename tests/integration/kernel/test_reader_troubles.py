"""Readers while servers are away, topics lost, logs restored."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg

from kernel.adapters.kafka import metrics
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.postgres.outbox import republish
from kernel.adapters.postgres.parked import PostgresParking
from tests.integration.kernel import flow, records
from tests.integration.kernel import notes as effects
from tests.integration.kernel.flow import Database, JsonFacts
from tests.integration.kernel.line import Line
from tests.integration.kernel.notes import Notes
from tests.unit.kernel.owner import Owner


async def test_what_is_down_is_tried_again_until_it_is_up_and_other_partitions_flow_on(
    line: Line, log: Database, notes: Notes
) -> None:
    several = flow.streams(30)
    notes.fails = lambda about: flow.down() if about.stream_id == several[0] else None
    async with flow.running(line.relay(), line.reader()):
        await log.write(several)
        await flow.until(lambda: effects.all_noted(log, 15))
        await asyncio.sleep(1)
        notes.fails = lambda _: None
        await flow.until(lambda: effects.all_noted(log, 30))
    assert await PostgresParking(log.pool).groups() == []
    assert sorted(await effects.noted(log)) == list(range(1, 31))


async def test_a_topic_made_anew_is_read_from_its_start_and_nothing_doubles(line: Line, log: Database) -> None:
    several = flow.streams(12)
    async with flow.running(line.reader(patience=0.5)):
        async with flow.running(line.relay()):
            await log.write(several * 3)
            await flow.until(lambda: effects.all_noted(log, 36))
        await records.drop_topic(line.bootstrap, line.topic)
        await asyncio.sleep(0.5)
        await records.make_topic(line.bootstrap, line.topic)
        await log.write(several * 3)
        async with flow.running(line.relay()):
            await flow.until(lambda: effects.all_noted(log, 72), 40)
    assert sorted(await effects.noted(log)) == list(range(1, 73))


async def test_o2_of_a_topic_made_anew_the_kept_place_is_where_it_is_read_though_nothing_new_came(
    line: Line, log: Database
) -> None:
    several = flow.streams(12)
    async with flow.running(line.reader(patience=0.5)):
        async with flow.running(line.relay()):
            await log.write(several * 3)
            await flow.until(lambda: effects.all_noted(log, 36))
        assert await _most_kept(log) > 0
        await records.drop_topic(line.bootstrap, line.topic)
        await asyncio.sleep(0.5)
        await records.make_topic(line.bootstrap, line.topic)
        await flow.until(lambda: _none_kept(log), 40)


async def _most_kept(log: Database) -> int:
    return int(await log.pool.fetchval("SELECT max(next_offset) FROM inbox.checkpoint"))


async def _none_kept(log: Database) -> bool:
    return await _most_kept(log) == 0


async def test_a_gap_that_stays_open_is_healed_by_the_owner(line: Line, log: Database) -> None:
    stream = uuid4()
    await log.write([stream] * 6)
    partition = await line.send_ahead(stream, 6)
    asked: list[tuple[str, int, int]] = []
    async with flow.running(line.reader(patience=0.4, owners=Owner(_answering(line, asked)))):
        await flow.until(lambda: len(asked) > 0)
        assert asked[0] == ("things", partition, 0)
        assert await effects.noted(log) == []
        async with flow.running(line.relay()):
            await flow.until(lambda: effects.all_noted(log, 6))
    assert await effects.noted(log) == [1, 2, 3, 4, 5, 6]


def _answering(line: Line, asked: list[tuple[str, int, int]]) -> Any:
    async def ask(service: str, part: int, position: int) -> None:
        asked.append((service, part, position))
        await republish(line.log.pool, line.topic, part, position)

    return ask


async def test_a_reader_stops_where_its_log_was_restored(line: Line, log: Database) -> None:
    stream = uuid4()
    async with flow.running(line.reader()):
        async with flow.running(line.relay()):
            await log.write([stream] * 3)
            await flow.until(lambda: effects.all_noted(log, 3))
        await log.pool.execute("UPDATE es.head SET epoch = 2")
        await log.write([stream])
        async with flow.running(line.relay()):
            await flow.until(lambda: metrics.STOPPED.labels("notes")._value.get() == 1)  # noqa: SLF001
            await asyncio.sleep(0.3)
    assert await effects.noted(log) == [1, 2, 3]


async def test_a_reader_waits_for_a_kafka_that_is_not_there(line: Line, log: Database, notes: Notes) -> None:
    absent = KafkaReader("notes", [line.topic], "127.0.0.1:1", log.pool, reaction=notes, facts=JsonFacts())
    async with flow.running(absent.run()):
        await asyncio.sleep(1)


async def test_a_reader_waits_for_a_topic_that_is_not_there(line: Line, log: Database) -> None:
    await records.drop_topic(line.bootstrap, line.topic)
    await log.write(flow.streams(5))
    async with flow.running(line.relay(), line.reader()):
        await asyncio.sleep(1)
        await records.make_topic(line.bootstrap, line.topic)
        await flow.until(lambda: effects.all_noted(log, 5), 40)


async def test_a_reader_whose_database_connections_are_cut_goes_on(line: Line, log: Database) -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
    named = {"application_name": f"cut {line.topic}"}
    async with (
        asyncpg.create_pool(log.url, min_size=1, max_size=2, server_settings=named) as pool,
        flow.running(line.relay(), line.reader(pool)),
    ):
        for _ in range(10):
            await log.write(flow.streams(12))
            await log.pool.fetch(cut, named["application_name"])
            await asyncio.sleep(0.1)
        await flow.until(lambda: effects.all_noted(log, 120), 40)
    assert sorted(await effects.noted(log)) == list(range(1, 121))
