"""What the ops console asks of a log that is to be published again. Next stop: postgres/again.py."""

from datetime import datetime
from typing import Annotated, Self

import structlog
from fastapi import APIRouter, Depends
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import Asked, asked
from kernel.adapters.http.moments import Moment
from kernel.adapters.http.ops import ACT, READ
from kernel.adapters.http.tokens import Caller, caller
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.application.republishing import Republishing

LARGEST = 2**63 - 1

log = structlog.get_logger(__name__)


class AgainBody(Body):
    """From where on a topic, or one of its partitions, is to be published again."""

    partition: int | None = Field(None, ge=0, lt=PARTITIONS)
    first: int | None = Field(None, ge=1, le=LARGEST)
    since: Moment | None = None
    dry_run: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.first is None) == (self.since is None):
            raise PydanticCustomError("required", "Must say a position or a time")
        return self


class RangeReply(Reply):
    """How much is, or would be, sent again."""

    first: int
    events: int
    tenants: int
    streams: int


class ProgressReply(Reply):
    """How far publishing again is."""

    topic: str
    first: int
    place: int
    head: int
    sent: int
    at: datetime
    done_at: datetime | None
    parts: list[int]


class Progresses(Reply):
    """The newest one, if there ever was one."""

    items: list[ProgressReply]


def again_routes(republishing: Republishing) -> APIRouter:
    """Return the routes below /internal/ops of a process with a log that is published."""
    routes = APIRouter(prefix="/internal/ops", tags=["internal"])
    reads, acts = Annotated[Caller, Depends(caller(READ))], Annotated[Asked, Depends(asked(ACT))]

    @routes.get("/publishing")
    async def publishing(_by: reads) -> Progresses:  # type: ignore[valid-type]
        """Say how far publishing again is."""
        found = await republishing.progress()
        return Progresses(items=[ProgressReply.model_validate(found)] if found else [])

    @routes.post("/publish-again")
    async def publish_again(body: AgainBody, by: acts) -> RangeReply:  # type: ignore[valid-type]
        """Have the log published again from a position or time on, or only say how much that would be."""
        first = body.first if body.since is None else await republishing.position_at(body.since)
        if body.dry_run:
            return RangeReply.model_validate(await republishing.reach(first or 1, body.partition))
        done = await republishing.begin(first or 1, body.partition)
        log.warning("events.published_again", by=by.caller.subject, first=first, count=done.events)  # type: ignore[attr-defined]
        return RangeReply.model_validate(done)

    return routes
