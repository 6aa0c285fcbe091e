"""Parked streams in memory, which keep what the real ones keep. See: application/parking.py, browsing.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from kernel.adapters.clock import utc_now
from kernel.application.browsing import AtReader, Mark, Stage
from kernel.application.parking import After, Chosen, ParkedFact, ParkedGroup, ParkedStream, Reach, detail_of, kind_of
from kernel.application.ports import Clock
from kernel.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class GivenUp:
    """One fact that nobody applies any more."""

    consumer: str
    stream_id: UUID
    version: int
    by: str
    reason: str
    at: datetime


@dataclass
class MemoryParking:
    """The parked streams of some readers, and what became of facts there."""

    streams: list[ParkedStream] = field(default_factory=list)
    given_up: list[GivenUp] = field(default_factory=list)
    now: Clock = utc_now
    reasons: dict[UUID, str] = field(default_factory=dict)
    """The whole errors, by stream."""
    facts: dict[tuple[UUID, int], bytes] = field(default_factory=dict)
    """What the facts say, by stream and version."""

    async def groups(self) -> Sequence[ParkedGroup]:
        """Return how many streams are parked, by reader and kind of error."""
        kinds = dict.fromkeys((one.consumer, one.error) for one in self.streams)
        return [_group([one for one in self.streams if (one.consumer, one.error) == kind]) for kind in kinds]

    async def page(self, chosen: Chosen, limit: int, after: After | None = None) -> Sequence[ParkedStream]:
        """Return the oldest parked streams behind a place."""
        place = (after.since, after.consumer, str(after.stream_id)) if after else None
        found = [one for one in self._chosen(chosen) if place is None or _place(one) > place]
        return sorted(found, key=_place)[:limit]

    async def first(self, consumer: str, stream_id: UUID) -> ParkedFact:
        """Return the first fact that waits of a stream. Raises: NotFound."""
        for one in self._chosen(Chosen(consumer=consumer, streams=(stream_id,))):
            return ParkedFact(stream=one, reason=self.reasons[stream_id], data=self.facts[stream_id, one.version])
        raise NotFound("nothing of this stream is parked")

    async def reach(self, chosen: Chosen) -> Reach:
        """Return how much a choice is about."""
        return _reach(self._chosen(chosen))

    async def retry(self, chosen: Chosen) -> Reach:
        """Ask for another try; a test makes it with `applied()` or `failed()`."""
        found = self._chosen(chosen)
        self.streams[:] = [replace(one, retry_at=self.now()) if one in found else one for one in self.streams]
        return _reach(found)

    async def discard(self, chosen: Chosen, by: str, reason: str) -> Reach:
        """Give up what is parked of streams, and keep who said so and why."""
        found, at = self._chosen(chosen), self.now()
        self.streams[:] = [one for one in self.streams if one not in found]
        self.given_up += [
            GivenUp(one.consumer, one.stream_id, version, by, reason, at)
            for one in found
            for version in range(one.version, one.version + one.events)
        ]
        return _reach(found)

    async def at(self, mark: Mark, consumer: str) -> AtReader:
        """Return what became of a fact at a reader that came past it."""
        stage = Stage.APPLIED
        if any((one.consumer, one.stream_id, one.version) == (consumer, *_fact(mark)) for one in self.given_up):
            stage = Stage.DISCARDED
        if any(one.consumer == consumer and _waits(one, mark) for one in self.streams):
            stage = Stage.PARKED
        return AtReader(consumer=consumer, topic=mark.topic, stage=stage)

    def failed(self, stream_id: UUID, reason: str, done: int = 0) -> None:
        """Make a try of a stream that got over *done* facts and failed at the next one."""
        self.reasons[stream_id] = reason
        self.streams[:] = [
            self._failed(one, reason, done) if one.stream_id == stream_id else one for one in self.streams
        ]

    def applied(self, stream_id: UUID) -> None:
        """Make a try of a stream after which nothing of it waits."""
        self.streams[:] = [one for one in self.streams if one.stream_id != stream_id]

    def _failed(self, one: ParkedStream, reason: str, done: int) -> ParkedStream:
        return replace(
            one,
            error=kind_of(reason),
            detail=detail_of(reason),
            version=one.version + done,
            events=one.events - done,
            attempts=1 if done else one.attempts + 1,
            tried_at=self.now(),
            retry_at=None,
        )

    def _chosen(self, chosen: Chosen) -> list[ParkedStream]:
        return [
            one
            for one in self.streams
            if chosen.consumer in (None, one.consumer)
            and chosen.error in (None, one.error)
            and (not chosen.streams or one.stream_id in chosen.streams)
        ]


def _group(alike: list[ParkedStream]) -> ParkedGroup:
    return ParkedGroup(
        consumer=alike[0].consumer,
        error=alike[0].error,
        streams=len(alike),
        since=min(one.since for one in alike),
        retrying=sum(one.retry_at is not None for one in alike),
    )


def _reach(found: list[ParkedStream]) -> Reach:
    return Reach(streams=len(found), events=sum(one.events for one in found))


def _place(one: ParkedStream) -> tuple[datetime, str, str]:
    return one.since, one.consumer, str(one.stream_id)


def _fact(mark: Mark) -> tuple[UUID, int]:
    return mark.stream_id, mark.version


def _waits(one: ParkedStream, mark: Mark) -> bool:
    return one.stream_id == mark.stream_id and one.version <= mark.version < one.version + one.events
