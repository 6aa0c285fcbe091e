"""A topic, who reads it and where they keep their place, in memory: how they stand is asked of the watch."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from aiokafka.errors import OffsetOutOfRangeError  # type: ignore[import-untyped]

from kernel.adapters.kafka import feed, metrics, reader
from kernel.adapters.kafka.envelope import Outgoing, headers
from kernel.adapters.kafka.gaps import Ask
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.kafka.topics import PARTITIONS, Part
from kernel.adapters.redis import projector
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.projector import Projector
from kernel.adapters.watching.own_log import LogPlaces
from kernel.adapters.watching.read_models import ModelPlaces
from kernel.application.consume import Incoming
from kernel.application.publishing import Tail
from kernel.application.watching import APART_SECONDS, Flow, Key, Places, Reading, Watch

READER, TOPIC = "notes", "portal.things.events.v1"
PART, OTHER = Part(TOPIC, 0), Part(TOPIC, 1)
STREAM, TENANT = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
PATIENCE = 0.02


@dataclass(frozen=True, slots=True)
class Record:
    """What a topic holds."""

    offset: int
    headers: Sequence[tuple[str, bytes]]
    value: bytes
    partition: int


def record(position: int, offset: int, part: int, epoch: int, kind: str) -> Record:
    """Return a fact behind the one before it, as a relay sends it."""
    fact = Outgoing(
        position=position,
        partition=part,
        public=True,
        stream_id=STREAM,
        version=position,
        tenant_id=TENANT,
        type=kind,
        schema_version=1,
        data=str(position).encode(),
        meta={"correlationId": str(STREAM)},
        recorded_at=NOON,
    )
    return Record(offset, headers(fact, service="things", previous=position - 1, epoch=epoch), fact.data, part)


@dataclass
class Kafka:
    """Two partitions, and what readers told of them; the others are empty."""

    parts: dict[Part, list[Record]] = field(default_factory=lambda: {PART: [], OTHER: []})
    told: dict[Part, int] = field(default_factory=dict)
    most: int = 500
    """Records of one fetch."""
    fetches: int | None = None
    """How many more fetches that bring something are answered; None for all."""

    def send(self, *positions: int, to: Part = PART, epoch: int = 1, kind: str = "thing.happened") -> None:
        """Add facts of these positions, of a log of which every fact comes to this partition."""
        for position in positions:
            self.parts[to].append(record(position, len(self.parts[to]), to.partition, epoch, kind))

    def make_anew(self) -> None:
        """Lose every record; offsets begin again."""
        for records in self.parts.values():
            records.clear()

    def consumer(self, **_: Any) -> "Consumer":
        """Return what a feed reads with."""
        return Consumer(self)

    async def tails(self, _bootstrap: str, _topic: str) -> list[Tail]:
        """Return the tail of each partition."""
        return [Tail(1, 0)] * PARTITIONS

    async def ends(self, parts: Iterable[Part]) -> Mapping[Part, int]:
        """Return where partitions end, as the watch asks."""
        return {part: len(self.parts.get(part, ())) for part in parts}

    async def committed(self, _group: str) -> Mapping[Part, int]:
        """Return what was told, as the watch asks."""
        return self.told


@dataclass
class Consumer:
    """Stands for aiokafka's."""

    kafka: Kafka
    places: dict[Part, int] = field(default_factory=dict)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def assign(self, _parts: Sequence[Part]) -> None: ...

    def pause(self, _part: Part) -> None: ...

    def resume(self, _part: Part) -> None: ...

    def seek(self, part: Part, offset: int) -> None:
        self.places[Part(*part)] = offset

    async def beginning_offsets(self, parts: Sequence[Part]) -> dict[Part, int]:
        return dict.fromkeys(parts, 0)

    async def end_offsets(self, parts: Sequence[Part]) -> Mapping[Part, int]:
        return await self.kafka.ends(parts)

    async def commit(self, told: Mapping[Part, tuple[int, str]]) -> None:
        self.kafka.told |= {Part(*part): offset for part, (offset, _) in told.items()}

    async def getmany(self, timeout_ms: int, max_records: int) -> dict[Part, list[Record]]:
        await asyncio.sleep(min(timeout_ms / 1000, 0.002))
        lost = {part: self.places[part] for part, held in self.kafka.parts.items() if self.places[part] > len(held)}
        if lost:
            raise OffsetOutOfRangeError(lost)
        most = min(max_records, self.kafka.most)
        several = {part: held[self.places[part] :][:most] for part, held in self.kafka.parts.items()}
        found = {part: records for part, records in several.items() if records}
        if not found or self.kafka.fetches == 0:
            return {}
        if self.kafka.fetches:
            self.kafka.fetches -= 1
        for part, records in found.items():
            self.places[part] += len(records)
        return found


