"""Which contracts a person may see, folded from what their groups permit. Next stop: application/rounds.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

EVERY = "*"
"""Stands for every service in a permission."""

Grant = tuple[str, UUID | None]
"""A service, and a contract of it; None for all of them."""


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a person's groups let them see: nothing unless it stands here."""

    everything: bool = False
    services: frozenset[str] = frozenset()
    contracts: frozenset[tuple[str, UUID]] = frozenset()

    def __bool__(self) -> bool:
        """Return whether anything may be seen at all."""
        return self.everything or bool(self.services or self.contracts)


def sight_of(grants: Iterable[Grant]) -> Sight:
    """Return what all *grants* together let somebody see; equal sights show the same."""
    found = set(grants)
    if (EVERY, None) in found:
        return Sight(everything=True)
    return Sight(
        services=frozenset(service for service, contract in found if contract is None),
        contracts=frozenset((service, contract) for service, contract in found if contract is not None),
    )
