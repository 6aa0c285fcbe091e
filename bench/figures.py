"""What is made of the numbers of a run: medians, percentiles, ratios. Next stop: goals.py."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench.goals import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One line of a goal with what was measured for it."""

    line: Line
    value: float | None
    """The median of the rounds; None when it could not be measured here."""
    worst: float | None
    rounds: tuple[float, ...]

    @property
    def held(self) -> bool | None:
        """Tell whether the floor holds; None when there is none, or nothing was measured."""
        return self._reaches(self.line.floor)

    @property
    def reached(self) -> bool | None:
        """Tell whether the moonshot is reached; None when there is none, or nothing was measured."""
        return self._reaches(self.line.moonshot)

    def _reaches(self, bound: float | None) -> bool | None:
        if bound is None or self.value is None:
            return None
        return self.value <= bound if self.line.at_most else self.value >= bound


def judge(line: Line, rounds: Sequence[float]) -> Judged:
    """Return *line* judged by the median of *rounds*; the worst one stands beside it."""
    if not rounds:
        return Judged(line=line, value=None, worst=None, rounds=())
    worst = max(rounds) if line.at_most else min(rounds)
    return Judged(line=line, value=statistics.median(rounds), worst=worst, rounds=tuple(rounds))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return ours / theirs, round by round. Raises: ValueError when a round is missing or the peer did nothing."""
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} rounds of ours stand against {len(theirs)} of the peer")
    if any(one <= 0 for one in theirs):
        raise ValueError("the peer did nothing in a round, so there is nothing to compare with")
    return [mine / other for mine, other in zip(ours, theirs, strict=True)]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least *share* (0..1) of all *values* do not exceed. Raises: ValueError."""
    if not values:
        raise ValueError("nothing was measured")
    rank = max(1, math.ceil(share * len(values)))
    return sorted(values)[rank - 1]
