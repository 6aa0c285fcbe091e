"""The relay with a real log and a real Kafka."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from kernel.adapters.kafka.relay import Relay
from kernel.adapters.kafka.tail import tails
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres.outbox import LeaseLost, lease, republish
from kernel.application.publishing import Cursor, Tail
from tests.integration.kernel import flow, records
from tests.integration.kernel.flow import Database


async def _position(log: Database, topic: str) -> int:
    return int(await log.pool.fetchval("SELECT coalesce(max(pos), 0) FROM es.relay WHERE name = $1", topic))


async def _published(log: Database, topic: str, position: int) -> None:
    await flow.until(lambda: _reached(log, topic, position))


async def _reached(log: Database, topic: str, position: int) -> bool:
    return await _position(log, topic) >= position


async def test_every_public_fact_reaches_the_topic_in_the_order_of_the_log(
    log: Database, topic: str, kafka_bootstrap: str
) -> None:
    several = flow.streams(20)
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        for _ in range(5):
            await log.write(several)
            await log.write(several[:3], public=False)
        await _published(log, topic, 115)
    found = await records.envelopes(kafka_bootstrap, topic)
    public = await log.pool.fetch("SELECT pos FROM es.events WHERE public ORDER BY pos")
    assert len(found) == 100
    assert records.applied(found) == [row["pos"] for row in public]
    by_stream = [about for about in found if about.stream_id == several[0]]
    assert [about.version for about in by_stream] == sorted(about.version for about in by_stream)


async def test_a_relay_that_rests_behind_each_batch_leaves_nothing_out(
    log: Database, topic: str, kafka_bootstrap: str
) -> None:
    several = flow.streams(5)
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell, rest=0.05).run()):
        for _ in range(10):
            await log.write(several)
        await _published(log, topic, 50)
    assert records.applied(await records.envelopes(kafka_bootstrap, topic)) == list(range(1, 51))


async def test_a_record_is_a_cloud_event_to_the_official_sdk(log: Database, topic: str, kafka_bootstrap: str) -> None:
    stream = uuid4()
    await log.write([stream], data=lambda _: '{"number": 1, "name": "日本"}'.encode())
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        await _published(log, topic, 1)
    (record,) = await records.records(kafka_bootstrap, topic)
    event = from_binary_event(KafkaMessage(dict(record.headers), record.key, record.value))
    assert event.get_id() == f"{stream}/1"
    assert event.get_source() == "/portal/things"
    assert event.get_type() == "portal.thing.happened.v1"
    assert event.get_specversion() == "1.0"
    assert event.get_subject() == str(stream)
    assert event.get_datacontenttype() == "application/json"
    assert event.get_dataschema() == "/schemas/thing.happened/1"
    at = event.get_time()
    assert at is not None
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60
    assert event.get_data() == {"number": 1, "name": "日本"}
    assert event.get_extension("partitionkey") == str(stream)
    assert event.get_extension("tenantid") == str(log.tenant_id)
    assert event.get_extension("streamversion") == "1"
    assert (event.get_extension("logpos"), event.get_extension("prevpos")) == ("1", "0")
    assert event.get_extension("logepoch") == "1"
    assert dict(record.headers)["traceparent"] == b"00-1-2-01"


@pytest.mark.parametrize("point", ["C4", "C4:3", "C5", "C5:2", "C5:4"])
async def test_a_relay_killed_between_reading_sending_and_marking_loses_nothing(
    log: Database, topic: str, kafka_bootstrap: str, point: str
) -> None:
    await log.write(flow.streams(55))
    await flow.killed("role_process", point, role="relay", url=log.url, bootstrap=kafka_bootstrap, topic=topic)
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        await _published(log, topic, 55)
    assert records.applied(await records.envelopes(kafka_bootstrap, topic)) == list(range(1, 56))


async def test_of_two_relays_one_works_and_the_other_takes_over_when_it_dies(
    log: Database, topic: str, kafka_bootstrap: str
) -> None:
    second = Relay(log.url, kafka_bootstrap, "things", topic, log.bell)
    async with flow.running(second.run()):
        async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
            await log.write(flow.streams(10))
            await _published(log, topic, 10)
        await log.write(flow.streams(10))
        await _published(log, topic, 20)
    found = await records.envelopes(kafka_bootstrap, topic)
    assert sorted(about.position for about in found) == list(range(1, 21)), "nothing was sent twice"


async def test_a_relay_that_lost_its_lease_cannot_move_the_place(log: Database, topic: str) -> None:
    async with lease(log.url, topic) as first:
        assert first is not None
        async with lease(log.url, topic) as second:
            assert second is None
        await republish(log.pool, topic, 0, 0)
        with pytest.raises(LeaseLost):
            await first.mark(Cursor(5, (5,) * PARTITIONS))
        with pytest.raises(LeaseLost):
            await first.check()
    assert await _position(log, topic) == 0


async def test_a_relay_whose_connection_is_cut_starts_again(log: Database, topic: str, kafka_bootstrap: str) -> None:
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        await log.write(flow.streams(5))
        await _published(log, topic, 5)
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
        await log.pool.fetch(cut, f"relay {topic}")
        await log.write(flow.streams(5))
        await _published(log, topic, 10)
    assert records.applied(await records.envelopes(kafka_bootstrap, topic)) == list(range(1, 11))


async def test_a_topic_made_anew_while_nobody_published_is_filled_again(
    log: Database, topic: str, kafka_bootstrap: str
) -> None:
    await log.write(flow.streams(30))
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        await _published(log, topic, 30)
    await records.drop_topic(kafka_bootstrap, topic)
    await asyncio.sleep(0.5)
    await records.make_topic(kafka_bootstrap, topic)
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        await flow.until(lambda: _whole(kafka_bootstrap, topic, 30))


async def test_a_topic_made_anew_under_a_living_relay_is_filled_again(
    log: Database, topic: str, kafka_bootstrap: str
) -> None:
    several = flow.streams(12)
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        await log.write(several * 3)
        await _published(log, topic, 36)
        await records.drop_topic(kafka_bootstrap, topic)
        await asyncio.sleep(0.5)
        await records.make_topic(kafka_bootstrap, topic)
        await log.write(several)
        await flow.until(lambda: _whole(kafka_bootstrap, topic, 48), 60)


async def _whole(bootstrap: str, topic: str, count: int) -> bool:
    return records.applied(await records.envelopes(bootstrap, topic)) == list(range(1, count + 1))


async def test_what_a_reader_misses_is_sent_again_on_demand(log: Database, topic: str, kafka_bootstrap: str) -> None:
    stream = uuid4()
    await log.write([stream] * 8)
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        await _published(log, topic, 8)
        part = (await records.envelopes(kafka_bootstrap, topic))[0].partition
        await republish(log.pool, topic, part, 5)
        await flow.until(lambda: _count(kafka_bootstrap, topic, 11))
    found = await records.envelopes(kafka_bootstrap, topic)
    assert [(about.position, about.previous) for about in found[-3:]] == [(6, 5), (7, 6), (8, 7)]


async def _count(bootstrap: str, topic: str, count: int) -> bool:
    return len(await records.records(bootstrap, topic)) == count


async def test_a_log_restored_from_a_backup_is_not_published_until_a_new_epoch_begins(
    log: Database, topic: str, kafka_bootstrap: str
) -> None:
    await log.write(flow.streams(10))
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        await _published(log, topic, 10)
    last = [0] * PARTITIONS
    for about in await records.envelopes(kafka_bootstrap, topic):
        last[about.partition] = max(last[about.partition], about.position if about.position <= 6 else 0)
    owner = await flow.connect(log.owner_url)
    await owner.execute("UPDATE es.relay SET pos = 6, last = $1", last)
    await owner.execute("UPDATE es.head SET pos = 6")
    await owner.execute("SET session_replication_role = replica; DELETE FROM es.events WHERE pos > 6")
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        await log.write(flow.streams(1))
        await asyncio.sleep(2)
        assert len(await records.records(kafka_bootstrap, topic)) == 10, "it refuses"
    await owner.execute("UPDATE es.head SET epoch = 2")
    await owner.close()
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        await _published(log, topic, 7)
    anew = [about for about in await records.envelopes(kafka_bootstrap, topic) if about.epoch == 2]
    assert records.applied(anew) == list(range(1, 8))


async def test_the_tail_is_found_behind_records_that_no_relay_wrote(topic: str, kafka_bootstrap: str) -> None:
    assert await tails(kafka_bootstrap, topic) == [Tail()] * PARTITIONS
    headers = [("ce_type", b"portal.thing.happened.v1"), ("ce_subject", str(uuid4()).encode())]
    headers += [("ce_streamversion", b"1"), ("ce_tenantid", str(uuid4()).encode()), ("ce_source", b"/portal/things")]
    headers += [("ce_logpos", b"9"), ("ce_prevpos", b"4"), ("ce_logepoch", b"3")]
    headers += [("ce_time", b"2026-01-01T00:00:00Z"), ("ce_correlationid", str(uuid4()).encode())]
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap) as producer:
        await producer.send_and_wait(topic, b"{}", partition=2, headers=headers)
        for _ in range(7):
            await producer.send_and_wait(topic, b"rubbish", partition=2)
        await producer.send_and_wait(topic, b"rubbish", partition=3)
    expected = [Tail()] * PARTITIONS
    expected[2] = Tail(3, 9)
    assert await tails(kafka_bootstrap, topic) == expected


async def test_a_relay_waits_for_a_kafka_that_is_not_there(log: Database, topic: str, kafka_bootstrap: str) -> None:
    async with flow.running(Relay(log.url, "127.0.0.1:1", "things", topic, log.bell).run()):
        await log.write(flow.streams(3))
        await asyncio.sleep(1)
    async with flow.running(Relay(log.url, kafka_bootstrap, "things", topic, log.bell).run()):
        await _published(log, topic, 3)
