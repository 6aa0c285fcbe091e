"""The projector: rows and lists follow the log, each fact folded once."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from kernel.adapters.postgres.outbox import republish
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.sweep import sweep
from tests.integration.kernel import board, flow
from tests.integration.kernel.board import MODELS, THINGS
from tests.integration.kernel.flow import Database
from tests.integration.kernel.show import Show, storm


async def test_rows_and_lists_follow_the_log(show: Show, log: Database) -> None:
    one, other = flow.streams(2)
    async with flow.running(show.relay(), show.projector()):
        await log.write([one, other, one])
        await flow.until(show.settled)
    row = await show.rows.get(THINGS, str(one))
    assert row is not None
    assert (row.versions, row.total, row.latest) == ((1, 2), 4, 3)
    listed = await show.rows.listed(THINGS, f"tenant:{log.tenant_id}", descending=True)
    assert [thing.thing_id for thing in listed] == [str(one), str(other)]
    first = await show.rows.listed(THINGS, f"tenant:{log.tenant_id}", last=0)
    assert [thing.thing_id for thing in first] == [str(other)]
    assert await show.rows.many(THINGS, [str(uuid4()), str(other)]) == [None, listed[1]]
    tally = await show.rows.mixed([(board.TALLY, str(log.tenant_id)), (THINGS, str(one))])
    assert (tally[0].count, tally[0].total, tally[1]) == (3, 6, row)


async def test_a_row_that_is_removed_leaves_no_list_behind(show: Show, log: Database) -> None:
    stream = uuid4()
    async with flow.running(show.relay(), show.projector()):
        await log.write([stream])
        await log.write([stream], data=lambda _: b'{"number": -1}')
        await flow.until(show.settled)
    assert await show.rows.get(THINGS, str(stream)) is None
    assert not [key for key in await show.dump() if b"things" in key]


@pytest.mark.parametrize("seed", range(3))
async def test_folding_as_facts_come_equals_folding_from_nothing_byte_for_byte(
    show: Show, log: Database, seed: int
) -> None:
    several = flow.streams(25)
    async with flow.running(show.relay(), show.projector()):
        await storm(log, several, seed)
        await flow.until(show.settled)
    live = await show.dump()
    anew = Generation(MODELS, name="g2")
    async with flow.running(show.projector(anew)):
        await flow.until(lambda: show.settled(anew))
    assert await show.dump(anew) == live
    assert len(live) > 20


async def test_records_that_are_sent_again_change_nothing(show: Show, log: Database) -> None:
    async with flow.running(show.relay(), show.projector()):
        await storm(log, flow.streams(10), 1, 5)
        await flow.until(show.settled)
        before = await show.dump()
        for part in range(6):
            await republish(log.pool, show.topic, part, 0)
        await asyncio.sleep(1.5)
        assert await show.dump() == before


async def test_two_projectors_at_once_fold_each_fact_once(show: Show, log: Database) -> None:
    several = flow.streams(20)
    async with flow.running(show.relay(), show.projector(), show.projector()):
        for _ in range(30):
            await log.write(several)
        await flow.until(show.settled)
    rows = await show.rows.listed(THINGS, f"tenant:{log.tenant_id}")
    assert [row.versions for row in rows] == [tuple(range(1, 31))] * 20


@pytest.mark.parametrize("point", ["C6", "C6:2", "C7", "C7:3", "C8", "C8:3", "C11"])
async def test_a_projector_killed_around_its_commit_folds_each_fact_once(show: Show, log: Database, point: str) -> None:
    several = flow.streams(12)
    given = {"role": "projector", "redis": _url(show.redis), "bootstrap": show.bootstrap, "topic": show.topic}
    async with flow.running(show.relay()):
        doomed = asyncio.ensure_future(flow.killed("role_process", point, **given))
        while not doomed.done():
            await log.write(several)
            await asyncio.sleep(0.1)
        await doomed
        async with flow.running(show.projector()):
            await flow.until(show.settled)
    rows = await show.rows.listed(THINGS, f"tenant:{log.tenant_id}")
    count = await log.pool.fetchval("SELECT max(version) FROM es.events")
    assert [row.versions for row in rows] == [tuple(range(1, count + 1))] * 12


def _url(redis: Redis) -> str:
    given = redis.connection_pool.connection_kwargs
    secret = f":{given['password']}@" if given.get("password") else ""
    return f"redis://{secret}{given['host']}:{given['port']}/{given['db']}"


async def test_a_model_that_changes_is_folded_beside_the_old_one(show: Show, log: Database) -> None:
    assert Generation(MODELS).name == show.generation.name
    other = Generation([replace(THINGS, version=2), board.TALLY])
    assert other.prefix != show.generation.prefix
    async with flow.running(show.relay(), show.projector()):
        await log.write(flow.streams(5))
        await flow.until(show.settled)
    async with flow.running(show.projector(other)):
        await flow.until(lambda: show.settled(other))
    assert await show.dump(other) == await show.dump()


async def test_a_generation_that_nobody_folds_any_more_is_removed(show: Show, log: Database) -> None:
    old = Generation(MODELS, name="old")
    async with flow.running(show.relay(), show.projector(old), show.projector()):
        await log.write(flow.streams(5))
        await flow.until(lambda: show.settled(old))
        await flow.until(show.settled)
        assert await sweep(show.redis, show.generation) == [], "it is in use"
    await show.redis.delete(old.alive)
    assert await sweep(show.redis, show.generation) == [old.name]
    assert await show.dump(old) == {}
    assert len(await show.dump()) > 0
