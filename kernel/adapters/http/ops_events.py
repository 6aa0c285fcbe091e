"""What the ops console asks of a log: its facts, and what became of one. Next stop: postgres/browsing.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import Asked, asked
from kernel.adapters.http.moments import Moment
from kernel.adapters.http.ops import ACT, READ
from kernel.adapters.http.texts import Typed
from kernel.adapters.http.tokens import Caller, caller
from kernel.application.browsing import Browsing, Mark, Readers, Schema, Shown, Sought, Stage, Way

MOST = 201
"""Facts that one answer holds at most."""
LARGEST = 2**63 - 1

log = structlog.get_logger(__name__)


class EnvelopeReply(Reply):
    """A fact without what it says."""

    position: int
    stream_id: UUID
    version: int
    tenant_id: UUID
    type: str
    schema_version: int
    public: bool
    actor: str | None
    correlation_id: UUID | None
    causation_id: str | None
    recorded_at: datetime
    bytes: int


class LookReply(Reply):
    """What one look found, and where to look on."""

    items: list[EnvelopeReply]
    place: int | None
    until: datetime | None
    head: int


class CoveredReply(Reply):
    """A text that is not for everybody."""

    path: str
    shown: Shown
    subject_id: UUID | None


class ToldReply(Reply):
    """What a fact says, as far as it is shown."""

    data: Any
    covered: list[CoveredReply]


class PayloadReply(ToldReply):
    """What a fact says, held against what is declared of it."""

    schema_: Schema = Field(alias="schema", validation_alias="schema")
    note: str


class WholeReply(Reply):
    """One fact."""

    envelope: EnvelopeReply
    payload: PayloadReply
    headers: Mapping[str, str]
    topic: str
    part: int
    published: bool


class AtReaderReply(Reply):
    """What became of a fact at one reader."""

    consumer: str
    topic: str
    stage: Stage


class AtReaders(Reply):
    """What became of it at the readers of this process."""

    items: list[AtReaderReply]


class MarkBody(Body):
    """Where a fact stands."""

    topic: str = Field(max_length=200)
    part: int = Field(ge=0)
    position: int = Field(ge=1, le=LARGEST)
    stream_id: UUID
    version: int = Field(ge=1)


class MarksBody(Body):
    """In its log, and in the topic where it is public."""

    marks: tuple[MarkBody, ...] = Field(max_length=4)


async def sought(  # noqa: PLR0917 - the names of the query
    tenant_id: Annotated[UUID | None, Query(alias="tenantId")] = None,
    stream_id: Annotated[UUID | None, Query(alias="streamId")] = None,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    type_: Annotated[Typed | None, Query(alias="type", max_length=100)] = None,
    correlation_id: Annotated[UUID | None, Query(alias="correlationId")] = None,
    causation_id: Annotated[Typed | None, Query(alias="causationId", max_length=60)] = None,
    since: Moment | None = None,
    until: Moment | None = None,
    first: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    last: Annotated[int | None, Query(ge=0, le=LARGEST - 1)] = None,
) -> Sought:
    """Return what is looked for."""
    return Sought(
        tenant_id=tenant_id,
        stream_id=stream_id,
        version=version,
        type=type_,
        correlation_id=correlation_id,
        causation_id=causation_id,
        since=since,
        until=until,
        first=first,
        last=last,
    )


async def way(
    *,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    oldest_first: Annotated[bool, Query(alias="oldestFirst")] = False,
    place: Annotated[int | None, Query(ge=0, le=LARGEST)] = None,
) -> Way:
    """Return in which order, and from where on."""
    return Way(limit=limit, oldest_first=oldest_first, place=place)


def reader_routes(readers: Readers) -> APIRouter:
    """Return the route below /internal/ops that every process with readers has."""
    routes = APIRouter(prefix="/internal/ops", tags=["internal"])

    @routes.post("/readers")
    async def at_readers(body: MarksBody, _by: Annotated[Asked, Depends(asked(READ))]) -> AtReaders:
        """Say what became of a fact at each reader; asked by POST only for what a query would not hold."""
        marks = [Mark(**one.model_dump()) for one in body.marks]
        return AtReaders(items=[AtReaderReply.model_validate(one) for one in await readers.at(marks)])

    return routes


def event_routes(browsing: Browsing) -> APIRouter:
    """Return the routes below /internal/ops of a process with a log."""
    routes = APIRouter(prefix="/internal/ops", tags=["internal"])
    reads, acts = Annotated[Caller, Depends(caller(READ))], Annotated[Asked, Depends(asked(ACT))]
    version = Annotated[int, Path(ge=1, le=2**31 - 1)]

    @routes.get("/events")
    async def look(
        _by: reads,  # type: ignore[valid-type]
        wanted: Annotated[Sought, Depends(sought)],
        on: Annotated[Way, Depends(way)],
    ) -> LookReply:
        """Look for facts; never what they say."""
        return LookReply.model_validate(await browsing.look(wanted, on))

    @routes.get("/events/{stream_id}/{version}")
    async def one(_by: reads, stream_id: UUID, version: version) -> WholeReply:  # type: ignore[valid-type]
        """Return one fact, its personal texts covered."""
        return WholeReply.model_validate(await browsing.whole(stream_id, version))

    @routes.post("/events/{stream_id}/{version}/unmasked")
    async def unmasked(by: acts, stream_id: UUID, version: version) -> WholeReply:  # type: ignore[valid-type]
        """Return one fact with its personal texts; who asks has recorded why."""
        log.warning("events.unmasked", by=by.caller.subject, event_id=f"{stream_id}/{version}")  # type: ignore[attr-defined]
        return WholeReply.model_validate(await browsing.whole(stream_id, version, unmask=True))

    return routes
