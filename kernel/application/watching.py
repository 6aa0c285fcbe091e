"""Keeps a window of where every reader of a process was, and says how each stands. Next stop: adapters/watching/."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kernel.application.flowing import WINDOW, Sample, Verdict, judge, rate, worst

APART_SECONDS = 4.0
"""A window is then forty seconds long: what stands still is found within a minute."""

FRESH_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where a reader, or the relay, is in one partition at this moment."""

    consumer: str
    topic: str
    part: int
    place: int
    head: int
    tries: int = 0
    stopped: bool = False
    """Whether it stopped by itself and waits for somebody, as when its log was restored."""

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
    lag: int
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How one reader stands in one topic."""

    consumer: str
    topic: str
    lag: int
    lag_seconds: float
    """Age of the oldest fact that is not applied; 0 when none waits."""
    rate: float
    """Facts a second."""
    verdict: Verdict
    since: datetime
    """Since when the verdict is so, as far as this process knows."""
    parts: tuple[FlowPart, ...]


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
    stopped: bool = False

    @property
    def window(self) -> Sequence[Sample]:
        latest = () if self.latest is None or self.latest in self.samples else (self.latest,)
        return (*self.samples, *latest)

    @property
    def verdict(self) -> Verdict:
        return Verdict.STOPPED if self.stopped else judge(self.window)


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
            try:
                async with self._one_at_a_time:
                    await self._look()
            except Exception as trouble:  # noqa: BLE001 - whatever it is, the watch goes on and says so
                self._trouble(trouble)
            await self._sleep(APART_SECONDS)

    async def flows(self) -> Sequence[Flow]:
        """Return how every reader stands, the relay among them; many who ask share one look. Raises: Unavailable."""
        async with self._one_at_a_time:
            if self._clock() - self._told_at >= FRESH_SECONDS:
                self._told = await self._flows(await self._look())
                self._told_at = self._clock()
            return self._told

    async def latest(self) -> Sequence[Flow]:
        """Return how every reader stood at the look before, a few seconds ago; takes none of its own where one was.

        Raises: Unavailable.
        """
        async with self._one_at_a_time:
            is_old = self._clock() - self._read_at > 2 * APART_SECONDS
            return await self._flows(await self._look() if is_old else self._readings)

    async def _flows(self, readings: Sequence[Reading]) -> Sequence[Flow]:
        lagging = [one for one in readings if one.head > one.place]
        oldest = await self._places.oldest(lagging) if lagging else {}
        by_flow: dict[tuple[str, str], list[Reading]] = {}
        for one in readings:
            by_flow.setdefault((one.consumer, one.topic), []).append(one)
        return [self._flow(consumer, topic, parts, oldest) for (consumer, topic), parts in by_flow.items()]

    async def _look(self) -> Sequence[Reading]:
        readings = await self._places.readings()
        now = self._clock()
        # Whoever looks more often must not shorten the window.
        counts = now - self._looked_at >= APART_SECONDS * 0.9
        if counts:
            self._looked_at = now
        for one in readings:
            known = self._known.setdefault(one.key, _Known())
            known.latest, known.stopped = Sample(now, one.place, one.head, one.tries), one.stopped
            if counts:
                known.samples.append(known.latest)
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
                lag=max(0, one.head - one.place),
                verdict=self._known[one.key].verdict,
            )
            for one in readings
        )
        waits = [oldest[one.key] for one in readings if one.key in oldest]
        verdict, since = self._since[consumer, topic]
        return Flow(
            consumer=consumer,
            topic=topic,
            lag=sum(part.lag for part in parts),
            lag_seconds=max(0.0, (self._now() - min(waits)).total_seconds()) if waits else 0.0,
            rate=sum(rate(self._known[one.key].window) for one in readings),
            verdict=verdict,
            since=since,
            parts=parts,
        )
