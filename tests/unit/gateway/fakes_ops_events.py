# ruff: noqa: ARG002 - fakes take what the ports give
"""Logs that an operator looks into, as a test says them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.ops_events_ports import Again
from gateway.application.session import Session
from kernel.application.browsing import (
    AtReader,
    Covered,
    Envelope,
    Look,
    Mark,
    Payload,
    Schema,
    Shown,
    Sought,
    Stage,
    Way,
    Whole,
)
from kernel.application.republishing import Progress, Range
from kernel.domain.errors import NotFound, Refused, Unavailable
from tests.unit.gateway.fakes import NOW, TENANT, USER
from tests.unit.gateway.fakes_ops import PARKED, SECRET_NAME

CLICK = UUID(int=900)


def envelope(position: int, **changes: Any) -> Envelope:
    """Return a fact of a person's stream; each is recorded a second behind the one before it."""
    said: dict[str, Any] = {
        "position": position,
        "stream_id": PARKED,
        "version": position,
        "tenant_id": TENANT,
        "type": "user.registered",
        "schema_version": 1,
        "public": True,
        "actor": f"user:{USER}",
        "correlation_id": CLICK,
        "causation_id": None,
        "recorded_at": NOW + timedelta(seconds=position),
        "bytes": 312,
    }
    return Envelope(**said | changes)


@dataclass
class FakeLog:
    """One service's log."""

    name: str
    facts: list[Envelope] = field(default_factory=list)
    done: list[tuple[object, ...]] = field(default_factory=list)
    away: bool = False
    busy: bool = False
    """Whether it is being published again already."""
    window: int = 1000
    """How many facts one look goes through."""
    shown: Shown = Shown.MASKED
    progress: Progress | None = None

    def __post_init__(self) -> None:
        if self.name == "users":
            self.facts.append(envelope(1))

    async def look(self, session: Session, sought: Sought, way: Way, asked: Asked) -> Look:
        self._answer()
        head = len(self.facts)
        ordered = self.facts if way.oldest_first else self.facts[::-1]
        behind = [
            one
            for one in ordered
            if way.place is None or (one.position > way.place if way.oldest_first else one.position < way.place)
        ]
        looked = behind[: self.window]
        fits = [one for one in looked if _fits(one, sought)]
        items = tuple(fits[: way.limit])
        if len(items) == way.limit:
            return Look(items=items, place=items[-1].position, until=items[-1].recorded_at, head=head)
        if len(looked) == self.window:
            return Look(items=items, place=looked[-1].position, until=looked[-1].recorded_at, head=head)
        return Look(items=items, place=None, until=None, head=head)

    async def whole(self, session: Session, stream_id: UUID, version: int, asked: Asked) -> Whole:
        return self._whole(stream_id, version, self.shown)

    async def unmasked(self, session: Session, stream_id: UUID, version: int, asked: Asked) -> Whole:
        found = self._whole(stream_id, version, Shown.SHOWN if self.shown is Shown.MASKED else self.shown)
        self.done.append(("unmask", f"{stream_id}/{version}"))
        return found

    async def publish_again(self, session: Session, again: Again, asked: Asked, *, dry_run: bool) -> Range:
        self._answer()
        first = again.first or 3
        events = max(0, len(self.facts) + 1 - first)
        if not dry_run:
            if self.busy:
                raise _Busy
            self.done.append(("publish again", replace(again, first=first)))
        return Range(first=first, events=events, tenants=min(events, 1), streams=min(events, 2))

    async def publishing(self, session: Session, asked: Asked) -> Sequence[Progress]:
        self._answer()
        return [self.progress] if self.progress else []

    def _whole(self, stream_id: UUID, version: int, shown: Shown) -> Whole:
        self._answer()
        for one in self.facts:
            if (one.stream_id, one.version) == (stream_id, version):
                return whole(one, self.name, shown)
        raise NotFound("no such fact")

    def _answer(self) -> None:
        if self.away:
            raise Unavailable(f"{self.name} is away")


class _Busy(Refused):
    code = "already-publishing"


def whole(one: Envelope, service: str, shown: Shown) -> Whole:
    """Return a fact with a name, a mail address and something that stands for a secret."""
    data = {
        "userId": str(one.stream_id),
        "name": SECRET_NAME if shown is Shown.SHOWN else None,
        "members": [{"email": None, "role": "PORTAL_ADMIN"}],
        "fingerprint": None,
        "note": "<script>alert(1)</script>",
    }
    covered = (
        Covered(path="/name", shown=shown, subject_id=one.stream_id),
        Covered(path="/members/0/email", shown=Shown.SHREDDED, subject_id=one.stream_id),
        Covered(path="/fingerprint", shown=Shown.HIDDEN),
    )
    return Whole(
        envelope=one,
        payload=Payload(data=data, schema=Schema.FITS, covered=covered),
        headers={"ce_id": one.id, "ce_type": f"portal.{one.type}.v1", "content-type": "application/json"},
        topic=f"portal.{service}.events.v1",
        part=3,
        published=True,
    )


def _fits(one: Envelope, sought: Sought) -> bool:
    return all(
        wanted is None or wanted == has
        for wanted, has in (
            (sought.tenant_id, one.tenant_id),
            (sought.stream_id, one.stream_id),
            (sought.version, one.version),
            (sought.type, one.type),
            (sought.correlation_id, one.correlation_id),
            (sought.causation_id, one.causation_id),
        )
    ) and _within(one.recorded_at, sought.since, sought.until)


def _within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)


@dataclass
class FakeReaders:
    """The readers of one process."""

    name: str
    stage: Stage = Stage.APPLIED
    away: bool = False
    asked: list[Mark] = field(default_factory=list)

    async def at(self, session: Session, marks: Sequence[Mark], asked: Asked) -> Sequence[AtReader]:
        if self.away:
            raise Unavailable(f"{self.name} is away")
        self.asked = list(marks)
        return [AtReader(consumer=f"{self.name}.reader", topic=marks[-1].topic, stage=self.stage)]
