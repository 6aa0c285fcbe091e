"""What operators may do with parked streams, in every process alike. Next stop: postgres/ or redis/parking.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Protocol
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, status
from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import Asked, asked
from kernel.adapters.http.tokens import Caller, caller
from kernel.domain.errors import NotFound

OPERATE = "log:operate"

log = structlog.get_logger(__name__)


class Parking(Protocol):
    """The parked streams of one process."""

    async def listing(self, consumer: str | None) -> Sequence[object]:
        """Return what is parked, oldest first, for one consumer or all."""
        ...

    async def release(self, consumer: str, stream_id: UUID) -> bool:
        """Have a stream tried again; false when nothing of it is parked."""
        ...

    async def discard(self, consumer: str, stream_id: UUID, by: str) -> bool:
        """Never apply what is parked of a stream; false when nothing of it is parked."""
        ...


class ParkedReply(Reply):
    """A stream that waits for somebody."""

    consumer: str
    stream_id: UUID
    topic: str
    part: int
    since: datetime
    reason: str
    retry_at: datetime | None = None
    events: int
    attempts: int | None = None


class Parked(Reply):
    """All that is parked, oldest first."""

    items: list[ParkedReply]


class Discard(Body):
    """Why what is parked may be given up."""

    reason: str = Field(min_length=1, max_length=500)


def parked_routes(parking: Parking) -> APIRouter:
    """Return the routes below /internal/parked."""
    routes = APIRouter(prefix="/internal/parked", tags=["internal"])

    @routes.get("")
    async def parked(_by: Annotated[Caller, Depends(caller(OPERATE))], consumer: str | None = None) -> Parked:
        """List the streams whose event could not be applied."""
        return Parked(items=[ParkedReply.model_validate(one) for one in await parking.listing(consumer)])

    @routes.post("/{consumer}/{streamId}/release", status_code=status.HTTP_202_ACCEPTED)
    async def release(
        consumer: str,
        streamId: UUID,  # noqa: N803 - the path says so
        _by: Annotated[Asked, Depends(asked(OPERATE))],
    ) -> None:
        """Have a parked stream tried again within a second."""
        if not await parking.release(consumer, streamId):
            raise NotFound("nothing of this stream is parked")

    @routes.post("/{consumer}/{streamId}/discard", status_code=status.HTTP_202_ACCEPTED)
    async def discard(
        consumer: str,
        streamId: UUID,  # noqa: N803 - the path says so
        body: Discard,
        by: Annotated[Asked, Depends(asked(OPERATE))],
    ) -> None:
        """Give up what is parked of a stream; what follows on it is applied again."""
        who = by.caller.subject
        if not await parking.discard(consumer, streamId, who):
            raise NotFound("nothing of this stream is parked")
        log.warning("parking.discarded", consumer=consumer, stream_id=streamId, by=who, reason=body.reason)

    return routes
