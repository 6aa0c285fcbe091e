"""Histories of readers in memory, and one worth looking at."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gateway.application.flow_history import FINE, TIERS, Point, Span, Spread, Tier, joined, sampled
from gateway.application.ops_history import FlowName
from kernel.application.flowing import Verdict
from kernel.application.watching import Flow
from kernel.domain.errors import Unavailable
from tests.unit.gateway.fakes import NOW

TROUBLE_SINCE, TROUBLE_UNTIL = timedelta(minutes=25), timedelta(minutes=9)
"""How long before now the reader of the sample fell behind, and had caught up."""


@dataclass
class FakeArchive:
    """What would lie in Redis."""

    kept: dict[tuple[FlowName, Tier], dict[int, Point]] = field(default_factory=dict)
    turns: set[datetime] = field(default_factory=set)
    away: bool = False

    async def takes_turn(self, at: datetime) -> bool:
        self._answer()
        taken = at in self.turns
        self.turns.add(at)
        return not taken

    async def keep(self, at: datetime, flows: Sequence[Flow]) -> None:
        self._answer()
        for flow in flows:
            for tier in TIERS:
                ring = self.kept.setdefault(((flow.consumer, flow.topic), tier), {})
                before, point = ring.get(tier.slot(at)), replace(sampled(at, flow), at=tier.start(at))
                ring[tier.slot(at)] = joined(before, point) if before and tier is not FINE else point

    async def points(
        self, names: Sequence[FlowName], tier: Tier, since: datetime, until: datetime
    ) -> Sequence[Sequence[Point]]:
        self._answer()
        first, last = tier.slot(since), tier.slot(until)
        return [
            [point for slot, point in sorted(self.kept.get((name, tier), {}).items()) if first <= slot <= last]
            for name in names
        ]

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("Redis is away")


def fill_history(archive: FakeArchive, name: FlowName, now: datetime = NOW) -> None:
    """Keep seven days of a reader: busy by day, silent for a while, and in trouble not long ago."""
    for span in Span:
        tier, ring = span.tier, dict[int, Point]()
        for number in range(int(span.length / tier.width), -1, -1):
            at = tier.start(now - number * tier.width)
            if not timedelta(hours=30) < now - at < timedelta(hours=36):
                ring[tier.slot(at)] = _point(at, now)
        archive.kept[name, tier] = ring


def _point(at: datetime, now: datetime) -> Point:
    busy = 50 + 35 * math.sin(at.timestamp() / 86400 * 2 * math.pi) + 5 * math.sin(at.timestamp() / 97)
    behind = (TROUBLE_SINCE - (now - at)).total_seconds() if TROUBLE_UNTIL < now - at < TROUBLE_SINCE else 0.0
    lag = busy / 10 + behind * 2
    verdict = Verdict.OK if not behind else Verdict.SLOW if now - at > timedelta(minutes=15) else Verdict.STALLED
    rate = busy if not behind else busy / 3 if verdict is Verdict.SLOW else 0.0
    return Point(
        at=at,
        seen_at=at,
        samples=4,
        lag=Spread(math.floor(lag * 0.8), lag, math.ceil(lag * 1.3)),
        lag_seconds=Spread(lag / busy * 0.8, lag / busy, lag / busy * 1.3),
        rate=Spread(rate * 0.9, rate, rate * 1.1),
        head=int(40 * (at.timestamp() - NOW.timestamp() + 900_000)),
        verdict=verdict,
    )
