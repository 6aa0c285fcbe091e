"""Small pictures of streams, drawn here: the band of verdicts, and a line for the board. Next: templates/ops/."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import quote

from gateway.application.flow_history import Point, Stretch, comes
from gateway.application.ops_history import FlowHistory, FlowName
from kernel.application.flowing import Verdict
from kernel.application.watching import Flow

BAND, SEEN = 1000, 4.0
LINE, TALL = 96, 24
DIGITS = 3
_ORDER = tuple(Verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of the band."""

    x: float
    width: float
    verdict: Verdict | None
    since: datetime
    until: datetime

    @property
    def painted(self) -> int:
        """Return when it is painted: what is not well lies above what is."""
        return _ORDER.index(self.verdict) if self.verdict else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """The lag of the last hour as a line."""

    lines: Sequence[str]
    """As SVG wants them; several where it was not known in between."""
    most: int


def place(consumer: str, topic: str) -> str:
    """Return the address of a reader's page."""
    return f"/ops/streams/{quote(consumer, safe='')}/{quote(topic, safe='')}"


def band(found: FlowHistory) -> Sequence[Part]:
    """Return the verdicts as parts of a band a thousand wide."""
    whole = (found.until - found.since).total_seconds()

    def part(one: Stretch) -> Part:
        x = (one.since - found.since).total_seconds() / whole * BAND
        width = (one.until - one.since).total_seconds() / whole * BAND
        # A short trouble in a long week is seen too.
        wide = width if one.verdict in {None, Verdict.OK} else max(width, SEEN)
        return Part(
            x=round(min(x, BAND - wide), 1), width=round(wide, 1), verdict=one.verdict, since=one.since, until=one.until
        )

    return [part(one) for one in found.stretches]


def columns(found: FlowHistory) -> str:
    """Return the points as JSON, a list for each line that is drawn; null where nothing was recorded or known."""
    step, points = (
        found.step,
        {int(one.at.timestamp()): (one, comes) for one, comes in zip(found.points, found.comes, strict=True)},
    )
    first, last = int(found.since.timestamp()), int(found.until.timestamp())
    times = list(range(first - first % step, last + 1, step))
    rows = [points.get(at) for at in times]

    def column(value: str, part: str) -> list[float | None]:
        seen = [None if row is None else getattr(row[0], value) for row in rows]
        return [None if one is None else _short(getattr(one, part)) for one in seen]

    return json.dumps(
        {
            "at": times,
            "lag": column("lag", "mean"),
            "lagMost": column("lag", "most"),
            "seconds": column("lag_seconds", "mean"),
            "secondsMost": column("lag_seconds", "most"),
            "rate": column("rate", "mean"),
            "comes": [None if row is None or row[1] is None else _short(row[1]) for row in rows],
        },
        separators=(",", ":"),
    )


def spark(points: Sequence[Point], since: datetime, until: datetime) -> Spark | None:
    """Return the line of a reader's lag; None where there is nothing to draw."""
    runs = groupby(points, lambda one: one.lag is not None)
    known = [[(one.at, one.lag.most) for one in run if one.lag] for _, run in runs]
    lines = [run for run in known if len(run) > 1]
    if not lines:
        return None
    most = max(lag for run in known for _, lag in run)
    whole = (until - since).total_seconds()

    def drawn(at: datetime, lag: float) -> str:
        x = max(0.0, (at - since).total_seconds() / whole) * LINE
        y = TALL - 2 - (lag / most * (TALL - 4) if most else 0)
        return f"{x:.1f},{y:.1f}"

    return Spark(lines=[" ".join(drawn(*one) for one in run) for run in lines], most=int(most))


def came(flows: Sequence[Flow], recent: Mapping[FlowName, Sequence[Point]]) -> float | None:
    """Return how many facts a second came lately to what some readers read; None where nobody kept it."""
    for flow in flows:
        known = [one for one in comes(recent.get((flow.consumer, flow.topic), ())) if one is not None]
        if known:
            return round(known[-1], 1)
    return None


def _short(value: float) -> float:
    return int(value) if value == int(value) else round(value, DIGITS)
