"""Whether a reader keeps up, judged by a window of its own past and no threshold. Next stop: watching.py.

The rules are those of Burrow's lag evaluation with one more: slow is only who has not yet come to where the log ended
at an earlier look, so a reader that works hard and keeps up is never an alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

WINDOW = 10
"""Samples that a verdict looks at."""


class Verdict(StrEnum):
    """How a reader stands, from good to bad."""

    OK = "OK"
    UNKNOWN = "UNKNOWN"
    """It is not known how far it is behind: who would have to say so does not answer."""
    SLOW = "SLOW"
    """It moves, and falls behind all the same."""
    STALLED = "STALLED"
    """It tries and does not move."""
    STOPPED = "STOPPED"
    """It does not move and does not try."""


_ORDER = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Sample:
    """Where a reader was in one partition, and where the partition ended."""

    at: float
    """Seconds of a clock that only goes on."""
    place: int
    head: int
    tries: int = 0
    """How often the reader has tried something again since it began."""

    @property
    def lag(self) -> int:
        """Return how many facts wait; a partition that was cut off behind the reader has none."""
        return max(0, self.head - self.place)


def judge(samples: Sequence[Sample]) -> Verdict:
    """Return how a reader stands in one partition; OK until there is a whole window to tell."""
    window = _counted_alike(samples[-WINDOW:])
    if len(window) < WINDOW or not all(sample.lag for sample in window):
        return Verdict.OK
    first, last = window[0], window[-1]
    if last.place <= first.place:
        return Verdict.STALLED if last.tries > first.tries else Verdict.STOPPED
    steps = [after.lag - before.lag for before, after in pairwise(window)]
    # Who falls behind with every step is slow once half a window's facts wait, who merely does not gain at a whole one.
    behind = first.head if min(steps) <= 0 else window[WINDOW // 2].head
    return Verdict.SLOW if min(steps) >= 0 and last.place < behind else Verdict.OK


def judge_unseen(samples: Sequence[Sample]) -> Verdict:
    """Return how a reader stands of which it is not known how far it is behind, by what is known: place and tries."""
    window = samples[-WINDOW:]
    if len(window) < WINDOW or window[-1].place > window[0].place:
        return Verdict.UNKNOWN
    return Verdict.STALLED if window[-1].tries > window[0].tries else Verdict.UNKNOWN


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the worst of some verdicts."""
    return max(verdicts, key=_ORDER.index, default=Verdict.OK)


def rate(samples: Sequence[Sample]) -> float:
    """Return how many facts a reader gets past in a second, over its window."""
    window = samples[-WINDOW:]
    if len(window) < 2 or window[-1].at <= window[0].at:  # noqa: PLR2004 - two make a difference
        return 0.0
    return max(0.0, (window[-1].place - window[0].place) / (window[-1].at - window[0].at))


def _counted_alike(window: Sequence[Sample]) -> Sequence[Sample]:
    """Return the samples since a topic was made anew, with which its offsets begin again: before says nothing of after.

    A place that goes back while the reader tries again is no such beginning.
    """
    for number, (before, after) in reversed(list(enumerate(pairwise(window), start=1))):
        if after.head < before.head or (after.place < before.place and after.tries == before.tries):
            return window[number:]
    return window
