"""Emptying a generation: in small steps, by several at once, through deaths, and never what was folded anew."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from kernel.adapters.redis import wipe as wiping
from kernel.adapters.redis.checkpoint import Checkpoint
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.rows import Filling, Rows
from kernel.adapters.redis.wipe import wipe
from tests.integration.kernel import flow
from tests.integration.kernel.board import MODELS, THINGS
from tests.integration.kernel.flow import Database
from tests.integration.kernel.show import Show

GENERATION = Generation(MODELS)
OTHER = Generation(MODELS, name="other")


async def remains(redis: Redis, count: int = 2000) -> None:
    """Leave rows without a checkpoint, and another generation that nobody may touch."""
    for of in (GENERATION, OTHER):
        await redis.mset({of.row_key("things", str(n)): "{}" for n in range(count)})
    await redis.set(GENERATION.alive, "1")


async def rows(redis: Redis, of: Generation = GENERATION) -> int:
    return len([key async for key in redis.scan_iter(f"{of.prefix}:row:*", count=1000)])


async def checkpoint(redis: Redis) -> Checkpoint:
    return Checkpoint.parse(await redis.hgetall(GENERATION.checkpoint))


async def test_rows_without_a_checkpoint_go_and_nothing_else(redis: Redis) -> None:
    await remains(redis)
    assert await wipe(redis, GENERATION)
    assert await rows(redis) == 0
    assert await rows(redis, OTHER) == 2000
    assert await redis.exists(GENERATION.alive)
    assert await checkpoint(redis) == Checkpoint(seq=1)


async def test_a_generation_with_a_checkpoint_is_left_alone(redis: Redis) -> None:
    await remains(redis, 10)
    await redis.hset(GENERATION.checkpoint, "seq", "7")
    assert not await wipe(redis, GENERATION)
    assert await rows(redis) == 10


async def test_no_step_looks_at_or_removes_more_than_a_few_keys(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    await remains(redis)
    await redis.config_resetstat()
    monkeypatch.setattr(wiping, "STEP", 100)
    assert await wipe(redis, GENERATION)
    stats: Any = await redis.info("commandstats")
    assert stats["cmdstat_scan"]["calls"] >= 30
    assert stats["cmdstat_evalsha"]["calls"] >= 20


class Died(Exception):
    """The process died here."""


async def begin_and_die(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    async def dies(*_: Any, **__: Any) -> Any:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(redis, "scan", dies)
        with pytest.raises(Died):
            await wipe(redis, GENERATION)


async def test_who_dies_in_between_leaves_rows_that_nobody_trusts_and_the_next_one_ends_it(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await remains(redis)
    await begin_and_die(redis, monkeypatch)
    assert await rows(redis) == 2000
    with pytest.raises(Filling):
        await Rows(redis, GENERATION).get(THINGS, "1")
    assert (await checkpoint(redis)).seq == 0
    assert await wipe(redis, GENERATION)
    assert await rows(redis) == 0


@pytest.mark.parametrize("lost", [False, True])
async def test_who_is_slow_removes_nothing_that_was_folded_anew(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, *, lost: bool
) -> None:
    await remains(redis)
    scan, meanwhile = redis.scan, [True]

    async def slow(*args: Any, **more: Any) -> Any:
        found = await scan(*args, **more)
        if meanwhile.pop() if meanwhile else False:
            assert await wipe(redis, GENERATION), "another one was quicker"
            await redis.mset({GENERATION.row_key("things", str(n)): "anew" for n in range(2000)})
            if lost:
                await redis.delete(GENERATION.checkpoint)
                await begin_and_die(redis, monkeypatch)
        return found

    monkeypatch.setattr(redis, "scan", slow)
    assert not await wipe(redis, GENERATION)
    assert await rows(redis) == 2000
    assert (await checkpoint(redis)).seq == (0 if lost else 1)


async def test_of_several_at_once_one_begins_anew(redis: Redis) -> None:
    await remains(redis)
    done = await asyncio.gather(*(wipe(redis, GENERATION) for _ in range(5)))
    assert sum(done) == 1
    assert await rows(redis) == 0


async def test_a_projector_ends_what_a_dead_one_began(show: Show, log: Database) -> None:
    (stream,) = flow.streams(1)
    async with flow.running(show.relay()):
        async with flow.running(show.projector()):
            await log.write([stream] * 3)
            await flow.until(show.settled)
        await show.redis.delete(show.generation.checkpoint)
        await show.redis.hset(show.generation.checkpoint, "wiping", "left")
        async with flow.running(show.projector(), show.projector()):
            await flow.until(show.settled)
    row = await show.rows.get(THINGS, str(stream))
    assert row is not None
    assert row.versions == (1, 2, 3)
