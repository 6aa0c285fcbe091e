"""Bad days of a topic and its readers: what flows on, what is parked, and what sets it right again.

Others have their place already: unreadable bytes and an unknown version in test_parking.py; more that no relay wrote in
test_reader.py; a topic made anew, a gap and a log restored in test_reader_troubles.py; two relays in test_relay.py; who
is no operator in tests/unit/gateway/test_api_ops.py; a fact of another company in
tests/integration/notifier/test_bad_facts.py.
"""

import asyncio
import json
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]
from aiokafka.admin import RecordsToDelete  # type: ignore[import-untyped]
from aiokafka.structs import TopicPartition  # type: ignore[import-untyped]

from kernel.adapters.kafka import metrics
from kernel.adapters.kafka.envelope import Outgoing
from kernel.adapters.kafka.envelope import headers as headers_of
from kernel.adapters.postgres.batch import MOST_FACT_BYTES, Encoded, Request
from kernel.adapters.postgres.outbox import republish
from kernel.adapters.postgres.parked import PostgresParking
from kernel.adapters.postgres.partition import partition_of
from kernel.adapters.watching.own_log import LogPlaces
from kernel.adapters.watching.topics import Topics
from kernel.application.consume import Incoming
from kernel.application.flowing import Verdict
from kernel.application.parking import Chosen
from kernel.domain.errors import Refused
from tests.integration.kernel import flow, records, stores
from tests.integration.kernel import notes as effects
from tests.integration.kernel.flow import Database
from tests.integration.kernel.line import Line, parked, same_partition
from tests.integration.kernel.notes import Notes
from tests.integration.kernel.test_verdicts import Looker
from tests.ports.store import asked, one
from tests.unit.kernel.owner import Owner


async def test_a_type_that_nobody_reads_is_passed_by_and_holds_nobody_up(line: Line, log: Database) -> None:
    stream = uuid4()
    async with flow.running(line.relay(), line.reader()):
        await log.write([stream])
        await log.write([stream], kind="thing.sung-about")
        await log.write([stream])
        await flow.until(lambda: effects.all_noted(log, 2))
    assert await PostgresParking(log.pool).groups() == []


async def test_a_fact_of_two_megabytes_is_refused_before_it_is_written(log: Database) -> None:
    """In the log it would stand before the relay for ever: no record of a topic holds it."""
    async with stores.process(log.url) as made:
        with pytest.raises(Refused):
            await made.appender.append(_request_of(2_000_000))
        await made.store.append(uuid4(), 0, one(), asked())
    assert await stores.dense(log) == 1


async def test_a_fact_larger_than_the_appender_lets_in_cannot_stand_in_the_log(log: Database) -> None:
    """Whoever writes past the appender would stop the relay for good, and all facts behind it."""
    (stream,) = flow.streams(1)
    await log.write([stream], data=lambda _: b"x" * MOST_FACT_BYTES)
    with pytest.raises(asyncpg.CheckViolationError, match="fits_into_a_record"):
        await log.write([stream], data=lambda _: b"x" * (MOST_FACT_BYTES + 1))
    assert await log.pool.fetchval("SELECT pos FROM es.head") == 1


async def test_what_a_topic_took_before_a_fact_that_it_refuses_is_not_sent_again_and_again(
    line: Line, log: Database
) -> None:
    """Such a fact can be in a log from before its table refused it, or be refused by a topic that was made narrower."""
    large, small = same_partition(2)
    elsewhere = next(one for one in flow.streams(99) if partition_of(one, 6) != partition_of(large, 6))
    owner = await flow.connect(log.owner_url)
    await owner.execute("ALTER TABLE es.events DROP CONSTRAINT fits_into_a_record")
    await owner.close()
    fact = {5: json.dumps({"number": 5, "padding": "x" * 2_000_000}).encode()}
    await log.write(
        [small, elsewhere] * 2 + [large] + [small, elsewhere] * 2,
        data=lambda position: fact.get(position, json.dumps({"number": position}).encode()),
    )
    tries = metrics.RELAY_RESTARTS.labels("things", "Cut")._value  # noqa: SLF001
    before = tries.get()
    async with flow.running(line.relay()):
        await flow.until(lambda: bool(tries.get() >= before + 4))
        assert await log.pool.fetchval("SELECT pos FROM es.relay WHERE name = $1", line.topic) == 4
        found = [about.position for about in await records.envelopes(line.bootstrap, line.topic)]
        assert sorted(found) == [1, 2, 3, 4, 7, 9], "once each, and of its partition nothing behind it"
        await records.widen(line.bootstrap, line.topic, 3_000_000)
        async with flow.running(line.reader()):
            await flow.until(lambda: effects.all_noted(log, 9))
    assert await effects.in_order(log)
    assert len(await records.records(line.bootstrap, line.topic)) == 9


