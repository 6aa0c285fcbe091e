"""What operators and readers may ask of every service that has a log. Next stop: adapters/postgres/outbox.py."""

from datetime import datetime
from typing import Annotated, Any, Protocol
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, status
from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import Asked, asked
from kernel.adapters.http.tokens import Caller, caller
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres.outbox import republish
from kernel.adapters.postgres.parking import ask_release, listing
from kernel.domain.errors import NotFound

REPUBLISH = "log:republish"
OPERATE = "log:operate"


class Owned(Protocol):
    """A service's log and what its consumers keep beside it."""

    @property
    def pool(self) -> "asyncpg.Pool[Any]":
        """The service's database."""
        ...

    @property
    def topic(self) -> str:
        """Where its public facts go."""
        ...


class PublishAgain(Body):
    """From where on a partition is wanted again."""

    partition: int = Field(ge=0, lt=PARTITIONS)
    after: int = Field(ge=0)


class ParkedReply(Reply):
    """A stream that waits for somebody."""

    consumer: str
    stream_id: UUID
    topic: str
    part: int
    since: datetime
    reason: str
    retry_at: datetime | None
    events: int
    attempts: int


class Parked(Reply):
    """All that is parked, oldest first."""

    items: list[ParkedReply]


def router(log: Owned) -> APIRouter:
    """Return the routes below /internal over a service's log and parked streams."""
    routes = APIRouter(prefix="/internal", tags=["internal"])

    @routes.post("/publish-again", status_code=status.HTTP_202_ACCEPTED)
    async def publish_again(body: PublishAgain, _by: Annotated[Asked, Depends(asked(REPUBLISH))]) -> None:
        """Send a partition's facts behind a position once more; readers drop those that they know."""
        await republish(log.pool, log.topic, body.partition, body.after)

    @routes.get("/parked")
    async def parked(_by: Annotated[Caller, Depends(caller(OPERATE))], consumer: str | None = None) -> Parked:
        """List the streams whose event could not be applied."""
        found = await listing(log.pool, consumer)
        return Parked(items=[ParkedReply.model_validate(one) for one in found])

    @routes.post("/parked/{consumer}/{streamId}/release", status_code=status.HTTP_202_ACCEPTED)
    async def release(
        consumer: str,
        streamId: UUID,  # noqa: N803 - the path says so
        _by: Annotated[Asked, Depends(asked(OPERATE))],
    ) -> None:
        """Have a parked stream tried again within a second."""
        if not await ask_release(log.pool, consumer, streamId):
            raise NotFound("nothing of this stream is parked")

    return routes
