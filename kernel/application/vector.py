"""How far a set of read models has come in every log: what a reader of them may wait for. Next: projection.py."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kernel.application.chain import Place
from kernel.domain.recorded import LogPosition


@dataclass(frozen=True, slots=True)
class Vector:
    """The place in each partition of each service's log; what is not named was not read."""

    places: dict[tuple[str, int], Place] = field(default_factory=dict)

    def covers(self, position: LogPosition) -> bool:
        """Tell whether the facts up to *position* are applied; one of an older epoch is no more to be waited for."""
        place = self.places.get((position.service, position.partition), Place())
        return place.epoch > position.epoch or (place.epoch == position.epoch and place.position >= position.position)

    def covers_all(self, positions: Iterable[LogPosition]) -> bool:
        """Tell whether all of *positions* are covered."""
        return all(self.covers(position) for position in positions)

    def moved(self, places: dict[tuple[str, int], Place]) -> "Vector":
        """Return the vector with some places replaced."""
        return Vector({**self.places, **places})

    def __str__(self) -> str:
        services: dict[str, dict[int, Place]] = {}
        for (service, partition), place in self.places.items():
            services.setdefault(service, {})[partition] = place
        return "~".join(f"{service}:{_positions(of)}" for service, of in sorted(services.items()))


def _positions(places: dict[int, Place]) -> str:
    """Return `e<epoch>:<position of partition 0>.<of 1>…`, short enough for an event id and a header."""
    epoch = max(place.epoch for place in places.values())
    return f"e{epoch}:" + ".".join(str(places.get(part, Place()).position) for part in range(max(places) + 1))
