"""A topic and its consumer, in memory. Next stop: lines.py."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aiokafka.errors import OffsetOutOfRangeError  # type: ignore[import-untyped]

from kernel.adapters.kafka.envelope import Outgoing, headers
from kernel.adapters.kafka.topics import PARTITIONS, Part
from kernel.application.publishing import Tail

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

    def forge(self, to: Part = PART) -> None:
        """Add a record that no relay wrote."""
        self.parts[to].append(Record(len(self.parts[to]), (), b"somebody's name", to.partition))

    def make_anew(self) -> None:
        """Lose every record; offsets begin again."""
        for records in self.parts.values():
            records.clear()

    def consumer(self, **_: Any) -> "Consumer":
        """Return what a feed reads with."""
        return Consumer(self)

    async def tails(self, _bootstrap: str, _topic: str) -> list[Tail]:
        """Return the epoch that the tail of each partition is in."""
        last = {part.partition: held[-1] for part, held in self.parts.items() if held}
        epochs = {part: int(dict(record.headers).get("ce_logepoch", 1)) for part, record in last.items()}
        return [Tail(epochs.get(part, 1)) for part in range(PARTITIONS)]

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
    paused: set[Part] = field(default_factory=set)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def assign(self, _parts: Sequence[Part]) -> None: ...

    def pause(self, part: Part) -> None:
        self.paused.add(Part(*part))

    def resume(self, part: Part) -> None:
        self.paused.discard(Part(*part))

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
        found = {part: records for part, records in several.items() if records and part not in self.paused}
        if not found or self.kafka.fetches == 0:
            return {}
        if self.kafka.fetches:
            self.kafka.fetches -= 1
        for part, records in found.items():
            self.places[part] += len(records)
        return found
