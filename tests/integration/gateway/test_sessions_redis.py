"""Sessions and limits in a real Redis."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from gateway.adapters.limits_redis import WINDOW, RedisLimits
from gateway.adapters.sessions_redis import ENDS, GRACE, KEPT, LEASE, SEEN, WHOSE, RedisSessions
from gateway.application.viewer import IDLE
from kernel.domain.errors import TooManyTries, Unavailable
from kernel.domain.recorded import LogPosition
from tests.unit.gateway.fakes import NOW, START, Clock
from tests.unit.gateway.viewers import session

USERS = LogPosition(service="users", epoch=1, partition=0, position=10)


@pytest.fixture
def sessions(redis: "Redis") -> RedisSessions:
    return RedisSessions(redis, Clock())


async def test_a_session_is_found_as_it_was_kept(sessions: RedisSessions) -> None:
    token = await sessions.open(session(), IDLE)
    assert await sessions.find(token) == replace(session(), seen_at=NOW)


async def test_a6_what_is_kept_does_not_tell_the_token(sessions: RedisSessions, redis: "Redis") -> None:
    token = await sessions.open(session(), IDLE)
    assert len(token) >= 43
    for key in await redis.keys("session:*"):
        assert token.encode() not in key
        for value in (await redis.hgetall(key)).values():
            assert token.encode() not in value


async def test_m13_a_session_knows_when_it_was_used_last(redis: "Redis") -> None:
    clock = Clock()
    sessions = RedisSessions(redis, clock)
    token = await sessions.open(session(), IDLE)
    clock.forward(timedelta(minutes=10))
    await sessions.find(token)
    assert await sessions.find(token) == replace(session(), seen_at=NOW)
    await sessions.used(token, timedelta(minutes=30))
    assert await sessions.find(token) == replace(session(), seen_at=NOW + timedelta(minutes=10))


async def test_a_session_that_nobody_uses_is_swept(sessions: RedisSessions, redis: "Redis") -> None:
    token = await sessions.open(session(), IDLE)
    (key,) = await redis.keys("session:*")
    assert timedelta(days=1) <= timedelta(milliseconds=await redis.pttl(key)) <= KEPT
    await sessions.used(token, timedelta(minutes=5))
    assert timedelta(minutes=5) <= timedelta(milliseconds=await redis.pttl(key)) <= timedelta(minutes=5) + GRACE


async def test_v8_a_closed_session_is_not_used_back_to_life(sessions: RedisSessions, redis: "Redis") -> None:
    token = await sessions.open(session(), IDLE)
    await sessions.close(token)
    await sessions.used(token, timedelta(minutes=5))
    assert await redis.keys("session:*") == []


async def test_a_session_from_before_uses_were_noted_counts_from_its_start(
    sessions: RedisSessions, redis: "Redis"
) -> None:
    token = await sessions.open(session(), IDLE)
    (key,) = await redis.keys("session:*")
    await redis.hdel(key, SEEN)
    assert await sessions.find(token) == replace(session(), seen_at=session().started_at)


async def test_a_session_ends_at_its_absolute_end(redis: "Redis") -> None:
    clock = Clock()
    sessions = RedisSessions(redis, clock)
    token = await sessions.open(session(), IDLE)
    clock.forward(timedelta(hours=12))
    assert await sessions.find(token) is None


async def test_a_closed_session_stays_closed(sessions: RedisSessions, redis: "Redis") -> None:
    token = await sessions.open(session(), IDLE)
    await sessions.close(token)
    await sessions.saw(token, USERS)
    assert await sessions.find(token) is None
    assert await redis.keys("session:*") == []


async def test_a_session_remembers_the_furthest_position_of_each_partition(sessions: RedisSessions) -> None:
    token = await sessions.open(session(), IDLE)
    seen = [USERS, replace(USERS, position=9), replace(USERS, partition=1), replace(USERS, epoch=2, position=3)]
    await asyncio.gather(*(sessions.saw(token, position) for position in seen))
    found = await sessions.find(token)
    assert found is not None
    assert found.positions == (START, replace(USERS, epoch=2, position=3), replace(USERS, partition=1))


async def test_asvs_7_1_1_who_was_left_alone_is_told_once_also_when_the_session_is_gone(redis: "Redis") -> None:
    clock = Clock()
    sessions = RedisSessions(redis, clock)
    await sessions.open(session(), timedelta(minutes=5))
    clock.forward(timedelta(minutes=5) + GRACE - timedelta(seconds=1))
    assert await sessions.due(10) == []
    clock.forward(timedelta(seconds=1))
    (one,) = await sessions.due(10)
    assert one.session is not None
    assert (one.session_id, one.user_id, one.tenant_id) == (
        session().session_id,
        session().user_id,
        session().tenant_id,
    )
    assert await sessions.due(10) == [], "somebody is at it"
    clock.forward(LEASE)
    await redis.delete(one.key)
    (again,) = await sessions.due(10)
    assert (again.session, again.session_id) == (None, one.session_id)
    await sessions.ended(again)
    clock.forward(LEASE)
    assert await sessions.due(10) == []
    assert await redis.keys("*") == []


async def test_who_used_a_session_or_closed_it_is_not_left_alone(redis: "Redis") -> None:
    clock = Clock()
    sessions = RedisSessions(redis, clock)
    used, closed = [await sessions.open(session(), timedelta(minutes=5)) for _ in range(2)]
    clock.forward(timedelta(minutes=4))
    await sessions.used(used, timedelta(minutes=30))
    await sessions.close(closed)
    clock.forward(timedelta(minutes=20))
    assert await sessions.due(10) == []
    clock.forward(timedelta(minutes=11))
    (one,) = await sessions.due(10)
    await sessions.put_off(one, clock() + timedelta(hours=1))
    clock.forward(timedelta(minutes=59))
    assert await sessions.due(10) == []


async def test_m13_a_session_found_too_late_is_gone_and_its_end_due_at_once(
    sessions: RedisSessions, redis: "Redis"
) -> None:
    token = await sessions.open(session(), IDLE)
    await sessions.leave(token)
    assert await sessions.find(token) is None
    (one,) = await sessions.due(10)
    assert (one.session, one.session_id) == (None, session().session_id)
    assert await redis.keys("session:*") == []


async def test_a_session_from_before_ends_were_kept_is_used_and_closed_all_the_same(
    sessions: RedisSessions, redis: "Redis"
) -> None:
    token = await sessions.open(session(), IDLE)
    (key,) = await redis.keys("session:*")
    await redis.hdel(key, WHOSE)
    await redis.delete(ENDS)
    await sessions.used(token, IDLE)
    assert await redis.zcard(ENDS) == 0
    await sessions.close(token)
    assert await redis.keys("*") == []


async def test_v8_what_cannot_be_looked_up_is_unavailable(no_redis: "Redis") -> None:
    sessions = RedisSessions(no_redis, Clock())
    for call in (
        sessions.open(session(), IDLE),
        sessions.find("token"),
        sessions.used("token", timedelta(minutes=5)),
        sessions.saw("token", USERS),
        sessions.close("token"),
        RedisLimits(no_redis, {"login": 1}).count("login", "192.0.2.1"),
    ):
        with pytest.raises(Unavailable):
            await call


async def test_of_many_tries_at_once_exactly_the_allowed_ones_count(redis: "Redis") -> None:
    limits = RedisLimits(redis, {"login": 20})
    results = await asyncio.gather(*(limits.count("login", "192.0.2.1") for _ in range(200)), return_exceptions=True)
    refused = [error for error in results if isinstance(error, TooManyTries)]
    assert results.count(None) == 20
    assert len(refused) == 180
    assert all(0 < error.extra["retry_after"] <= WINDOW for error in refused)


async def test_each_address_and_each_kind_of_try_has_its_own_count(redis: "Redis") -> None:
    limits = RedisLimits(redis, {"login": 1, "code": 1})
    await limits.count("login", "192.0.2.1")
    await limits.count("login", "192.0.2.2")
    await limits.count("code", "192.0.2.1")
    with pytest.raises(TooManyTries):
        await limits.count("login", "192.0.2.1")


async def test_a_count_ends_with_its_window(redis: "Redis") -> None:
    limits = RedisLimits(redis, {"login": 1})
    await limits.count("login", "192.0.2.1")
    assert 0 < await redis.ttl("limit:login:192.0.2.1") <= WINDOW
