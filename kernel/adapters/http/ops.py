"""What the ops console asks of every process alike: its readers and its parked streams. Next stop: watching.py.

No answer holds what a fact says: envelopes, kinds of errors and counts alone. See also: ops_parked.py.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Query
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kernel.adapters.clock import utc_now
from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import Asked, asked
from kernel.adapters.http.moments import Moment
from kernel.adapters.http.texts import Reason, Typed
from kernel.adapters.http.tokens import Caller, caller
from kernel.adapters.instance import instance
from kernel.adapters.kafka import metrics
from kernel.adapters.parked_facts import whole_of
from kernel.application.consume import Decoder
from kernel.application.flowing import Verdict
from kernel.application.parking import After, Chosen, ParkedWhole, Parking, Reach
from kernel.application.ports import Keyring
from kernel.application.running import Running
from kernel.application.watching import Silent, Watch
from kernel.domain.errors import NotFound

READ, ACT = "ops:read", "ops:act"
"""Scopes: to look at readers and parked streams, and to do something about them."""

MOST = 200
"""Parked streams that a page or a choice holds at most."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Operated:
    """What of a process can be watched and mended; what is done or shown to somebody is in the process's log."""

    watch: Watch
    parking: Parking
    facts: Decoder
    """Decodes what is declared here of what may be parked; of the rest every text is covered."""
    keyring: Keyring
    since: datetime = field(default_factory=utc_now)
    """When the process began."""

    def running(self) -> Running:
        """Return which process this is, and the readers that run in it."""
        return Running(instance=instance(), since=self.since, readers=tuple(sorted(metrics.reading())))

    async def whole(self, consumer: str, stream_id: UUID) -> ParkedWhole:
        """Return a parked stream with what its first fact says, covered. Raises: NotFound; Unavailable."""
        return await whole_of(await self.parking.first(consumer, stream_id), self.facts, self.keyring)

    async def unmasked(self, consumer: str, stream_id: UUID, version: int, by: str) -> ParkedWhole:
        """Return it with that fact as it came, if it is still the first one. Raises: NotFound; Unavailable."""
        found = await self.parking.first(consumer, stream_id)
        if found.stream.version != version:
            raise NotFound("this fact holds the stream up no more")
        log.warning("parked.unmasked", by=by, consumer=consumer, event_id=f"{stream_id}/{version}")
        return await whole_of(found, self.facts, self.keyring, unmask=True)

    async def retry(self, chosen: Chosen, by: str) -> Reach:
        """Have parked streams tried again within a second."""
        done = await self.parking.retry(chosen)
        log.info("parking.retried", by=by, **_named(chosen), count=done.streams)
        return done

    async def discard(self, chosen: Chosen, by: str, reason: str) -> Reach:
        """Give up what is parked of streams, for good; why is kept beside it, and may name people."""
        done = await self.parking.discard(chosen, by, reason)
        log.warning("parking.discarded", by=by, **_named(chosen), count=done.streams)
        return done


class PartReply(Reply):
    """How a reader stands in one partition."""

    part: int
    place: int
    head: int
    lag: int | None
    verdict: Verdict
    silent: Silent | None


class ForeignReply(Reply):
    """Records that no relay wrote and a reader passed by since its process began, and the last of them."""

    count: int
    part: int
    offset: int
    at: datetime
    reason: str


class FlowReply(Reply):
    """How a reader stands in one topic, or the relay before its own."""

    consumer: str
    topic: str
    lag: int | None
    lag_seconds: float | None
    rate: float | None
    verdict: Verdict
    silent: Silent | None
    since: datetime
    parts: list[PartReply]
    foreign: ForeignReply | None


class Flows(Reply):
    """All readers of a process."""

    items: list[FlowReply]


class RunningReply(Reply):
    """Which process answers, and what it reads."""

    instance: str
    since: datetime
    readers: list[str]


class GroupReply(Reply):
    """Parked streams that have reader and kind of error in common."""

    consumer: str
    error: str
    streams: int
    since: datetime
    retrying: int


class Groups(Reply):
    """All parked streams of a process, counted."""

    items: list[GroupReply]


class ParkedReply(Reply):
    """A stream that waits for somebody."""

    consumer: str
    stream_id: UUID
    topic: str
    part: int
    since: datetime
    error: str
    detail: str
    events: int
    retry_at: datetime | None
    attempts: int
    tried_at: datetime | None
    event_type: str
    version: int
    tenant_id: UUID | None
    recorded_at: datetime | None
    source: str


