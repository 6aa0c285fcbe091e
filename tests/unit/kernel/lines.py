"""A topic, who reads it and where they keep their place, in memory: how they stand is asked of the watch."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from kernel.adapters.kafka import feed, foreign, metrics, reader
from kernel.adapters.kafka.owners import Owners
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.redis import projector
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.projector import Projector
from kernel.adapters.watching.own_log import LogPlaces
from kernel.adapters.watching.read_models import ModelPlaces
from kernel.application.consume import Incoming
from kernel.application.watching import APART_SECONDS, Flow, Key, Places, Reading, Watch
from tests.unit.kernel.places_in_memory import Hashes, Kept
from tests.unit.kernel.topic_in_memory import NOON, PART, PATIENCE, READER, TOPIC, Kafka


@dataclass
class Things:
    """Reads one type of fact, as decoder and as reaction, and remembers which it saw."""

    read_at: list[int] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    fails: Callable[[Incoming], Exception | None] = lambda _about: None
    types: Mapping[str, type[Any]] = field(default_factory=lambda: {"portal.thing.happened.v1": object})

    async def prepare(self, batch: Iterable[tuple[str, bytes]]) -> None: ...

    async def read(self, _wire_type: str, data: bytes) -> bytes:
        self.read_at.append(int(data))
        return data

    async def __call__(self, _fact: Any, about: Incoming, _transaction: Any) -> None:
        if refused := self.fails(about):
            raise refused
        self.seen.append(about.position)


class Line:
    """Kafka, who reads it and where they keep their place, and a watch whose clock is moved by hand."""

    def __init__(self, *, folds: bool = False) -> None:
        self.kafka, self.kept, self.redis, self.things = Kafka(), Kept(), Hashes(), Things()
        self.folds = folds
        """Whether a projector reads here, and no reader with a database."""
        kept, redis, kafka = cast("Any", self.kept), cast("Any", self.redis), cast("Any", self.kafka)
        self._places: Places = LogPlaces(kept, "other", "portal.other.events.v1", kafka)
        if folds:
            self._places = ModelPlaces(redis, Generation(()), READER, kafka, [TOPIC])
        self.clock = 0.0
        self.watch = Watch(self, lambda: self.clock, self._now, asyncio.sleep, lambda _: None)

    @asynccontextmanager
    async def reading(self, owners: Owners | None = None) -> AsyncIterator[None]:
        """Have it read for as long as the block lasts."""
        task = asyncio.ensure_future(self._projector(owners) if self.folds else self._reader(owners))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _reader(self, owners: Owners | None) -> Awaitable[None]:
        pool, things = cast("Any", self.kept), cast("Any", self.things)
        return KafkaReader(
            READER, [TOPIC], "", pool, reaction=things, facts=things, owners=owners, patience=PATIENCE
        ).run()

    def _projector(self, owners: Owners | None) -> Awaitable[None]:
        redis, things = cast("Any", self.redis), cast("Any", self.things)
        generation, how = Generation(()), {"name": READER, "patience": PATIENCE}
        return Projector(redis, "", [TOPIC], generation=generation, facts=things, owners=owners, **how).run()

    async def readings(self) -> Sequence[Reading]:
        """Return where the reader is, as the watch of a service does."""
        return [one for one in await self._places.readings() if one.consumer == READER]

    async def oldest(self, lagging: Sequence[Reading]) -> Mapping[Key, datetime]:
        """Return that all are as old."""
        return {one.key: NOON for one in lagging}

    async def look(self) -> Flow:
        """Look as the watch does every few seconds."""
        self.clock += APART_SECONDS
        (flow,) = await self.watch.flows()
        return flow

    @property
    def told(self) -> int:
        """What Kafka was told of the reader's place."""
        return self.kafka.told.get(PART, 0)

    @property
    def kept_at(self) -> int:
        """The offset that is kept beside the effects."""
        if self.folds:
            return int(self.redis.kept[f"{TOPIC}/{PART.partition}"].split()[0])
        return int(self.kept.rows[PART.partition]["next_offset"])

    @property
    def seen(self) -> list[int]:
        """The facts that were applied, in that order."""
        return self.things.read_at if self.folds else self.things.seen

    def _now(self) -> datetime:
        return NOON + timedelta(seconds=self.clock)


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until something is so."""
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.001)


def tries() -> int:
    """Return how often a reader before a gap has tried something."""
    return int(metrics.RETRIES.labels(READER, "Gap")._value.get())  # noqa: SLF001


def in_memory(monkeypatch: pytest.MonkeyPatch, *, folds: bool = False) -> Line:
    """Return a line whose reader tells Kafka of its place at once."""
    line = Line(folds=folds)
    monkeypatch.setattr(feed, "AIOKafkaConsumer", line.kafka.consumer)
    monkeypatch.setattr(feed, "COMMIT_SECONDS", 0.0)
    monkeypatch.setattr(foreign, "_met", {})
    for reads in (reader, projector):
        monkeypatch.setattr(reads, "tails", line.kafka.tails)
    monkeypatch.setattr(projector, "CHECK_SECONDS", 0.01)
    monkeypatch.setattr(projector, "OWNER_SECONDS", 0.01)
    monkeypatch.setattr(reader, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(reader, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(reader, "KEPT_SECONDS", 0.1)
    monkeypatch.setattr(reader, "LONGEST_REST", 0.0)
    return line
