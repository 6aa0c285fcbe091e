"""Keeps a window of where every reader of a process was, and says how each stands. Next stop: adapters/watching/."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kernel.application.flowing import WINDOW, Sample, Verdict, judge, judge_unseen, rate, worst
from kernel.domain.errors import Unavailable

APART_SECONDS = 4.0
"""A window is then forty seconds long: what stands still is found within a minute."""

FRESH_SECONDS = 0.5


class Silent(StrEnum):
    """Who does not say what must be known to tell how far a reader is behind."""

    KAFKA = "KAFKA"
    """It does not answer."""
    TOPIC = "TOPIC"
    """Kafka answers, but knows no end: the topic is gone, or nobody leads the partition."""
    DATABASE = "DATABASE"
    """It holds the place."""
    REDIS = "REDIS"
    """It holds the place, of read models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """Records that no relay wrote and a reader passed by, as far as its process remembers: a restart forgets them."""

    count: int
    part: int
    """Where the last one is."""
    offset: int
    at: datetime
    """When it was passed by."""
    reason: str
    """Why no relay can have written it; never anything of what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where a reader, or the relay, is in one partition at this moment."""

    consumer: str
    topic: str
    part: int
    place: int
    head: int
    silent: Silent | None = None
    """Who did not answer; place and head are then what was last known."""
    tries: int = 0
    stopped: bool = False
    """Whether it stopped by itself and waits for somebody, as when its log was restored."""
    foreign: Foreign | None = None

    @property
    def key(self) -> "Key":
        """Return whose place in which partition this is."""
        return (self.consumer, self.topic, self.part)


Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPart:
    """How a reader stands in one partition."""

    part: int
    place: int
    head: int
    lag: int | None
    """None when it is not known; place and head are then what was last known."""
    verdict: Verdict
    silent: Silent | None = None
    """Who would have to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How one reader stands in one topic."""

    consumer: str
    topic: str
    lag: int | None
    """None when it is not known of every partition."""
    lag_seconds: float | None
    """Age of the oldest fact that is not applied; 0 when none waits, None when it is not known."""
    rate: float | None
    """Facts a second; None when it is not known how far it is."""
    verdict: Verdict
    since: datetime
    """Since when the verdict is so, as far as this process knows."""
    parts: tuple[FlowPart, ...]
    silent: Silent | None = None
    """Who would have to say what is not known."""
    foreign: Foreign | None = None
    """What it passed by; None when there was nothing."""


class Places(Protocol):
    """Where the readers of a process keep their places, and where what they read ends."""

    async def readings(self) -> Sequence[Reading]:
        """Return where every reader is; reads places and heads alone. Raises: Unavailable."""
        ...

    async def oldest(self, lagging: Sequence[Reading]) -> Mapping[Key, datetime]:
        """Return when the first fact that each has not applied was recorded. Raises: Unavailable."""
        ...


@dataclass(slots=True)
class _Known:
    samples: deque[Sample] = field(default_factory=lambda: deque(maxlen=WINDOW))
    latest: Sample | None = None
    unseen: deque[Sample] = field(default_factory=lambda: deque(maxlen=WINDOW))
    """The looks since it was last known how far it is behind."""
    silent: Silent | None = None
    stopped: bool = False

    def take(self, one: Reading, now: float, *, counts: bool) -> None:
        """Take note of a look; one that knows nothing leaves the window as it was, as one that failed would."""
        self.silent, self.stopped = one.silent, one.stopped
        seen = Sample(now, one.place, one.head, one.tries)
        if one.silent is None:
            self.latest = seen
            self.unseen.clear()
        if counts:
            (self.samples if one.silent is None else self.unseen).append(seen)

    @property
    def window(self) -> Sequence[Sample]:
        latest = () if self.latest is None or self.latest in self.samples else (self.latest,)
        return (*self.samples, *latest)

    @property
    def verdict(self) -> Verdict:
        if self.stopped:
            return Verdict.STOPPED
        return judge(self.window) if self.silent is None else judge_unseen(tuple(self.unseen))


