"""Histories in a real Redis: bounded, never doubled, there after a restart, and cheap."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from gateway.adapters.flow_archive import LIFE_SECONDS, PREFIX, RECORD, RedisFlowArchive
from gateway.adapters.redis_pool import pooled_redis
from gateway.application.flow_history import COARSE, FINE, MIDDLE, TIERS, Point, Spread
from gateway.application.ops_history import Archive
from kernel.application.flowing import Verdict
from kernel.domain.errors import Unavailable
from tests.unit.gateway.fakes import NOW
from tests.unit.gateway.fakes_ops_history import FakeArchive
from tests.unit.gateway.flows import NAME, flow, unseen

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
CONNECTING = {"info", "auth", "hello", "select", "ping", "client|setinfo", "client"}
OTHER = ("users.board", "log:users")


@pytest.fixture
def archive(redis: "Redis") -> RedisFlowArchive:
    return RedisFlowArchive(redis)


@pytest.fixture(params=["redis", "memory"])
def either(request: pytest.FixtureRequest, archive: RedisFlowArchive) -> Archive:
    """Return the real archive and the one that the tests of pages use."""
    return archive if request.param == "redis" else FakeArchive()


@asynccontextmanager
async def commands(redis: "Redis") -> "AsyncIterator[dict[str, int]]":
    """Count the commands that reach the server while the block runs, by name."""
    found: dict[str, int] = {}
    before = await redis.info("commandstats")
    yield found
    after = await redis.info("commandstats")
    for name, stats in after.items():
        calls = stats["calls"] - before.get(name, {"calls": 0})["calls"]
        if calls and name.removeprefix("cmdstat_") not in CONNECTING:
            found[name.removeprefix("cmdstat_")] = calls


async def test_o2_what_is_kept_is_found_again_in_every_width(either: Archive) -> None:
    for number, lag in enumerate((4, 8, 0)):
        await either.keep(
            NOW + number * FINE.width, [flow(lag, 100 + number), flow(1, consumer=OTHER[0], topic=OTHER[1])]
        )
    for tier in TIERS:
        mine, other, nobody = await either.points([NAME, OTHER, ("a", "b")], tier, NOW - HOUR, NOW + MIDDLE.width)
        assert sum(point.samples for point in mine) == 3
        assert max(point.lag.most for point in mine) == 8
        assert {point.lag for point in other} == {Spread(1, 1, 1)}
        assert not nobody
    ((one,),) = await either.points([NAME], COARSE, NOW, NOW + COARSE.width)
    assert one == Point(
        at=COARSE.start(NOW),
        seen_at=NOW + 2 * FINE.width,
        samples=3,
        lag=Spread(0, 4, 8),
        lag_seconds=Spread(0, pytest.approx(0.4), 0.8),
        rate=Spread(5, 5, 5),
        head=102,
        verdict=Verdict.OK,
    )


async def test_only_the_time_that_is_asked_for_is_told(either: Archive) -> None:
    for number in range(10):
        await either.keep(NOW + number * FINE.width, [flow(number)])
    ((*found,),) = await either.points([NAME], FINE, NOW + 3 * FINE.width, NOW + 6 * FINE.width)
    assert [point.lag.mean for point in found] == [3, 4, 5, 6]


async def test_a_ring_begins_again_and_holds_the_newest_alone(archive: RedisFlowArchive, redis: "Redis") -> None:
    begin = FINE.start(NOW)
    for number in range(FINE.kept + 30):
        await archive.keep(begin + number * FINE.width, [flow(number)])
    last = begin + (FINE.kept + 29) * FINE.width
    (found,) = await archive.points([NAME], FINE, last - WEEK, last)
    assert [point.lag.mean for point in found] == list(range(30, FINE.kept + 30))
    sizes = {tier: await redis.strlen(f"{PREFIX}:{tier.step}:{NAME[0]}|{NAME[1]}") for tier in TIERS}
    assert all(size <= tier.kept * RECORD.size for tier, size in sizes.items())
    assert sum(tier.kept for tier in TIERS) * RECORD.size < 256 * 1024, "a reader takes a quarter of a megabyte"


async def test_what_an_earlier_turn_of_the_ring_left_is_not_taken_for_the_present(archive: RedisFlowArchive) -> None:
    await archive.keep(NOW, [flow(5, verdict=Verdict.STOPPED)])
    again = NOW + FINE.kept * FINE.width
    ((*found,),) = await archive.points([NAME], FINE, again, again)
    assert not found
    await archive.keep(NOW + COARSE.kept * COARSE.width, [flow(1)])
    ((one,),) = await archive.points([NAME], COARSE, NOW + WEEK, NOW + COARSE.kept * COARSE.width)
    assert (one.samples, one.verdict) == (1, Verdict.OK)


async def test_several_gateways_write_no_doubles(redis_url: str) -> None:
    several = [pooled_redis(redis_url) for _ in range(4)]
    archives = [RedisFlowArchive(one) for one in several]
    for number in range(8):
        at = NOW + number * FINE.width
        turns = await asyncio.gather(*(one.takes_turn(at) for one in archives))
        assert sum(turns) == 1
        await archives[turns.index(True)].keep(at, [flow(2)])
    (found,) = await archives[0].points([NAME], MIDDLE, NOW - HOUR, NOW + MIDDLE.width)
    assert sum(point.samples for point in found) == 8
    for one in several:
        await one.aclose()


async def test_a_gateway_that_starts_again_finds_what_was_kept(archive: RedisFlowArchive, redis_url: str) -> None:
    await archive.keep(NOW, [flow(3)])
    again = pooled_redis(redis_url)
    ((one,),) = await RedisFlowArchive(again).points([NAME], FINE, NOW, NOW)
    assert one.lag.mean == 3
    await again.aclose()


async def test_the_history_of_a_reader_that_is_no_more_goes_by_itself(
    archive: RedisFlowArchive, redis: "Redis"
) -> None:
    await archive.keep(NOW, [flow(3)])
    keys = await redis.keys(f"{PREFIX}:*")
    assert len(keys) == len(TIERS)
    for key in keys:
        assert WEEK.total_seconds() < await redis.ttl(key) <= LIFE_SECONDS
    await archive.takes_turn(NOW)
    assert 0 < await redis.ttl((await redis.keys("ops:turn:*"))[0]) <= 60


@pytest.mark.parametrize("readers", [1, 20])
async def test_a_sample_costs_a_few_small_commands_for_each_reader_and_a_look_one_or_two(
    archive: RedisFlowArchive, redis: "Redis", readers: int
) -> None:
    flows = [flow(consumer=f"users.{number}") for number in range(readers)]
    names = [(one.consumer, one.topic) for one in flows]
    for number in range(50):
        await archive.keep(NOW + number * FINE.width, flows)
    async with commands(redis) as cost:
        await archive.keep(NOW + 50 * FINE.width, flows)
    assert cost == {"getrange": 2 * readers, "setrange": 3 * readers, "expire": 3 * readers}
    async with commands(redis) as cost:
        await archive.points(names, MIDDLE, NOW, NOW + timedelta(hours=1))
    assert set(cost) == {"getrange"}
    assert cost["getrange"] in {readers, 2 * readers}


async def test_while_redis_is_away_nothing_is_said_to_be_kept(no_redis: "Redis") -> None:
    away = RedisFlowArchive(no_redis)
    for asked in (away.takes_turn(NOW), away.keep(NOW, [flow()]), away.points([NAME], FINE, NOW, NOW)):
        with pytest.raises(Unavailable):
            await asked


async def test_o2_what_nobody_knew_is_kept_as_such_and_makes_nothing_smaller(either: Archive) -> None:
    for number, one in enumerate((flow(4), unseen(), flow(8), unseen())):
        await either.keep(MIDDLE.start(NOW) + number * FINE.width, [one])
    ((*fine,),) = await either.points([NAME], FINE, MIDDLE.start(NOW), MIDDLE.start(NOW) + 3 * FINE.width)
    assert [point.lag and point.lag.mean for point in fine] == [4, None, 8, None]
    assert [point.verdict for point in fine] == [Verdict.OK, Verdict.UNKNOWN] * 2
    ((whole,),) = await either.points([NAME], MIDDLE, NOW, NOW)
    assert (whole.lag, whole.samples, whole.verdict) == (Spread(4, 6, 8), 4, Verdict.UNKNOWN)
