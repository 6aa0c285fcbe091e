"""The projector's place in every partition, kept in one hash beside the rows. Next stop: projector.py."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kernel.adapters.kafka.topics import Part, service_of
from kernel.adapters.redis.client import text
from kernel.adapters.redis.fold import Command
from kernel.adapters.redis.generation import Generation
from kernel.application.chain import Place
from kernel.application.vector import Vector


@dataclass(slots=True)
class Checkpoint:
    """What the hash says: a number that every batch raises, and the offset and place of each partition."""

    seq: int = 0
    complete: bool = False
    offsets: dict[Part, int] = field(default_factory=dict)
    places: dict[Part, Place] = field(default_factory=dict)

    @classmethod
    def parse(cls, kept: Mapping[Any, Any]) -> "Checkpoint":
        """Read what Redis keeps; what is missing was not read. Raises: ValueError."""
        found = cls()
        for name, value in ((text(name), text(value)) for name, value in kept.items()):
            if name == "seq":
                found.seq = int(value)
            elif name == "complete":
                found.complete = value == "1"
            elif name != "wiping":
                topic, _, part = name.rpartition("/")
                offset, epoch, position = (int(number) for number in value.split())
                at = Part(topic, int(part))
                found.offsets[at], found.places[at] = offset, Place(epoch, position)
        return found

    def vector(self) -> Vector:
        """Return the places by service, as those who wait know them."""
        return Vector({(service_of(part.topic), part.partition): place for part, place in self.places.items()})


def move(generation: Generation, part: Part, offset: int, place: Place) -> Command:
    """Return the command that keeps the place of one partition."""
    kept = f"{offset} {place.epoch} {place.position}"
    return ["HSET", generation.checkpoint, f"{part.topic}/{part.partition}", kept]


def news(seq: int, places: Mapping[Part, Place], touched: set[str], *, complete: bool) -> str:
    """Return what is told to everybody who waits, once a batch."""
    moved = [[service_of(part.topic), part.partition, place.epoch, place.position] for part, place in places.items()]
    return json.dumps({"seq": seq, "complete": complete, "moved": moved, "touched": sorted(touched)})


@dataclass(frozen=True, slots=True)
class News:
    """What `news()` told."""

    seq: int
    complete: bool
    places: dict[tuple[str, int], Place]
    touched: list[str]

    @classmethod
    def parse(cls, text: bytes | str) -> "News":
        """Read it. Raises: ValueError, KeyError."""
        told: dict[str, Any] = json.loads(text)
        places = {(service, part): Place(epoch, position) for service, part, epoch, position in told["moved"]}
        return cls(told["seq"], told["complete"], places, told["touched"])