class Watch:
    """The window of one process. Costs one look at places and heads every few seconds, whoever looks on."""

    def __init__(
        self,
        places: Places,
        clock: Callable[[], float],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        trouble: Callable[[Exception], None],
    ) -> None:
        self._places = places
        self._clock = clock
        self._now = now
        self._sleep = sleep
        self._trouble = trouble
        self._known: dict[Key, _Known] = {}
        self._since: dict[tuple[str, str], tuple[Verdict, datetime]] = {}
        self._looked_at = float("-inf")
        self._readings: Sequence[Reading] = ()
        self._read_at = float("-inf")
        self._told_at = float("-inf")
        self._told: Sequence[Flow] = ()
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        """Look until cancelled; what cannot be looked at now is looked at later."""
        while True:
            began = self._clock()
            try:
                async with self._one_at_a_time:
                    await self._look()
            except Exception as trouble:  # noqa: BLE001 - whatever it is, the watch goes on and says so
                self._trouble(trouble)
            # What waits for a server that does not answer must not stretch the window.
            await self._sleep(max(APART_SECONDS / 2, APART_SECONDS - (self._clock() - began)))

    async def flows(self) -> Sequence[Flow]:
        """Return how every reader stands, the relay among them; many who ask share one look. Raises: Unavailable."""
        async with self._one_at_a_time:
            if self._clock() - self._told_at >= FRESH_SECONDS:
                self._told = await self._flows(await self._readings_now())
                self._told_at = self._clock()
            return self._told

    async def latest(self) -> Sequence[Flow]:
        """Return how every reader stood at the look before, a few seconds ago; takes none of its own where one was.

        Raises: Unavailable.
        """
        async with self._one_at_a_time:
            is_old = self._clock() - self._read_at > 2 * APART_SECONDS
            return await self._flows(await self._look() if is_old else self._readings)

    async def _readings_now(self) -> Sequence[Reading]:
        # A server that does not answer is waited for once in a while, and not by each who looks.
        is_fresh = self._clock() - self._read_at < APART_SECONDS
        waits = is_fresh and any(one.silent for one in self._readings)
        return self._readings if waits else await self._look()

    async def _flows(self, readings: Sequence[Reading]) -> Sequence[Flow]:
        oldest = await self._oldest([one for one in readings if one.head > one.place and one.silent is None])
        by_flow: dict[tuple[str, str], list[Reading]] = {}
        for one in readings:
            by_flow.setdefault((one.consumer, one.topic), []).append(one)
        return [self._flow(consumer, topic, parts, oldest) for (consumer, topic), parts in by_flow.items()]

    async def _oldest(self, lagging: Sequence[Reading]) -> Mapping[Key, datetime]:
        try:
            return await self._places.oldest(lagging) if lagging else {}
        except Unavailable as trouble:
            # How many facts wait is known all the same.
            self._trouble(trouble)
            return {}

    async def _look(self) -> Sequence[Reading]:
        readings = await self._places.readings()
        now = self._clock()
        # Whoever looks more often must not shorten the window.
        counts = now - self._looked_at >= APART_SECONDS * 0.9
        if counts:
            self._looked_at = now
        for one in readings:
            self._known.setdefault(one.key, _Known()).take(one, now, counts=counts)
        self._known = {one.key: self._known[one.key] for one in readings}
        self._note(readings)
        self._readings, self._read_at = readings, now
        return readings

    def _note(self, readings: Iterable[Reading]) -> None:
        """Remember since when the verdict of each reader is so."""
        verdicts: dict[tuple[str, str], list[Verdict]] = {}
        for one in readings:
            verdicts.setdefault((one.consumer, one.topic), []).append(self._known[one.key].verdict)
        for flow, found in verdicts.items():
            verdict = worst(found)
            if flow not in self._since or self._since[flow][0] is not verdict:
                self._since[flow] = (verdict, self._now())

    def _flow(self, consumer: str, topic: str, readings: Sequence[Reading], oldest: Mapping[Key, datetime]) -> Flow:
        parts = tuple(
            FlowPart(
                part=one.part,
                place=one.place,
                head=one.head,
                lag=None if one.silent else max(0, one.head - one.place),
                verdict=self._known[one.key].verdict,
                silent=one.silent,
            )
            for one in readings
        )
        lags = [part.lag for part in parts if part.lag is not None]
        silent = next((part.silent for part in parts if part.silent), None)
        verdict, since = self._since[consumer, topic]
        return Flow(
            consumer=consumer,
            topic=topic,
            lag=None if silent else sum(lags),
            lag_seconds=None if silent else self._age(readings, oldest),
            rate=None if silent else sum(rate(self._known[one.key].window) for one in readings),
            verdict=verdict,
            since=since,
            parts=parts,
            silent=silent,
            foreign=_together([one.foreign for one in readings if one.foreign]),
        )

    def _age(self, readings: Sequence[Reading], oldest: Mapping[Key, datetime]) -> float | None:
        waiting = [oldest.get(one.key) for one in readings if one.head > one.place]
        known = [since for since in waiting if since]
        if len(known) < len(waiting):
            # The one of which it is not known may be the oldest.
            return None
        return max(0.0, (self._now() - min(known)).total_seconds()) if known else 0.0


def _together(found: Sequence[Foreign]) -> Foreign | None:
    """Return what was passed by in several partitions as one."""
    last = max(found, key=lambda one: one.at, default=None)
    return last and replace(last, count=sum(one.count for one in found))
