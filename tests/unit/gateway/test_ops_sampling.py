"""Who takes down how all readers stand, and when."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from structlog.testing import capture_logs

from gateway.application.flow_history import COARSE, FINE, MIDDLE
from gateway.application.ops_sampling import Sampling
from kernel.application.watching import Flow
from kernel.domain.errors import Unavailable
from tests.unit.gateway.fakes import NOW
from tests.unit.gateway.fakes_ops_history import FakeArchive
from tests.unit.gateway.flows import NAME, flow


@dataclass
class Reader:
    """A process with one reader."""

    lag: int = 0
    asked: int = 0
    away: bool = False

    async def latest(self) -> Sequence[Flow]:
        self.asked += 1
        if self.away:
            raise Unavailable("away")
        return [flow(self.lag, consumer=NAME[0] if self.lag else "users.board")]


@dataclass
class Time:
    """A clock that is moved by who sleeps."""

    now: datetime = NOW
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


def sampling(archive: FakeArchive, time: Time, **processes: Reader) -> Sampling:
    return Sampling(processes=processes, archive=archive, now=lambda: time.now, sleep=time.sleep)


async def passes(sampler: Sampling, time: Time, until: timedelta) -> None:
    """Let a sampler run until a time."""
    running = asyncio.ensure_future(sampler.run())
    while time.now < NOW + until:  # noqa: ASYNC110 - the clock is moved by who sleeps
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_each_process_is_asked_once_for_each_moment_and_every_width_keeps_it() -> None:
    archive, time, users = FakeArchive(), Time(), Reader(lag=7)
    await passes(sampling(archive, time, users=users), time, timedelta(minutes=4))
    looks = archive.kept[NAME, FINE]
    assert users.asked == len(looks)
    assert len(looks) in {15, 16}
    assert {point.samples for point in looks.values()} == {1}
    for tier in (MIDDLE, COARSE):
        assert sum(point.samples for point in archive.kept[NAME, tier].values()) == len(looks)


async def test_looks_are_taken_at_the_same_moments_whenever_a_gateway_started() -> None:
    archive, time = FakeArchive(), Time(now=NOW + timedelta(seconds=4))
    await passes(sampling(archive, time, users=Reader()), time, timedelta(minutes=1))
    assert time.slept[0] == 11
    assert {at.timestamp() % FINE.step for at in archive.turns} == {0}


async def test_of_several_gateways_one_takes_each_look() -> None:
    archive, time, users = FakeArchive(), Time(), Reader(lag=1)
    several = [sampling(archive, time, users=users) for _ in range(3)]
    taken = []
    for _ in range(20):
        taken.append(sum(await asyncio.gather(*(one.sample() for one in several))))
        time.now += FINE.width
    assert taken == [1] * 20
    assert users.asked == 20


async def test_when_a_gateway_ends_another_takes_the_next_look() -> None:
    archive, time, users = FakeArchive(), Time(), Reader(lag=1)
    first, second = (sampling(archive, time, users=users) for _ in range(2))
    assert (await first.sample(), await second.sample()) == (1, 0)
    time.now += FINE.width
    assert await second.sample() == 1


async def test_who_does_not_answer_is_missing_said_once_and_nothing_else_is() -> None:
    archive, time = FakeArchive(), Time()
    users, contracts = Reader(lag=3), Reader(away=True)
    sampler = sampling(archive, time, users=users, contracts=contracts)
    with capture_logs() as said:
        for _ in range(4):
            assert await sampler.sample() == 1
            time.now += FINE.width
        contracts.away = False
        assert await sampler.sample() == 2
        time.now += FINE.width
        contracts.away = True
        await sampler.sample()
    assert [one["services"] for one in said] == [["contracts"], ["contracts"]]


async def test_while_redis_is_away_looks_are_missing_and_go_on_afterwards() -> None:
    archive, time, users = FakeArchive(away=True), Time(), Reader(lag=1)
    sampler = sampling(archive, time, users=users)
    with capture_logs() as said:
        await passes(sampler, time, timedelta(seconds=40))
    assert {one["event"] for one in said} == {"ops_history.misses_a_sample"}
    assert users.asked == 0, "who cannot keep anything asks nobody"
    archive.away = False
    assert await sampler.sample() == 1
