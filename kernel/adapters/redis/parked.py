"""What a projector parked, for operations: listed, counted, tried again, given up. Next stop: projector.py."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from kernel.adapters.redis.client import text
from kernel.adapters.redis.generation import Generation
from kernel.application.parking import After, Chosen, ParkedGroup, ParkedStream, Reach, detail_of, kind_of
from kernel.domain.errors import Unavailable


@dataclass(frozen=True, slots=True)
class _Why:
    stream_id: UUID
    topic: str
    part: int
    since: datetime
    reason: str

    @property
    def error(self) -> str:
        return kind_of(self.reason)


@dataclass(frozen=True, slots=True)
class RedisParking:
    """The parked streams of one projector, *name*. Raises, in every method: Unavailable."""

    redis: "Redis"
    generation: Generation
    name: str

    async def groups(self) -> list[ParkedGroup]:
        """Return how many streams are parked, by kind of error."""
        by_error: dict[str, list[_Why]] = {}
        for one in await self._chosen(Chosen()):
            by_error.setdefault(one.error, []).append(one)
        with _reachable():
            retried = {text(one) for one in await self.redis.smembers(self.generation.retries)}
        return [
            ParkedGroup(
                consumer=self.name,
                error=error,
                streams=len(found),
                since=min(one.since for one in found),
                retrying=sum(str(one.stream_id) in retried for one in found),
            )
            for error, found in by_error.items()
        ]

    async def page(self, chosen: Chosen, limit: int, after: After | None = None) -> list[ParkedStream]:
        """Return the oldest parked streams behind a place."""
        place = (after.since, after.consumer, str(after.stream_id)) if after else None
        found = [
            one
            for one in await self._chosen(chosen)
            if place is None or (one.since, self.name, str(one.stream_id)) > place
        ][:limit]
        waiting = await self._asked("llen", found)
        first = await self._asked("lindex", found, 0)
        return [
            self._stream(one, count, json.loads(kept) if kept else {})
            for one, count, kept in zip(found, waiting, first, strict=True)
        ]

    async def reach(self, chosen: Chosen) -> Reach:
        """Return how much a choice is about."""
        return await self._reach(await self._chosen(chosen))

    async def retry(self, chosen: Chosen) -> Reach:
        """Have streams tried again within a second."""
        found = await self._chosen(chosen)
        if found:
            with _reachable():
                await self.redis.sadd(self.generation.retries, *(str(one.stream_id) for one in found))
        return await self._reach(found)

    async def discard(self, chosen: Chosen, by: str, reason: str) -> Reach:
        """Have the projector give up what is parked of streams; its log names them, who said so and why."""
        found = await self._chosen(chosen)
        reach = await self._reach(found)
        if found:
            said = [word for one in found for word in (str(one.stream_id), f"{by}: {reason}")]
            with _reachable():
                await self.redis.hset(self.generation.discards, items=said)
        return reach

    async def _chosen(self, chosen: Chosen) -> list[_Why]:
        if chosen.consumer not in (None, self.name):
            return []
        with _reachable():
            kept: Mapping[Any, Any] = await self.redis.hgetall(self.generation.parked)
        found = [_why(UUID(text(stream)), json.loads(why)) for stream, why in kept.items()]
        return sorted(
            (
                one
                for one in found
                if chosen.error in (None, one.error) and (not chosen.streams or one.stream_id in chosen.streams)
            ),
            key=lambda one: (one.since, str(one.stream_id)),
        )

    async def _asked(self, what: str, streams: Sequence[_Why], *said: int) -> Sequence[Any]:
        pipe = self.redis.pipeline(transaction=False)
        for one in streams:
            getattr(pipe, what)(self.generation.parked_events(one.stream_id), *said)
        with _reachable():
            answers: Sequence[Any] = await pipe.execute()
        return answers

    async def _reach(self, found: Sequence[_Why]) -> Reach:
        return Reach(streams=len(found), events=sum(await self._asked("llen", found)))

    def _stream(self, one: _Why, events: int, first: Mapping[str, Any]) -> ParkedStream:
        headers = first.get("headers", {})
        return ParkedStream(
            consumer=self.name,
            stream_id=one.stream_id,
            topic=one.topic,
            part=one.part,
            since=one.since,
            error=one.error,
            detail=detail_of(one.reason),
            events=events,
            event_type=headers.get("ce_type", ""),
            version=int(headers.get("ce_streamversion", 0)),
            tenant_id=headers.get("ce_tenantid"),
            recorded_at=headers.get("ce_time"),
        )


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as trouble:
        raise Unavailable("the read models cannot be read now", retry_after=1) from trouble


def _why(stream_id: UUID, kept: Mapping[str, Any]) -> _Why:
    return _Why(stream_id, kept["topic"], kept["part"], datetime.fromisoformat(kept["since"]), kept["reason"])
