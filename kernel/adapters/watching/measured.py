"""Puts on /metrics how far readers and relay are behind, whenever the watch looks. Next stop: application/watching.py.

A reader that works knows by itself for how long something waits (kafka/metrics.py, Lag). One that hangs or was never
started knows nothing; so what the watch sees of it counts as well, good to the few seconds between two looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kernel.adapters.kafka import metrics
from kernel.adapters.watching.own_log import RELAY
from kernel.application.ports import Clock
from kernel.application.watching import Key, Places, Reading


@dataclass(frozen=True, slots=True)
class _Seen:
    at: datetime
    place: int
    head: int
    since: datetime | None = None
    """Since when something waits, as far as is sure; None when nothing does or it may just have come."""


@dataclass(slots=True)
class MeasuredPlaces:
    """Places that are measured as they are looked at."""

    places: Places
    now: Clock
    _seen: dict[Key, _Seen] = field(default_factory=dict)

    async def readings(self) -> Sequence[Reading]:
        """Return where every reader is. Raises: Unavailable."""
        readings = await self.places.readings()
        self._measure(readings)
        return readings

    async def oldest(self, lagging: Sequence[Reading]) -> Mapping[Key, datetime]:
        """Return when the first fact that each has not applied was recorded. Raises: Unavailable."""
        return await self.places.oldest(lagging)

    def _measure(self, readings: Sequence[Reading]) -> None:
        events: dict[tuple[str, str], int] = {}
        # Of what is not known the figures stay as they were: who was behind must not look well because nobody answers.
        known = {(one.consumer, one.topic) for one in readings if one.silent is None}
        for one in readings:
            flow = one.consumer, one.topic
            # A partition that is not known counts, beside others that are, with what was last known.
            events[flow] = events.get(flow, 0) + max(0, one.head - one.place)
            if one.silent is None:
                self._wait(one)
        for (consumer, topic), count in events.items():
            if (consumer, topic) not in known:
                continue
            service, _, name = consumer.rpartition(".")
            if name == RELAY:
                metrics.OUTBOX_DEPTH.labels(service).set(count)
            else:
                metrics.LAG_EVENTS.labels(consumer, topic).set(count)

    def _wait(self, one: Reading) -> None:
        now, before, since = self.now(), self._seen.get(one.key), None
        # What had only just come when the watch looked is no lag: it must still wait at the next look.
        if before is not None and one.place < min(one.head, before.head):
            since = before.since if before.since and one.place == before.place else before.at
        self._seen[one.key] = _Seen(now, one.place, one.head, since)
        lag = metrics.lag_of(one.consumer.removesuffix(f".{RELAY}"))
        watched = ("watch", one.topic, one.part)
        if since is None:
            lag.done(watched)
        else:
            lag.waits(watched, since)
