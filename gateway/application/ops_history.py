"""How readers stood over the last seven days, for operators. Next stop: adapters/flow_archive.py."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.flow_history import (
    MIDDLE,
    Point,
    Span,
    Stretch,
    Tier,
    comes,
    stretches,
    summed,
)
from gateway.application.ops import OpsJourney
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from kernel.application.watching import Flow
from kernel.domain.errors import NotFound, Unavailable

FlowName = tuple[str, str]
"""A reader and its topic."""

RECENT = timedelta(hours=1)
RECENT_SECONDS = 15.0
"""How long the short histories beside the board are told again: no newer one is taken meanwhile."""


class Archive(Protocol):
    """Where points are kept. Raises, in every method: Unavailable."""

    async def takes_turn(self, at: datetime) -> bool:
        """Return whether this process, and no other, is to sample at a moment."""
        ...

    async def keep(self, at: datetime, flows: Sequence[Flow]) -> None:
        """Keep how every reader stood at a moment."""
        ...

    async def points(
        self, names: Sequence[FlowName], tier: Tier, since: datetime, until: datetime
    ) -> Sequence[Sequence[Point]]:
        """Return the points of some readers, each oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowNow:
    """How one reader stands in one topic."""

    consumer: str
    topic: str
    until: datetime
    """Now."""
    flow: Flow | None
    """None when its process does not answer, or has no such reader any more."""
    answers: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowHistory(FlowNow):
    """How one reader stood in one topic over some time, and how it stands now."""

    span: Span
    since: datetime
    points: Sequence[Point]

    @property
    def step(self) -> int:
        """Return how many seconds a point stands for."""
        return self.span.tier.step

    @property
    def comes(self) -> Sequence[float | None]:
        """Return how many facts a second came before each point."""
        return comes(self.points)

    @property
    def stretches(self) -> Sequence[Stretch]:
        """Return the verdicts without a hole."""
        return stretches(self.points, self.span.tier.width, self.since, self.until)

    @property
    def rows(self) -> Sequence[Point]:
        """Return the points as a table shows them, newest first."""
        return list(reversed(summed(self.points, self.span.row)))


@dataclass(slots=True)
class OpsHistoryJourney:
    """Tells how readers stood. Raises, everywhere: Denied for who is no operator, and says so; Unavailable."""

    archive: Archive
    ops: OpsJourney
    now: Callable[[], datetime]
    _recent: tuple[float, Mapping[FlowName, Sequence[Point]]] = field(default=(0.0, {}), init=False)

    async def of(self, viewer: Viewer, name: FlowName, span: Span, asked: Asked) -> FlowHistory:
        """Return how a reader stood over a span, and how it stands. Raises: NotFound for one that nobody knows."""
        policy.demand(viewer, Operation.OPS_STREAM_HISTORY)
        until = self.now()
        since = span.tier.start(until - span.length) + span.tier.width
        (points,), (flow, answers) = await asyncio.gather(
            self.archive.points([name], span.tier, since, until), self._flow(viewer, name, asked)
        )
        if answers and flow is None and not points:
            raise NotFound("no such reader of such a topic")
        return FlowHistory(
            consumer=name[0],
            topic=name[1],
            span=span,
            since=since,
            until=until,
            points=points,
            flow=flow,
            answers=answers,
        )

    async def present(self, viewer: Viewer, name: FlowName, asked: Asked) -> FlowNow:
        """Return how a reader stands, without its past."""
        policy.demand(viewer, Operation.OPS_STREAM_HISTORY)
        flow, answers = await self._flow(viewer, name, asked)
        return FlowNow(consumer=name[0], topic=name[1], until=self.now(), flow=flow, answers=answers)

    async def recent(self, viewer: Viewer, names: Sequence[FlowName]) -> Mapping[FlowName, Sequence[Point]]:
        """Return the last hour of some readers, for small pictures; nothing while it cannot be read."""
        policy.demand(viewer, Operation.OPS_STREAM_HISTORY)
        now = self.now()
        taken, known = self._recent
        if now.timestamp() - taken < RECENT_SECONDS and all(name in known for name in names):
            return known
        with suppress(Unavailable):
            found = await self.archive.points(names, MIDDLE, now - RECENT, now)
            known = dict(zip(names, found, strict=True))
            self._recent = (now.timestamp(), known)
            return known
        return {}

    async def _flow(self, viewer: Viewer, name: FlowName, asked: Asked) -> tuple[Flow | None, bool]:
        try:
            flows = await self.ops.processes[self.ops.owner(name[0])].flows(viewer.session, asked)
        except Unavailable:
            return None, False
        return next((one for one in flows if (one.consumer, one.topic) == name), None), True
