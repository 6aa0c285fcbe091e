"""What open boards cost who counts parked streams, a service or the gateway, without any server."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import asyncpg
import pytest

from kernel.adapters.postgres.parked import PostgresParking
from kernel.adapters.redis.generation import Generation, parked_place
from kernel.adapters.redis.parked import COUNTED_SECONDS, READ_AT_ONCE, RedisParking
from kernel.adapters.watching import asking
from kernel.application.parking import ParkedGroup
from kernel.domain.errors import Unavailable

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
ROW = {"consumer": "notes", "error": "KeyError", "streams": 3, "since": NOON}


class Locked:
    """A pool whose statements wait for a lock that somebody holds."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.lent = 0

    async def fetch(self, *_: Any) -> Sequence[Mapping[str, Any]]:
        self.lent += 1
        await self.free.wait()
        return [ROW]


async def test_o1_boards_that_ask_while_the_parked_streams_are_locked_take_one_connection_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.01)
    locked = Locked()
    parking = PostgresParking(cast("asyncpg.Pool[Any]", locked))
    for _ in range(3):
        async with asyncio.timeout(1):
            told = await asyncio.gather(*(parking.groups() for _ in range(4)), return_exceptions=True)
        assert [type(one) for one in told] == [Unavailable] * 4
    assert locked.lent == 1, "the others are for commands"
    locked.free.set()
    assert await parking.groups() == [ParkedGroup(**cast("Any", ROW))]


@dataclass
class Redis:
    """What a projector parked, by kind of error, and of which a retry was ordered; it notes what is read of them."""

    parked: dict[str, list[UUID]]
    ordered: list[UUID]
    counts: int = 0
    read: list[int] = field(default_factory=list)
    """How many at once."""
    asked: list[object] = field(default_factory=list)

    async def smembers(self, _key: str) -> set[str]:
        self.counts += 1
        return set(self.parked)

    def pipeline(self, *, transaction: bool) -> "Redis":
        assert transaction
        self.asked = []
        return self

    def hlen(self, _key: str) -> None:
        self.asked.append(len(self.ordered))

    def zcard(self, key: str) -> None:
        self.asked.append(len(self.parked[key.rpartition(":")[2]]))

    def zrange(self, key: str, first: int, last: int) -> None:
        streams = self.parked[key.rpartition(":")[2]]
        self.asked.append([parked_place(NOON, one) for one in streams[first : last + 1]])

    async def execute(self) -> list[object]:
        return self.asked

    async def hkeys(self, _key: str) -> list[str]:
        return [str(one) for one in self.ordered]

    async def hmget(self, _key: str, streams: Sequence[str]) -> list[str | None]:
        self.read.append(len(streams))
        kinds = {str(one): kind for kind, several in self.parked.items() for one in several}
        return [json.dumps({"reason": f"{kinds[one]}('no')"}) if one in kinds else None for one in streams]


def counting(redis: Redis, clock: Callable[[], float] = lambda: 0.0) -> RedisParking:
    return RedisParking(cast("Any", redis), Generation(()), "projector", clock)


def streams(count: int) -> list[UUID]:
    return [UUID(int=number) for number in range(count)]


async def test_o1_boards_that_are_open_at_the_read_models_share_a_count_and_it_is_soon_made_anew() -> None:
    some, now = streams(3), 0.0
    redis = Redis({"KeyError": some}, [])
    parking = counting(redis, lambda: now)
    for _ in range(5):
        told = await asyncio.gather(*(parking.groups() for _ in range(4)))
        assert told == [[ParkedGroup(consumer="projector", error="KeyError", streams=3, since=NOON)]] * 4
    assert redis.counts == 1
    redis.parked["KeyError"], now = some[1:], COUNTED_SECONDS
    assert [one.streams for one in await parking.groups()] == [2]


@pytest.mark.parametrize("others", [[], ["ValueError"]])
async def test_o1_what_is_tried_again_of_one_kind_is_counted_without_reading_it(others: Sequence[str]) -> None:
    """A kind that nothing is parked for any more is one that was."""
    redis = Redis({"KeyError": streams(10_000), **{kind: [] for kind in others}}, streams(9_000))
    assert [(one.error, one.retrying) for one in await counting(redis).groups()] == [("KeyError", 9_000)]
    assert redis.read == []


async def test_o1_of_several_kinds_what_is_tried_again_is_read_in_parts_between_which_others_have_a_turn() -> None:
    some = streams(2 * READ_AT_ONCE + 10)
    redis = Redis({"KeyError": some[:5], "ValueError": some[5:]}, [*some[2:], UUID(int=len(some))])
    told = await counting(redis).groups()
    assert [(one.error, one.retrying) for one in told] == [("KeyError", 3), ("ValueError", len(some) - 5)]
    assert redis.read == [READ_AT_ONCE, READ_AT_ONCE, 9]


async def test_o1_an_order_that_is_there_longer_than_its_stream_is_not_counted() -> None:
    assert [one.retrying for one in await counting(Redis({"KeyError": streams(2)}, streams(3))).groups()] == [2]
