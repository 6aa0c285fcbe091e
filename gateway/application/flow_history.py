"""How one reader stood over time: points, thinner the older they are, and what they add up to. Next: ops_history.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from kernel.application.flowing import Verdict, worst
from kernel.application.watching import Flow


@dataclass(frozen=True, slots=True)
class Tier:
    """Points of one width, of which the newest so many are kept."""

    step: int
    """Seconds that a point stands for."""
    kept: int

    def slot(self, at: datetime) -> int:
        """Return the number of the point that a moment belongs to."""
        return int(at.timestamp()) // self.step

    def start(self, at: datetime) -> datetime:
        """Return when the point that a moment belongs to begins."""
        return datetime.fromtimestamp(self.slot(at) * self.step, UTC)

    @property
    def width(self) -> timedelta:
        """Return how long a point lasts."""
        return timedelta(seconds=self.step)


FINE, MIDDLE, COARSE = Tier(15, 480), Tier(120, 960), Tier(900, 720)
TIERS = (FINE, MIDDLE, COARSE)
"""Two hours by quarters of a minute, 32 by two minutes, 7.5 days by quarters of an hour."""


class Span(StrEnum):
    """How far back somebody looks."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"

    @property
    def tier(self) -> Tier:
        """Return the points that show it: some hundreds, as many as a screen can tell apart."""
        return {Span.HOUR: FINE, Span.DAY: MIDDLE, Span.WEEK: COARSE}[self]

    @property
    def length(self) -> timedelta:
        """Return how long it is."""
        return {Span.HOUR: timedelta(hours=1), Span.DAY: timedelta(days=1), Span.WEEK: timedelta(days=7)}[self]

    @property
    def fresh(self) -> timedelta:
        """Return how long what was shown of it is as good as new: by then a line has moved by about a point."""
        return {Span.HOUR: FINE.width, Span.DAY: MIDDLE.width / 2, Span.WEEK: MIDDLE.width}[self]

    @property
    def row(self) -> timedelta:
        """Return the length of what a row of a table sums up."""
        return {Span.HOUR: timedelta(minutes=5), Span.DAY: timedelta(hours=1), Span.WEEK: timedelta(hours=6)}[self]


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the mean and the most of some values."""

    least: float
    mean: float
    most: float
    count: int = field(default=1, compare=False)
    """How many values they were."""

    @classmethod
    def of(cls, value: float | None) -> "Spread | None":
        """Return that of a single value; None of one that is not known."""
        return None if value is None else cls(value, value, value)

    @classmethod
    def both(cls, one: "Spread | None", other: "Spread | None") -> "Spread | None":
        """Return that of all values of two."""
        if one is None or other is None:
            return one or other
        count = one.count + other.count
        mean = (one.mean * one.count + other.mean * other.count) / count
        return cls(min(one.least, other.least), mean, max(one.most, other.most), count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """How a reader stood in one topic, over the time from *at* to the next point."""

    at: datetime
    seen_at: datetime
    """When the last look was that it sums up, of those that knew how far the reader was if there are any."""
    samples: int
    lag: Spread | None
    """Facts; None when no look knew it."""
    lag_seconds: Spread | None
    rate: Spread | None
    """Facts that the reader got past in a second."""
    head: int
    """How many facts its topic or log had in all, at the last look that knew it."""
    verdict: Verdict
    """The worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time during which the verdict was the same; None where nothing was recorded."""

    verdict: Verdict | None
    since: datetime
    until: datetime


def sampled(at: datetime, flow: Flow) -> Point:
    """Return one look at a reader as a point."""
    return Point(
        at=at,
        seen_at=at,
        samples=1,
        lag=Spread.of(flow.lag),
        lag_seconds=Spread.of(flow.lag_seconds),
        rate=Spread.of(flow.rate),
        head=sum(part.head for part in flow.parts),
        verdict=flow.verdict,
    )


def joined(before: Point, after: Point) -> Point:
    """Return two points as one that stands for both."""
    last = before if after.lag is None and before.lag is not None else after
    return Point(
        at=before.at,
        seen_at=last.seen_at,
        samples=before.samples + after.samples,
        lag=Spread.both(before.lag, after.lag),
        lag_seconds=Spread.both(before.lag_seconds, after.lag_seconds),
        rate=Spread.both(before.rate, after.rate),
        head=last.head,
        verdict=worst([before.verdict, after.verdict]),
    )


def summed(points: Iterable[Point], row: timedelta) -> Sequence[Point]:
    """Return points as fewer and longer ones, oldest first."""
    tier, rows = Tier(int(row.total_seconds()), 0), list[Point]()
    for point in points:
        start = tier.start(point.at)
        if rows and rows[-1].at == start:
            rows[-1] = joined(rows[-1], point)
        else:
            rows.append(replace(point, at=start))
    return rows


def comes(points: Sequence[Point]) -> Sequence[float | None]:
    """Return how many facts a second came between each point and the one before; None where that is not known.

    Before a point that knows how far the reader is stands the last one that knew it.
    """
    found, before = list[float | None](), None
    for after in points:
        if after.lag is None:
            found.append(None)
            continue
        found.append(None if before is None else _came(before, after))
        before = after
    return found


def _came(before: Point, after: Point) -> float | None:
    seconds = (after.seen_at - before.seen_at).total_seconds()
    # A topic that was made anew begins again from nothing.
    return (after.head - before.head) / seconds if after.head >= before.head else None


def stretches(points: Sequence[Point], step: timedelta, since: datetime, until: datetime) -> Sequence[Stretch]:
    """Return the verdicts from *since* to *until* without a hole: where no point is, that is a stretch too."""
    found, reached = list[Stretch](), since
    for point in points:
        start, end = max(point.at, reached), min(point.at + step, until)
        if end <= start:
            continue
        if start > reached:
            found.append(Stretch(verdict=None, since=reached, until=start))
        if found and found[-1].verdict is point.verdict:
            found[-1] = Stretch(verdict=point.verdict, since=found[-1].since, until=end)
        else:
            found.append(Stretch(verdict=point.verdict, since=start, until=end))
        reached = end
    if reached < until:
        found.append(Stretch(verdict=None, since=reached, until=until))
    return found