class Kept:
    """A reader's database: its places; of what is parked the number alone."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.epoch = 1
        self.trouble: Exception | None = None
        """What the next count of parked streams meets."""
        self.parked = 0
        """How often a stream was parked."""

    async def fetch(self, statement: str, *_: Any) -> list[dict[str, Any]]:
        return list(self.rows.values()) if "inbox.checkpoint" in statement else []

    async def fetchval(self, statement: str, *_: Any) -> int:
        if "es.head" in statement:
            return self.epoch
        trouble, self.trouble = self.trouble, None
        if trouble:
            raise trouble
        return 0

    async def fetchrow(self, statement: str, *given: Any) -> dict[str, Any]:
        if "es.head" in statement:
            return {"pos": 0, "epoch": self.epoch, "published": 0}
        return {**self.rows[given[-1]], "parked": []}

    async def execute(self, statement: str, consumer: str, topic: str, part: int, *given: int) -> None:
        if "inbox.parked" in statement:
            self.parked += "inbox.parked_stream" in statement
        elif "INSERT" in statement:
            whose = {"consumer": consumer, "topic": topic, "part": part}
            self.rows.setdefault(part, {**whose, "next_offset": 0, "logpos": 0, "logepoch": given[0]})
        else:
            self.rows[part] |= dict(zip(("next_offset", "logpos", "logepoch"), given, strict=False))

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator["Kept"]:
        yield self

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield

    def is_closed(self) -> bool:
        return False


@dataclass
class Hashes:
    """A projector's Redis: its checkpoint, for a generation without read models has no rows; no parked fact."""

    kept: dict[str, str] = field(default_factory=lambda: {"seq": "1", "complete": "1"})
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    """By key, what is asked for by stream."""

    def register_script(self, _script: str) -> Callable[..., Awaitable[int]]:
        """Return the one script that is used: it keeps a batch unless somebody else was quicker."""
        return self._commit

    def pipeline(self, *, transaction: bool) -> "Hashes":
        assert transaction
        return self

    async def execute(self) -> list[object]:
        return [dict(self.kept), []]

    def hgetall(self, key: str) -> "Awaited":
        return Awaited(dict(self.kept if key.endswith(":checkpoint") else self.asked.get(key, {})))

    def hkeys(self, key: str) -> "Awaited":
        return Awaited(dict(self.asked.get(key, {})))

    async def hget(self, key: str, name: str) -> str | None:
        return self.asked[key].get(name) if key in self.asked else self.kept.get(name)

    async def lrange(self, _key: str, _first: int, _last: int) -> list[str]:
        return []

    async def set(self, _key: str, _value: str, ex: int) -> None: ...

    async def scan_iter(self, **_: object) -> AsyncIterator[bytes]:
        for key in ():
            yield key

    async def _commit(self, keys: Sequence[str], args: Sequence[Any]) -> int:
        seq, commands, _ = args
        if str(seq) != self.kept["seq"]:
            return 0
        for command, key, *given in json.loads(commands):
            if key == keys[0]:
                self.kept[given[0]] = given[1]
            elif command == "HDEL" and key in self.asked:
                self.asked[key].pop(given[0], None)
        self.kept["seq"] = str(seq + 1)
        return 1


@dataclass(frozen=True, slots=True)
class Awaited:
    """What is asked for at once, or in a pipeline whose answers nobody waits for one by one."""

    answer: dict[str, str]

    def __await__(self) -> Generator[None, None, dict[str, str]]:
        yield
        return self.answer


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
    async def reading(self, ask: Ask | None = None) -> AsyncIterator[None]:
        """Have it read for as long as the block lasts."""
        task = asyncio.ensure_future(self._projector(ask) if self.folds else self._reader(ask))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _reader(self, ask: Ask | None) -> Awaitable[None]:
        pool, things = cast("Any", self.kept), cast("Any", self.things)
        return KafkaReader(READER, [TOPIC], "", pool, reaction=things, facts=things, ask=ask, patience=PATIENCE).run()

    def _projector(self, ask: Ask | None) -> Awaitable[None]:
        redis, things = cast("Any", self.redis), cast("Any", self.things)
        generation, how = Generation(()), {"name": READER, "patience": PATIENCE}
        return Projector(redis, "", [TOPIC], generation=generation, facts=things, ask=ask, **how).run()

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
    for reads in (reader, projector):
        monkeypatch.setattr(reads, "tails", line.kafka.tails)
    monkeypatch.setattr(projector, "CHECK_SECONDS", 0.01)
    monkeypatch.setattr(reader, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(reader, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(reader, "KEPT_SECONDS", 0.1)
    monkeypatch.setattr(reader, "LONGEST_REST", 0.0)
    return line
