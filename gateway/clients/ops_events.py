"""What a service says of its log, and what it is told. Next stop: kernel/adapters/http/ops_events.py, over there."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.ops_events_ports import Again
from gateway.application.session import Session
from gateway.clients.answers import read
from gateway.clients.ops import record
from gateway.clients.ops_looks import LOOK, LOOK_SECONDS, look
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.ops import ACT
from kernel.application.browsing import AtReader, Look, Mark, Readers, Sought, Way, Whole
from kernel.application.republishing import Progress, Range
from kernel.domain.context import NOBODY, Context

DO = (ACT,)

_NAMES = {
    "tenant_id": "tenantId",
    "stream_id": "streamId",
    "correlation_id": "correlationId",
    "causation_id": "causationId",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _AtReaders:
    items: tuple[AtReader, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progresses:
    items: tuple[Progress, ...]


@dataclass(frozen=True, slots=True)
class BrowsedService:
    """Another process with a log, over HTTP, in the name of the operator who asks."""

    http: ServiceClient

    async def look(self, session: Session, sought: Sought, way: Way, asked: Asked) -> Look:
        """Return the next facts that are wanted."""
        said = {_NAMES.get(name, name): value for name, value in asdict(sought).items() if value is not None}
        query: dict[str, Any] = {**said, "limit": way.limit, "oldestFirst": str(way.oldest_first).lower()}
        if way.place is not None:
            query["place"] = way.place
        for name in ("since", "until"):
            if isinstance(query.get(name), datetime):
                query[name] = query[name].isoformat()
        path = f"/internal/ops/events?{urlencode(query)}"
        return read(Look, await look(self.http, path, _by(session, asked)))

    async def whole(self, session: Session, stream_id: UUID, version: int, asked: Asked) -> Whole:
        """Return one fact, its personal texts covered."""
        path = f"/internal/ops/events/{stream_id}/{version}"
        return _whole(await look(self.http, path, _by(session, asked)))

    async def unmasked(self, session: Session, stream_id: UUID, version: int, asked: Asked) -> Whole:
        """Return one fact with its personal texts."""
        path = f"/internal/ops/events/{stream_id}/{version}/unmasked"
        return _whole((await self.http.post(path, {}, DO, _by(session, asked))).body)

    async def publish_again(self, session: Session, again: Again, asked: Asked, *, dry_run: bool) -> Range:
        """Have the log published again, or only say how much that would be."""
        body: dict[str, Any] = {"partition": again.partition, "dryRun": dry_run}
        if again.since is not None:
            body["since"] = again.since.isoformat()
        else:
            body["first"] = again.first
        answer = await self.http.post("/internal/ops/publish-again", body, DO, _by(session, asked))
        return read(Range, answer.body)

    async def publishing(self, session: Session, asked: Asked) -> Sequence[Progress]:
        """Return how far publishing again is, if it ever was."""
        return read(_Progresses, await look(self.http, "/internal/ops/publishing", _by(session, asked))).items


@dataclass(frozen=True, slots=True)
class ReadingService:
    """The readers of another process."""

    http: ServiceClient

    async def at(self, session: Session, marks: Sequence[Mark], asked: Asked) -> Sequence[AtReader]:
        """Return what became of a fact at each."""
        said = [
            {
                "topic": one.topic,
                "part": one.part,
                "position": one.position,
                "streamId": str(one.stream_id),
                "version": one.version,
            }
            for one in marks
        ]
        by = _by(session, asked)
        answer = await self.http.post("/internal/ops/readers", {"marks": said}, LOOK, by, within=LOOK_SECONDS)
        return read(_AtReaders, answer.body).items


@dataclass(frozen=True, slots=True)
class OwnReaders:
    """The gateway's own projector, asked without a way over HTTP."""

    own: Readers

    async def at(self, session: Session, marks: Sequence[Mark], asked: Asked) -> Sequence[AtReader]:
        """Return what became of a fact."""
        _ = session, asked
        return await self.own.at(marks)


@dataclass(frozen=True, slots=True)
class DeedsAboutEvents:
    """What operators do about events, as facts of the users service."""

    http: ServiceClient

    async def record_about(self, session: Session, deed: str, about: str, reason: str, asked: Asked) -> bool:
        """Record what is about to be done; false when this very wish was recorded before."""
        return await record(self.http, session, {"deed": deed, "about": about, "reason": reason}, asked)


def _whole(body: Mapping[str, Any]) -> Whole:
    """Return an answer as a fact; what the fact says, and its headers, keep the names they have."""
    found = read(Whole, {**body, "headers": {}, "payload": {**body["payload"], "data": None}})
    return replace(found, headers=body["headers"], payload=replace(found.payload, data=body["payload"]["data"]))


def _by(session: Session, asked: Asked) -> Context:
    return asked.context(f"user:{session.user_id}", NOBODY)
