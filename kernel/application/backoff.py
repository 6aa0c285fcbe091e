"""How long to wait before the next try: longer every time, never in step with others, short again after a success."""

import random
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Waiting times in seconds, doubled up to a bound, with jitter so that many do not try at once."""

    first: float = 0.1
    most: float = 1.0
    tries: int = 0

    def next(self) -> float:
        """Return how long to wait now, and remember that a try failed."""
        self.tries += 1
        bound = min(self.most, self.first * 2.0 ** min(self.tries - 1, 30))
        return bound * random.uniform(0.5, 1.0)  # noqa: S311 - spreads tries, guards nothing

    def reset(self) -> None:
        """Take note of a success."""
        self.tries = 0
