"""Where the readers and the relay of a service with a log are. Next stop: application/watching.py."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
from prometheus_client.metrics import MetricWrapperBase

from kernel.adapters.kafka import foreign, metrics
from kernel.adapters.kafka.topics import Part
from kernel.adapters.postgres.pool import reachable
from kernel.adapters.watching.asking import Asking
from kernel.adapters.watching.topics import Topics
from kernel.application.watching import Key, Reading, Silent
from kernel.domain.errors import Unavailable

RELAY = "relay"
OWN = "log:"
"""What the name of a service's own log begins with where readers keep their places."""
ROUNDS = 3
"""How many fetches tell how old what waits is: more readers of a process are seldom at different places of a topic."""

_PLACES = "SELECT consumer, topic, part, next_offset, logpos, logepoch FROM inbox.checkpoint ORDER BY 1, 2, 3"
_HEAD = """
SELECT h.pos, h.epoch, r.pos AS published FROM es.head h LEFT JOIN es.relay r ON r.name = $1
"""
_RECORDED = "SELECT pos, recorded_at FROM es.events WHERE pos = ANY($1)"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the database says of places, and of the end of the log."""

    rows: Sequence[Any]
    head: Any


@dataclass(slots=True)
class Heard:
    """What Kafka said last: while it does not answer, that is the best there is."""

    ends: dict[Part, int] = field(default_factory=dict)
    told: dict[str, Mapping[Part, int]] = field(default_factory=dict)
    """How far readers told that they are."""


class LogPlaces:
    """The places in a service's database, the end of its log, and the ends of the topics it reads.

    While one of the servers does not answer, what it said last is told, and that it is silent.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]", service: str, topic: str, topics: Topics) -> None:
        self._pool = pool
        self._service = service
        self._topic = topic
        self._topics = topics
        self._asking = Asking(self._ask)
        self._dating = Asking(self._recorded)
        self._last: _Kept | None = None
        self._heard = Heard()

    async def readings(self) -> Sequence[Reading]:
        """Return where every reader is, and the relay. Raises: Unavailable, where the database never answered."""
        silent: Silent | None = None
        try:
            self._last = await self._asking()
        except Unavailable:
            if self._last is None:
                raise
            silent = Silent.DATABASE
        rows, head = self._last.rows, self._last.head
        mine = running({row["consumer"] for row in rows})
        rows = [row for row in rows if row["consumer"] in mine]
        position, epoch = head["pos"], head["epoch"]
        own = [row for row in rows if row["topic"].startswith(OWN)]
        theirs = [row for row in rows if not row["topic"].startswith(OWN)]
        found = [
            Reading(
                consumer=f"{self._service}.{RELAY}",
                topic=self._topic,
                part=0,
                place=head["published"] or 0,
                head=position,
                silent=silent,
                tries=tries_of_relay(self._service),
            ),
            *(
                Reading(
                    consumer=row["consumer"],
                    topic=row["topic"],
                    part=row["part"],
                    place=row["logpos"],
                    head=position,
                    silent=silent,
                    tries=tries_of(row["consumer"]),
                    stopped=row["logepoch"] != epoch,
                )
                for row in own
            ),
        ]
        return [*found, *await of_topics(self._topics, _kept(theirs), self._heard, silent)]

    async def _ask(self) -> _Kept:
        with reachable("the places of the readers"):
            # One connection of the few that the service's commands need.
            async with self._pool.acquire() as connection:
                rows, head = await connection.fetch(_PLACES), await connection.fetchrow(_HEAD, self._topic)
        return _Kept(rows, head)

    async def oldest(self, lagging: Sequence[Reading]) -> Mapping[Key, datetime]:
        """Return when the first fact that each has not applied was recorded. Raises: Unavailable."""
        logs = {one.key: one.place + 1 for one in lagging if _is_own(one)}
        found: dict[Key, datetime] = {}
        if logs:
            recorded = await self._dating(set(logs.values()))
            found = {key: recorded[position] for key, position in logs.items() if position in recorded}
        return {**found, **await oldest_in_topics(self._topics, [one for one in lagging if not _is_own(one)])}

    async def _recorded(self, positions: Collection[int]) -> Mapping[int, datetime]:
        with reachable("the log"):
            rows = await self._pool.fetch(_RECORDED, list(positions))
        return {row["pos"]: row["recorded_at"] for row in rows}


def _is_own(one: Reading) -> bool:
    return one.topic.startswith(OWN) or one.consumer.endswith(f".{RELAY}")


