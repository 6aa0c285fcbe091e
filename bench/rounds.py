"""Measures several things in turn, round after round, so that a busy minute hits them all alike. Next: figures.py."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

Seen = TypeVar("Seen")


async def alternate(
    rounds: int, contestants: Mapping[str, Callable[[], Awaitable[Seen]]], done: Callable[[], None]
) -> dict[str, list[Seen]]:
    """Return what each contestant showed in each round: A-B-A-B-A, one at a time, never two together."""
    seen: dict[str, list[Seen]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, measure in contestants.items():
            seen[name].append(await measure())
            done()
    return seen