async def test_a_fact_as_large_as_may_be_is_carried_to_its_reader(line: Line, log: Database) -> None:
    large, small = same_partition(2)
    padding = "x" * (MOST_FACT_BYTES - 40)
    async with flow.running(line.relay(), line.reader()):
        await log.write([large], data=lambda position: json.dumps({"number": position, "padding": padding}).encode())
        await log.write([small])
        await flow.until(lambda: effects.all_noted(log, 2))


async def test_a_forged_fact_with_all_headers_changes_nothing_and_holds_nobody_up(line: Line, log: Database) -> None:
    """Who may write to the topic may forge an envelope, but neither a place in the chain nor an epoch of the log."""
    stream = uuid4()
    part = partition_of(stream, 6)
    async with flow.running(line.relay(), line.reader(patience=0.5, owners=Owner(partial(_again, log, line)))):
        await log.write([stream] * 3)
        await flow.until(lambda: effects.all_noted(log, 3))
        forged = Outgoing(
            position=77,
            partition=part,
            public=True,
            stream_id=stream,
            version=4,
            tenant_id=uuid4(),
            type="thing.happened",
            schema_version=1,
            data=b'{"number": 666}',
            meta={"correlationId": str(uuid4())},
            recorded_at=(await log.pool.fetchval("SELECT now()")),
        )
        async with AIOKafkaProducer(bootstrap_servers=line.bootstrap) as producer:
            for fact, previous, epoch in ((forged, 76, 1), (replace(forged, position=2), 1, 1), (forged, 3, 99)):
                made = headers_of(fact, service="things", previous=previous, epoch=epoch)
                await producer.send_and_wait(line.topic, fact.data, key=fact.key, partition=part, headers=made)
        await log.write([stream] * 3)
        await flow.until(lambda: effects.all_noted(log, 6), 40)
    assert await effects.in_order(log)
    assert await log.pool.fetchval("SELECT count(*) FROM public.note WHERE number = 666") == 0


async def test_o3_records_without_headers_key_or_value_are_passed_by_and_told_of_and_what_follows_flows_on(
    line: Line, log: Database, kafka_bootstrap: str
) -> None:
    first, second = same_partition(2)
    part, topics = partition_of(first, 6), Topics(kafka_bootstrap)
    looker = Looker(LogPlaces(log.pool, "things", line.topic, topics))
    async with flow.running(line.relay(), line.reader()):
        await log.write([first])
        await flow.until(lambda: effects.all_noted(log, 1))
        assert (await looker.look()).foreign is None
        async with AIOKafkaProducer(bootstrap_servers=line.bootstrap) as producer:
            await producer.send_and_wait(line.topic, b'{"number": 666}', key=b"somebody", partition=part)
            nothing = producer.create_batch()
            nothing.append(key=None, value=None, timestamp=None)
            await (await producer.send_batch(nothing, line.topic, partition=part))
        await flow.until(lambda: _lags(looker, 0))
        await log.write([second])
        await flow.until(lambda: effects.all_noted(log, 2))
        found = (await looker.look()).foreign
    await topics.close()
    assert found
    assert (found.count, found.part, found.offset) == (2, part, 2)
    assert found.reason == "not an envelope of ours: 'ce_type' is missing"
    assert await PostgresParking(log.pool).groups() == []


async def test_a_topic_that_was_truncated_behind_a_reader_loses_it_nothing(line: Line, log: Database) -> None:
    several = flow.streams(12)
    async with flow.running(line.relay()):
        async with flow.running(line.reader()):
            await log.write(several)
            await flow.until(lambda: effects.all_noted(log, 12))
        await log.write(several)
        await flow.until(lambda: _carried(line, 24))
        await _truncate(line)
        again = line.reader(patience=0.5, owners=Owner(partial(_again, log, line)))
        async with flow.running(again):
            await log.write(several)
            await flow.until(lambda: effects.all_noted(log, 36), 40)
    assert await effects.in_order(log)