class Parked(Reply):
    """Parked streams, oldest first."""

    items: list[ParkedReply]


class Choice(Body):
    """Which parked streams are meant, and whether only to say how many they are."""

    consumer: str | None = Field(None, max_length=100)
    error: str | None = Field(None, max_length=100)
    streams: tuple[UUID, ...] = Field((), max_length=MOST)
    dry_run: bool = False

    def chosen(self) -> Chosen:
        """Return it as the parking knows it."""
        return Chosen(consumer=self.consumer, error=self.error, streams=self.streams)


class Discard(Choice):
    """Which parked streams may be given up, and why."""

    consumer: str = Field(min_length=1, max_length=100)
    reason: Reason

    @model_validator(mode="after")
    def _narrow(self) -> Self:
        if self.error is None and not self.streams:
            raise PydanticCustomError("required", "Must name streams or a kind of error")
        return self


class ReachReply(Reply):
    """How much was, or would be, tried again or given up."""

    streams: int
    events: int


def ops_routes(operated: Operated) -> APIRouter:
    """Return the routes below /internal/ops."""
    routes = APIRouter(prefix="/internal/ops", tags=["internal"])
    reads, acts = Annotated[Caller, Depends(caller(READ))], Annotated[Asked, Depends(asked(ACT))]
    parking = operated.parking

    @routes.get("/streams")
    async def streams(_by: reads, *, latest: bool = False) -> Flows:  # type: ignore[valid-type]
        """Tell how every reader stands now, or stood a few seconds ago, which costs no look of its own."""
        found = await (operated.watch.latest() if latest else operated.watch.flows())
        return Flows(items=[FlowReply.model_validate(one) for one in found])

    @routes.get("/process")
    async def process(_by: reads) -> RunningReply:  # type: ignore[valid-type]
        """Tell which process this is, and the readers that run in it."""
        return RunningReply.model_validate(operated.running())

    @routes.get("/parked/groups")
    async def groups(_by: reads) -> Groups:  # type: ignore[valid-type]
        """Count the parked streams by reader and kind of error."""
        return Groups(items=[GroupReply.model_validate(one) for one in await parking.groups()])

    @routes.get("/parked")
    async def parked(  # noqa: PLR0917 - the names of the query
        _by: reads,  # type: ignore[valid-type]
        consumer: Annotated[Typed | None, Query(max_length=100)] = None,
        error: Annotated[Typed | None, Query(max_length=100)] = None,
        stream: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        after_since: Annotated[Moment | None, Query(alias="afterSince")] = None,
        after_consumer: Annotated[Typed, Query(alias="afterConsumer", max_length=100)] = "",
        after_stream: Annotated[UUID | None, Query(alias="afterStream")] = None,
    ) -> Parked:
        """List parked streams, oldest first."""
        chosen = Chosen(consumer=consumer, error=error, streams=(stream,) if stream else ())
        after = None
        if after_since and after_stream:
            after = After(since=after_since, consumer=after_consumer, stream_id=after_stream)
        return Parked(items=[ParkedReply.model_validate(one) for one in await parking.page(chosen, limit, after)])

    @routes.post("/parked/retry")
    async def retry(body: Choice, by: acts) -> ReachReply:  # type: ignore[valid-type]
        """Have parked streams tried again within a second."""
        chosen = body.chosen()
        if body.dry_run:
            return ReachReply.model_validate(await parking.reach(chosen))
        done = await operated.retry(chosen, by.caller.subject)  # type: ignore[attr-defined]
        _seen(done.streams, chosen)
        return ReachReply.model_validate(done)

    @routes.post("/parked/discard")
    async def discard(body: Discard, by: acts) -> ReachReply:  # type: ignore[valid-type]
        """Give up what is parked of streams; what follows on them is applied again."""
        chosen = body.chosen()
        if body.dry_run:
            return ReachReply.model_validate(await parking.reach(chosen))
        done = await operated.discard(chosen, by.caller.subject, body.reason)  # type: ignore[attr-defined]
        _seen(done.streams, chosen)
        return ReachReply.model_validate(done)

    return routes


def _seen(streams: int, chosen: Chosen) -> None:
    if not streams and chosen.streams:
        raise NotFound("nothing of these streams is parked")


def _named(chosen: Chosen) -> dict[str, object]:
    return {"consumer": chosen.consumer, "error": chosen.error, "streams": [str(one) for one in chosen.streams]}
