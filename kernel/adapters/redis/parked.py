"""What a projector parked, for operations: listed, counted, tried again, given up. Next stop: projector.py."""

import base64
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from kernel.adapters.clock import utc_now
from kernel.adapters.kafka.envelope import aside_of
from kernel.adapters.redis.client import text
from kernel.adapters.redis.generation import Generation, parked_place
from kernel.application.kept import Kept
from kernel.application.parking import After, Chosen, ParkedFact, ParkedGroup, ParkedStream, Reach, detail_of, kind_of
from kernel.domain.errors import NotFound, Unavailable

LAST = "~"
"""Sorts behind every id."""
COUNTED_SECONDS = 0.5
"""How old a count may be: what is parked is seen within two seconds."""
READ_AT_ONCE = 500
"""Of ten thousand that are only counted; whoever else waits for this process has a turn between two parts."""


@dataclass(frozen=True, slots=True)
class _Why:
    stream_id: UUID
    topic: str
    part: int
    since: datetime
    reason: str
    attempts: int
    tried_at: datetime

    @property
    def error(self) -> str:
        return kind_of(self.reason)

    @property
    def place(self) -> str:
        return parked_place(self.since, self.stream_id)


class RedisParking:
    """The parked streams of one projector, *name*. Raises, in every method: Unavailable."""

    def __init__(
        self, redis: "Redis", generation: Generation, name: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = redis
        self._generation = generation
        self._name = name
        # Every open board wants to know each second, of the process that serves the customers' pages.
        self._counted = Kept(self._count, clock, COUNTED_SECONDS)

    async def groups(self) -> list[ParkedGroup]:
        """Return how many streams are parked, by kind of error; many who ask share a count of half a second."""
        return await self._counted()

    async def _count(self) -> list[ParkedGroup]:
        with _reachable():
            kinds = sorted(text(one) for one in await self._redis.smembers(self._generation.parked_kinds))
            pipe = self._redis.pipeline(transaction=True)
            pipe.hlen(self._generation.retries)
            for kind in kinds:
                pipe.zcard(self._generation.parked_by_age(kind))
                pipe.zrange(self._generation.parked_by_age(kind), 0, 0)
            ordered, *told = await pipe.execute()
        parked = {
            kind: (streams, text(oldest[0]))
            for kind, streams, oldest in zip(kinds, told[::2], told[1::2], strict=True)
            if streams
        }
        retrying = await self._retrying(list(parked), ordered)
        return [
            ParkedGroup(
                consumer=self._name,
                error=kind,
                streams=streams,
                since=datetime.fromisoformat(oldest.partition("/")[0]),
                # An order may be there a moment longer than the stream that it was about.
                retrying=min(streams, retrying[kind]),
            )
            for kind, (streams, oldest) in parked.items()
        ]

    async def _retrying(self, kinds: Sequence[str], ordered: int) -> Counter[str]:
        """Return of how many streams a retry was ordered, by kind; reads them only where there are several kinds."""
        if len(kinds) <= 1 or not ordered:
            return Counter(dict.fromkeys(kinds, ordered))
        with _reachable():
            streams = await self._redis.hkeys(self._generation.retries)
        found: Counter[str] = Counter()
        for first in range(0, len(streams), READ_AT_ONCE):
            with _reachable():
                kept = await self._redis.hmget(self._generation.parked, streams[first : first + READ_AT_ONCE])
            found.update(kind_of(json.loads(why)["reason"]) for why in kept if why)
        return found

    async def page(self, chosen: Chosen, limit: int, after: After | None = None) -> list[ParkedStream]:
        """Return the oldest parked streams behind a place."""
        behind = self._place(after) if after else ""
        if chosen.streams:
            found = [one for one in await self._chosen(chosen) if one.place > behind][:limit]
        else:
            found = await self._oldest(chosen, limit, behind)
        waiting = await self._asked("llen", found)
        first = await self._asked("lindex", found, 0)
        return [
            self._stream(one, count, json.loads(kept) if kept else {}, at)
            for one, count, kept, at in zip(found, waiting, first, await self._retries(found), strict=True)
        ]

    async def first(self, consumer: str, stream_id: UUID) -> ParkedFact:
        """Return the first fact that waits of a stream. Raises: NotFound; Unavailable."""
        for one in await self._chosen(Chosen(consumer=consumer, streams=(stream_id,))):
            (count,), (kept,) = await self._asked("llen", [one]), await self._asked("lindex", [one], 0)
            (retry_at,) = await self._retries([one])
            if kept:
                first = json.loads(kept)
                data = base64.b64decode(first["value"])
                return ParkedFact(stream=self._stream(one, count, first, retry_at), reason=one.reason, data=data)
        raise NotFound("nothing of this stream is parked")

    async def reach(self, chosen: Chosen) -> Reach:
        """Return how much a choice is about."""
        return await self._reach(await self._chosen(chosen))

    async def retry(self, chosen: Chosen) -> Reach:
        """Have streams tried again within a second."""
        found = await self._chosen(chosen)
        if found:
            asked = [word for one in found for word in (str(one.stream_id), utc_now().isoformat())]
            with _reachable():
                await self._redis.hset(self._generation.retries, items=asked)
        return await self._reach(found)

    async def discard(self, chosen: Chosen, by: str, reason: str) -> Reach:
        """Have the projector give up what is parked of streams; it keeps that for a month, with who and why."""
        found = await self._chosen(chosen)
        reach = await self._reach(found)
        if found:
            why = json.dumps({"by": by, "reason": reason})
            said = [word for one in found for word in (str(one.stream_id), why)]
            with _reachable():
                await self._redis.hset(self._generation.discards, items=said)
        return reach

    def _place(self, after: After) -> str:
        """Return the place behind which a page begins here; the reader's name decides between streams of one age."""
        if after.consumer == self._name:
            return parked_place(after.since, after.stream_id)
        return parked_place(after.since, "" if after.consumer < self._name else LAST)

    async def _oldest(self, chosen: Chosen, limit: int, behind: str) -> list[_Why]:
        """Return the oldest of a kind of error or of all; reads these alone, however many are parked."""
        if chosen.consumer not in (None, self._name):
            return []
        found: list[_Why] = []
        while len(found) < limit:
            with _reachable():
                places: Sequence[Any] = await self._redis.zrange(
                    self._generation.parked_by_age(chosen.error), f"({behind}", "+", bylex=True, offset=0, num=limit
                )
            if not places:
                break
            behind = text(places[-1])
            # Who was released meanwhile leaves a gap that is filled: a short page says that it is the last.
            found += await self._kept([UUID(text(place).partition("/")[2]) for place in places])
        return found[:limit]

    async def _chosen(self, chosen: Chosen) -> list[_Why]:
        if chosen.consumer not in (None, self._name):
            return []
        found = await (self._kept(list(dict.fromkeys(chosen.streams))) if chosen.streams else self._all())
        return sorted((one for one in found if chosen.error in (None, one.error)), key=lambda one: one.place)

    async def _kept(self, streams: Sequence[UUID]) -> list[_Why]:
        """Return those of some streams that are parked."""
        if not streams:
            return []
        with _reachable():
            kept = await self._redis.hmget(self._generation.parked, [str(one) for one in streams])
        return [_why(stream, json.loads(why)) for stream, why in zip(streams, kept, strict=True) if why]

    async def _all(self) -> list[_Why]:
        with _reachable():
            kept: Mapping[Any, Any] = await self._redis.hgetall(self._generation.parked)
        return [_why(UUID(text(stream)), json.loads(why)) for stream, why in kept.items()]

    async def _asked(self, what: str, streams: Sequence[_Why], *said: int) -> Sequence[Any]:
        pipe = self._redis.pipeline(transaction=False)
        for one in streams:
            getattr(pipe, what)(self._generation.parked_events(one.stream_id), *said)
        with _reachable():
            answers: Sequence[Any] = await pipe.execute()
        return answers

    async def _reach(self, found: Sequence[_Why]) -> Reach:
        return Reach(streams=len(found), events=sum(await self._asked("llen", found)))

    async def _retries(self, found: Sequence[_Why]) -> list[datetime | None]:
        """Return when a retry of each was asked for that has not been made yet."""
        if not found:
            return []
        with _reachable():
            asked = await self._redis.hmget(self._generation.retries, [str(one.stream_id) for one in found])
        return [datetime.fromisoformat(text(at)) if at else None for at in asked]

    def _stream(self, one: _Why, events: int, first: Mapping[str, Any], retry_at: datetime | None) -> ParkedStream:
        headers = first.get("headers", {})
        return ParkedStream(
            consumer=self._name,
            stream_id=one.stream_id,
            topic=one.topic,
            part=one.part,
            since=one.since,
            error=one.error,
            detail=detail_of(one.reason),
            events=events,
            retry_at=retry_at,
            attempts=one.attempts,
            tried_at=one.tried_at,
            version=int(headers.get("ce_streamversion", 0)),
            **aside_of(headers),
        )


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as trouble:
        raise Unavailable("the read models cannot be read now", retry_after=1) from trouble


def _why(stream_id: UUID, kept: Mapping[str, Any]) -> _Why:
    since, tried_at = (datetime.fromisoformat(kept[name]) for name in ("since", "tried_at"))
    return _Why(stream_id, kept["topic"], kept["part"], since, kept["reason"], kept["attempts"], tried_at)