async def test_a_topic_that_is_deleted_under_reader_and_relay_is_filled_again_when_it_is_back(
    line: Line, log: Database
) -> None:
    several = flow.streams(12)
    async with flow.running(line.relay(), line.reader(patience=0.5)):
        await log.write(several)
        await flow.until(lambda: effects.all_noted(log, 12))
        await records.drop_topic(line.bootstrap, line.topic)
        await log.write(several)
        await asyncio.sleep(0.5)
        await records.make_topic(line.bootstrap, line.topic)
        await flow.until(lambda: effects.all_noted(log, 24), 60)
    assert await effects.in_order(log)


async def test_o5_a_reader_that_hangs_is_told_apart_and_its_successor_goes_on_where_it_was(
    line: Line, log: Database, notes: Notes, kafka_bootstrap: str
) -> None:
    hanging, topics = Hangs(notes), Topics(kafka_bootstrap)
    looker = Looker(LogPlaces(log.pool, "things", line.topic, topics))
    line.notes = hanging  # type: ignore[assignment]
    async with flow.running(line.relay()):
        async with flow.running(line.reader()):
            await log.write([uuid4()])
            await hanging.begun.wait()
            await flow.until(lambda: _lags(looker, 1))
            assert await looker.window() is Verdict.STOPPED, "it runs, and neither moves nor tries"
            assert await looker.window("things.relay") is Verdict.OK
            assert await effects.noted(log) == []
        line.notes = notes
        async with flow.running(line.reader()):
            await flow.until(lambda: effects.all_noted(log, 1))
            await flow.until(lambda: _lags(looker, 0))
            assert (await looker.look()).verdict is Verdict.OK
    await topics.close()
    assert await effects.noted(log) == [1]


async def test_who_gives_up_and_who_releases_the_same_streams_never_both_do(
    line: Line, log: Database, notes: Notes
) -> None:
    sick = flow.streams(40)
    notes.fails = lambda _about: Refused("no")
    parking = PostgresParking(log.pool)
    async with flow.running(line.relay(), line.reader()):
        await log.write(sick)
        await parked(log, 40)
        notes.fails = lambda _about: None
        await parking.retry(Chosen(consumer="notes"))
        given_up = 0
        for stream in sick:
            given_up += (await parking.discard(Chosen(streams=(stream,)), "operator:mori", "a race")).events
        await flow.until(lambda: _none_parked(parking))
    applied = len(await effects.noted(log))
    discarded = await log.pool.fetchval("SELECT count(*) FROM inbox.discarded_event")
    assert (applied + discarded, discarded) == (40, given_up)


class Hangs:
    """A reaction that never ends."""

    def __init__(self, notes: Notes) -> None:
        self.types = notes.types
        self.begun = asyncio.Event()

    async def __call__(self, _fact: Any, _about: Incoming, _transaction: Any) -> None:
        self.begun.set()
        await asyncio.Event().wait()


def _request_of(size: int) -> Request:
    return Request(
        stream_id=uuid4(),
        expected=0,
        command_id=uuid4(),
        content=None,
        tenant_id=uuid4(),
        meta="{}",
        claims=(),
        releases=(),
        events=[Encoded(type="thing.happened", schema=1, public=True, data=b"x" * size)],
        answer=asyncio.get_running_loop().create_future(),
    )


async def _again(log: Database, line: Line, _service: str, partition: int, after: int) -> None:
    await republish(log.pool, line.topic, partition, after)


async def _carried(line: Line, count: int) -> bool:
    return len(await records.records(line.bootstrap, line.topic)) >= count


async def _truncate(line: Line) -> None:
    async with records.admin(line.bootstrap) as client:
        parts = {TopicPartition(line.topic, part): RecordsToDelete(before_offset=-1) for part in range(6)}
        await client.delete_records(parts)


async def _lags(looker: Looker, lag: int) -> bool:
    return (await looker.look()).lag == lag


async def _none_parked(parking: PostgresParking) -> bool:
    return (await parking.reach(Chosen())).streams == 0
