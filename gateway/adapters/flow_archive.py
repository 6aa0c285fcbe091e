"""Histories of readers as rings of bytes in Redis. Next stop: application/ops_history.py.

Of every reader and width of points there is one string: the place of a point follows from its time, so writing it
twice changes nothing, the newest takes the place of the oldest, and a look at a week is one read. Nothing grows, and
nothing has to be tidied up but the rings of readers that are no more, which expire.
"""

import struct
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from redis.exceptions import RedisError

from gateway.application.flow_history import FINE, TIERS, Point, Spread, Tier, joined, sampled
from gateway.application.ops_history import FlowName
from kernel.application.flowing import Verdict
from kernel.application.watching import Flow
from kernel.domain.errors import Unavailable

if TYPE_CHECKING:
    from redis.asyncio import Redis

PREFIX = "ops:flow:2"
"""With the number of the record's shape: another one is kept beside, and this one goes by itself."""

TURN = "ops:turn"
TURN_SECONDS = 60
LIFE_SECONDS = 8 * 24 * 3600
RECORD = struct.Struct("<IIHBxQ" + 3 * "H3d")
"""From when, seen last when, of how many samples, verdict, head; of lag, lag in seconds and rate how many looks knew
it, and least, mean and most of those."""

_VERDICTS = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class RedisFlowArchive:
    """Points of all readers, for seven days."""

    redis: "Redis"

    async def takes_turn(self, at: datetime) -> bool:
        """Return whether this process, and no other, is to sample at a moment. Raises: Unavailable."""
        try:
            return bool(await self.redis.set(f"{TURN}:{int(at.timestamp())}", b"1", nx=True, ex=TURN_SECONDS))
        except (RedisError, OSError) as error:
            raise Unavailable("no history can be kept now", retry_after=2) from error

    async def keep(self, at: datetime, flows: Sequence[Flow]) -> None:
        """Keep how every reader stood; asks Redis twice, however many there are. Raises: Unavailable."""
        points = {(flow.consumer, flow.topic): sampled(at, flow) for flow in flows}
        wider = [(name, tier) for name in points for tier in TIERS if tier is not FINE]
        try:
            async with self.redis.pipeline(transaction=False) as pipe:
                for name, tier in wider:
                    pipe.getrange(_key(name, tier), *_range(tier, tier.slot(at), 1))
                known = dict(zip(wider, await pipe.execute(), strict=True))
                for name, point in points.items():
                    for tier in TIERS:
                        start = tier.start(at)
                        one = replace(point, at=start)
                        if tier is not FINE:
                            before = _point(known[name, tier], start)
                            one = joined(before, one) if before else one
                        key = _key(name, tier)
                        pipe.setrange(key, _range(tier, tier.slot(at), 1)[0], _record(start, one))
                        pipe.expire(key, LIFE_SECONDS)
                await pipe.execute()
        except (RedisError, OSError) as error:
            raise Unavailable("no history can be kept now", retry_after=2) from error

    async def points(
        self, names: Sequence[FlowName], tier: Tier, since: datetime, until: datetime
    ) -> Sequence[Sequence[Point]]:
        """Return the points of some readers, each oldest first; asks Redis once. Raises: Unavailable."""
        last = tier.slot(until)
        first = max(tier.slot(since), last - tier.kept + 1)
        # The ring may begin again in between: then there are two pieces of it.
        turn = last - last % tier.kept
        pieces = [(first, last)] if first >= turn else [(first, turn - 1), (turn, last)]
        try:
            async with self.redis.pipeline(transaction=False) as pipe:
                for name in names:
                    for begin, end in pieces:
                        pipe.getrange(_key(name, tier), *_range(tier, begin, end - begin + 1))
                found = await cast("Awaitable[list[bytes]]", pipe.execute())
        except (RedisError, OSError) as error:
            raise Unavailable("no history can be read now", retry_after=2) from error
        size = len(pieces)
        return [
            [
                point
                for piece, of in zip(pieces, found[n * size : (n + 1) * size], strict=True)
                for point in _all(of, tier, piece[0])
            ]
            for n in range(len(names))
        ]


def _key(name: FlowName, tier: Tier) -> str:
    return f"{PREFIX}:{tier.step}:{name[0]}|{name[1]}"


def _range(tier: Tier, slot: int, count: int) -> tuple[int, int]:
    """Return the first and last byte of some points in their ring."""
    begin = slot % tier.kept * RECORD.size
    return begin, begin + count * RECORD.size - 1


def _record(start: datetime, point: Point) -> bytes:
    return RECORD.pack(
        int(start.timestamp()),
        int(point.seen_at.timestamp()),
        point.samples,
        _VERDICTS.index(point.verdict),
        point.head,
        *_figures(point.lag),
        *_figures(point.lag_seconds),
        *_figures(point.rate),
    )


def _figures(seen: Spread | None) -> tuple[int, float, float, float]:
    return (0, 0.0, 0.0, 0.0) if seen is None else (seen.count, seen.least, seen.mean, seen.most)


def _spread(count: int, least: float, mean: float, most: float) -> Spread | None:
    return Spread(least, mean, most, count) if count else None


def _all(ring: bytes, tier: Tier, first: int) -> Sequence[Point]:
    found = []
    for number in range(len(ring) // RECORD.size):
        start = datetime.fromtimestamp((first + number) * tier.step, UTC)
        if point := _point(ring[number * RECORD.size : (number + 1) * RECORD.size], start):
            found.append(point)
    return found


def _point(record: bytes, start: datetime) -> Point | None:
    """Return a point; None where the ring still holds that of an earlier turn, or nothing."""
    if len(record) < RECORD.size:
        return None
    at, seen_at, samples, verdict, head, *numbers = RECORD.unpack(record)
    if at != int(start.timestamp()):
        return None
    lag, lag_seconds, rate = (_spread(*numbers[place : place + 4]) for place in (0, 4, 8))
    return Point(
        at=start,
        seen_at=datetime.fromtimestamp(seen_at, UTC),
        samples=samples,
        lag=lag,
        lag_seconds=lag_seconds,
        rate=rate,
        head=head,
        verdict=_VERDICTS[verdict],
    )