def _kept(rows: Sequence[Any]) -> Mapping[str, Mapping[Part, int]]:
    kept: dict[str, dict[Part, int]] = {}
    for row in rows:
        kept.setdefault(row["consumer"], {})[Part(row["topic"], row["part"])] = row["next_offset"]
    return kept


async def of_topics(
    topics: Topics, kept: Mapping[str, Mapping[Part, int]], heard: Heard, silent: Silent | None = None
) -> list[Reading]:
    """Return where readers of topics are, by the offsets they keep and what they told Kafka.

    What a reader keeps stays behind while only repetitions come, for they move no place; Kafka is told of those too.
    A partition that Kafka knows no end of concerns its readers alone.
    """
    silence = await _hear(topics, kept, heard)
    ends, found = heard.ends, list[Reading]()
    for consumer, places in kept.items():
        told = heard.told.get(consumer, {})
        found += [
            Reading(
                consumer=consumer,
                topic=part.topic,
                part=part.partition,
                place=min(max(told.get(part, 0), offset), ends.get(part, offset)),
                head=ends.get(part, offset),
                silent=silent or silence.get((consumer, part)),
                tries=tries_of(consumer),
                stopped=_sum(metrics.STOPPED, "reader", consumer) > 0,
                foreign=foreign.passed_by(consumer, part),
            )
            for part, offset in places.items()
        ]
    return found


async def _hear(
    topics: Topics, kept: Mapping[str, Mapping[Part, int]], heard: Heard
) -> Mapping[tuple[str, Part], Silent]:
    """Take note of what Kafka says of readers now; return of what it says nothing, and why."""
    parts = sorted({part for places in kept.values() for part in places})
    # At once, so that a Kafka that hangs is waited for once.
    ends, *committed = await asyncio.gather(
        _said(topics.ends(parts)), *(_said(topics.committed(consumer)) for consumer in kept)
    )
    heard.ends |= ends or {}
    silence: dict[tuple[str, Part], Silent] = {}
    for (consumer, places), told in zip(kept.items(), committed, strict=True):
        if told is not None:
            heard.told[consumer] = told
        for part in places:
            if ends is None or told is None:
                silence[consumer, part] = Silent.KAFKA
            elif part not in ends:
                silence[consumer, part] = Silent.TOPIC
    return silence


async def _said(asked: Coroutine[Any, Any, Mapping[Part, int]]) -> Mapping[Part, int] | None:
    """Return what Kafka says; None when it does not answer."""
    try:
        return await asked
    except Unavailable:
        return None


async def oldest_in_topics(topics: Topics, lagging: Sequence[Reading]) -> Mapping[Key, datetime]:
    """Return when the first records that readers have not applied were made. Raises: Unavailable.

    Readers of one partition may be at different places: each place is asked for in a round of its own, the one that is
    furthest behind first, and of those that are beyond the last round nothing is said.
    """
    places: dict[Part, set[int]] = defaultdict(set)
    for one in lagging:
        places[Part(one.topic, one.part)].add(one.place)
    left = {part: sorted(several) for part, several in places.items()}
    found: dict[tuple[Part, int], datetime] = {}
    for _ in range(ROUNDS):
        asked = {part: several[0] for part, several in left.items() if several}
        if not asked:
            break
        told = await topics.times(asked)
        found |= {(part, asked[part]): made for part, made in told.items()}
        # A partition that says nothing is not waited for once more.
        left = {part: left[part][1:] for part in told}
    ages = ((one.key, found.get((Part(one.topic, one.part), one.place))) for one in lagging)
    return {key: made for key, made in ages if made}


def tries_of(consumer: str) -> int:
    """Return how often a reader of this process has tried something again."""
    return _sum(metrics.RETRIES, "reader", consumer)


def tries_of_relay(service: str) -> int:
    """Return how often a service's relay of this process began anew, or waited for a Kafka that hangs."""
    return _sum(metrics.RELAY_RESTARTS, "service", service) + _sum(metrics.RELAY_WAITS, "service", service)


def running(known: set[str]) -> set[str]:
    """Return the readers that run in this process; all that ever kept a place where none does."""
    return known & metrics.reading() or known


def _sum(metric: MetricWrapperBase, label: str, value: str) -> int:
    return int(
        sum(
            sample.value
            for family in metric.collect()
            for sample in family.samples
            if sample.labels.get(label) == value and not sample.name.endswith("_created")
        )
    )
