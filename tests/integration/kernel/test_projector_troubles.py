"""The projector while Redis loses its memory, is away or wrong, and facts cannot be read."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from kernel.adapters.redis.client import open_redis
from kernel.adapters.redis.generation import Generation, parked_place
from kernel.adapters.redis.parked import RedisParking
from kernel.adapters.redis.rows import Filling, Rows
from kernel.application.parking import After, Chosen, Reach
from kernel.domain.errors import NotFound
from tests.integration.kernel import board, flow, records
from tests.integration.kernel.board import THINGS
from tests.integration.kernel.flow import Database
from tests.integration.kernel.show import Show, storm


async def test_redis_that_lost_everything_is_filled_again_by_itself(show: Show, log: Database) -> None:
    async with flow.running(show.relay(), show.projector(), show.applied.run()):
        await storm(log, flow.streams(10), 2)
        await flow.until(show.settled)
        before = await show.dump()
        await asyncio.sleep(0.6)
        await show.redis.flushdb()
        with pytest.raises(Filling):
            await show.rows.get(THINGS, "any")
        async with asyncio.timeout(3):
            await flow.until(show.settled)
        assert await show.dump() == before
        await flow.until(lambda: show.applied.complete)


@pytest.mark.parametrize("harm", ["checkpoint", "wrong type", "wrong value", "wrong place"])
async def test_redis_that_was_tampered_with_is_filled_again_by_itself(show: Show, log: Database, harm: str) -> None:
    stream = uuid4()
    async with flow.running(show.relay(), show.projector()):
        await log.write([stream, *flow.streams(5)])
        await flow.until(show.settled)
        key = show.generation.row_key("things", str(stream))
        if harm == "checkpoint":
            await show.redis.delete(show.generation.checkpoint)
        elif harm == "wrong type":
            await show.redis.delete(key)
            await show.redis.lpush(key, "rubbish")
        elif harm == "wrong value":
            await show.redis.set(key, "rubbish")
        else:
            await show.redis.hset(show.generation.checkpoint, mapping={"seq": 9999, f"{show.topic}/0": "rubbish"})
        await log.write([stream])
        await flow.until(show.settled)
        row = await show.rows.get(THINGS, str(stream))
    assert row is not None
    assert row.versions == (1, 2)


async def test_a_fact_that_cannot_be_read_parks_its_stream_alone(show: Show, log: Database) -> None:
    sick, well = flow.streams(2)
    async with flow.running(show.relay(), show.projector()):
        await log.write([sick, well])
        await log.write([sick], data=lambda _: b"{not json")
        await log.write([sick, well])
        await flow.until(show.settled)
        (parked,) = await RedisParking(show.redis, show.generation, "projector").page(Chosen(), 10)
        assert (parked.stream_id, parked.events, parked.topic) == (sick, 2, show.topic)
        assert (parked.error, parked.detail) == ("Unreadable", "not what happened")
        held = await RedisParking(show.redis, show.generation, "projector").first("projector", sick)
        assert (held.stream, held.data, held.reason) == (parked, b"{not json", "Unreadable('not what happened')")
        assert (held.stream.source, held.stream.event_id, held.stream.behind) == ("things", f"{sick}/2", 1)
        for consumer, stream in (("projector", well), ("another", sick)):
            with pytest.raises(NotFound):
                await RedisParking(show.redis, show.generation, "projector").first(consumer, stream)
        first, second = await show.rows.many(THINGS, [str(sick), str(well)])
        assert first is not None
        assert second is not None
        assert (first.versions, second.versions) == ((1,), (1, 2))


async def test_a_parked_stream_is_applied_in_order_when_it_is_released(show: Show, log: Database) -> None:
    fragile = Generation([board.THINGS, board.FRAGILE])
    stream = uuid4()
    async with flow.running(show.relay()):
        async with flow.running(show.projector(fragile)):
            await log.write([stream])
            await log.write([stream], data=lambda _: b'{"number": 13}')
            await log.write([stream])
            await flow.until(lambda: show.settled(fragile))
            rows = Rows(show.redis, fragile)
            row = await rows.get(THINGS, str(stream))
            assert row is not None
            assert row.versions == (1,), "a fact goes into all models or none"
            held = RedisParking(show.redis, fragile, "projector")
            assert (await held.retry(Chosen())).streams == 1
            await flow.until(lambda: _no_retries(show, fragile))
            assert [one.streams for one in await held.groups()] == [1]
        mended = _same_place(fragile)
        async with flow.running(show.projector(mended)):
            await RedisParking(show.redis, mended, "projector").retry(Chosen(streams=(stream,)))
            await flow.until(lambda: _none_parked(show, mended))
            await log.write([stream])
            await flow.until(lambda: show.settled(mended))
            row = await Rows(show.redis, mended).get(THINGS, str(stream))
    assert row is not None
    assert row.versions == (1, 2, 3, 4)


async def test_a_parked_stream_that_is_given_up_goes_on_with_what_follows(show: Show, log: Database) -> None:
    sick, well = flow.streams(2)
    held = RedisParking(show.redis, show.generation, "projector")
    async with flow.running(show.relay(), show.projector(), show.projector()):
        await log.write([sick, well])
        await log.write([sick], data=lambda _: b"{not json")
        await log.write([sick])
        await flow.until(show.settled)
        assert [one.events for one in await held.page(Chosen(), 10)] == [2]
        assert await held.page(Chosen(consumer="another"), 10) == []
        for other in (Chosen(streams=(well,)), Chosen(consumer="another"), Chosen(error="Refused")):
            assert await held.discard(other, "operator:mori", "a test") == Reach(streams=0, events=0)
        assert await held.discard(Chosen(streams=(sick,)), "operator:mori", "a test") == Reach(streams=1, events=2)
        await flow.until(lambda: _none_parked(show, show.generation))
        await log.write([sick])
        await flow.until(show.settled)
    row = await show.rows.get(THINGS, str(sick))
    assert row is not None
    assert row.versions == (1, 4)
    assert not await show.redis.exists(show.generation.discards, show.generation.parked_events(sick))


async def test_o1_parked_streams_are_counted_and_told_by_age_a_page_at_a_time_without_reading_them_all(
    show: Show, log: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragile = Generation([board.THINGS, board.FRAGILE])
    held = RedisParking(show.redis, fragile, "projector")
    streams = flow.streams(7)
    async with flow.running(show.relay(), show.projector(fragile)):
        for number, stream in enumerate(streams):
            await log.write([stream], data=_mistaken if number % 3 == 0 else _unreadable)
            # They stand by when they were parked, and partitions are not read in the order of the log.
            await flow.until(lambda: show.settled(fragile))
        await held.discard(Chosen(streams=(streams[1], streams[1])), "operator:mori", "a test")
        await flow.until(lambda: _parked(held, 6))
    monkeypatch.setattr(show.redis, "hgetall", None)
    left = [streams[0], *streams[2:]]
    first, third, *_ = await held.page(Chosen(), 9)
    assert await _paged(held, Chosen(), 2) == [left[:2], left[2:4], left[4:]]
    assert await _paged(held, Chosen(consumer="projector", error="ZeroDivisionError"), 2) == [
        [streams[0], streams[3]],
        [streams[6]],
    ]
    assert await _paged(held, Chosen(streams=(streams[5], streams[2], streams[1])), 9) == [[streams[2], streams[5]]]
    assert await _paged(held, Chosen(consumer="another"), 2) == []
    assert [(one.error, one.streams, one.since) for one in await held.groups()] == [
        ("Unreadable", 3, third.since),
        ("ZeroDivisionError", 3, first.since),
    ]
    for reader, rest in (("gateway", left[1:]), ("users.contracts", left[2:])):
        place = After(since=third.since, consumer=reader, stream_id=uuid4())
        assert [one.stream_id for one in await held.page(Chosen(), 9, place)] == rest, "streams of one age, by reader"


async def test_parked_streams_of_one_age_are_told_by_their_ids(redis: Redis) -> None:
    generation = Generation([board.THINGS])
    held = RedisParking(redis, generation, "projector")
    streams = sorted(flow.streams(5))
    for number, stream in enumerate(streams):
        since = datetime(2026, 4, 1, 9, tzinfo=timezone(timedelta(hours=9 if number < 4 else 8)))
        why = {"reason": "Refused('no')", "topic": "a topic", "part": 0, "since": since.isoformat(), "attempts": 1}
        why["tried_at"] = since.isoformat()
        await redis.hset(generation.parked, str(stream), json.dumps(why))
        await redis.zadd(generation.parked_by_age(), {parked_place(since, stream): 0})
    assert await _paged(held, Chosen(), 3) == [streams[:3], streams[3:]]


def _mistaken(_: int) -> bytes:
    return b'{"number": 13}'


def _unreadable(_: int) -> bytes:
    return b"{not json"


async def _paged(held: RedisParking, chosen: Chosen, limit: int) -> list[list[UUID]]:
    """Return the ids of all pages, each begun behind the end of the one before."""
    found, after = [], None
    while page := await held.page(chosen, limit, after):
        found.append([one.stream_id for one in page])
        after = After(since=page[-1].since, consumer="projector", stream_id=page[-1].stream_id)
    return found


async def _parked(held: RedisParking, count: int) -> bool:
    return sum(one.streams for one in await held.groups()) == count


def _same_place(fragile: Generation) -> Generation:
    """Return a generation of the same name whose code does not fail any more."""
    mended = Generation([board.THINGS, _renamed()])
    mended.name, mended.prefix = fragile.name, fragile.prefix
    return mended


def _renamed() -> Any:
    return replace(board.FRAGILE, evolve=board.tally)


async def _no_retries(show: Show, generation: Generation) -> bool:
    return not await show.redis.exists(generation.retries)


async def _none_parked(show: Show, generation: Generation) -> bool:
    return not await RedisParking(show.redis, generation, "projector").groups()


async def test_a_projector_waits_for_a_redis_that_is_not_there(show: Show, log: Database) -> None:
    absent = open_redis("redis://127.0.0.1:1/0")
    away = Show(log, show.topic, show.bootstrap, absent, show.generation)
    async with flow.running(away.projector(), away.applied.run()):
        await asyncio.sleep(1)
        assert not await away.applied.wait([away.position(uuid4(), 1)], 0.1)
    await absent.aclose()


async def test_a_projector_whose_redis_connections_are_cut_goes_on(show: Show, log: Database, redis_url: str) -> None:
    several = flow.streams(12)
    cut = Redis.from_url(redis_url, client_name="cut")
    doomed = Show(log, show.topic, show.bootstrap, cut, show.generation)
    async with flow.running(show.relay(), doomed.projector(), doomed.applied.run()):
        for _ in range(15):
            await log.write(several)
            for one in await show.redis.client_list():
                if one["name"] == "cut":
                    await show.redis.client_kill_filter(_id=one["id"])
            await asyncio.sleep(0.05)
        await flow.until(show.settled, 40)
        assert await doomed.applied.wait([show.position(several[-1], 180)], 10)
    await cut.aclose()
    rows = await show.rows.listed(THINGS, f"tenant:{log.tenant_id}")
    assert [row.versions for row in rows] == [tuple(range(1, 16))] * 12


async def test_o2_of_a_topic_made_anew_the_kept_places_are_where_it_is_read_though_nothing_new_came(
    show: Show, log: Database
) -> None:
    async def kept() -> list[int]:
        found = await show.redis.hgetall(show.generation.checkpoint)
        return [int(place.split()[0]) for name, place in found.items() if b"/" in name]

    async def none_kept() -> bool:
        return set(await kept()) == {0}

    async with flow.running(show.projector()):
        async with flow.running(show.relay()):
            await storm(log, flow.streams(10), 3)
            await flow.until(show.settled)
        assert max(await kept()) > 0
        await records.drop_topic(show.bootstrap, show.topic)
        await asyncio.sleep(0.5)
        await records.make_topic(show.bootstrap, show.topic)
        await flow.until(none_kept, 40)
        await log.write(flow.streams(10))
        async with flow.running(show.relay()):
            await flow.until(show.settled, 40)
    assert await show.redis.hget(show.generation.checkpoint, "complete") == b"1"


async def test_a_log_that_was_restored_is_folded_anew_without_what_never_happened(show: Show, log: Database) -> None:
    stream = uuid4()
    async with flow.running(show.projector()):
        async with flow.running(show.relay()):
            await log.write([stream] * 3)
            await flow.until(show.settled)
        owner = await flow.connect(log.owner_url)
        await owner.execute("SET session_replication_role = replica; DELETE FROM es.events WHERE pos = 3")
        await owner.execute(
            "UPDATE es.head SET pos = 2, epoch = 2; UPDATE es.relay SET pos = 0, last = '{0,0,0,0,0,0}'"
        )
        await owner.close()
        await log.write([stream], data=lambda _: b'{"number": 100}')
        async with flow.running(show.relay()):
            await flow.until(lambda: _total(show, stream, 103))
    row = await show.rows.get(THINGS, str(stream))
    assert row is not None
    assert row.versions == (1, 2, 3)


async def _total(show: Show, stream: UUID, total: int) -> bool:
    row = await show.rows.get(THINGS, str(stream), partial=True)
    return row is not None and row.total == total and await show.settled()
