"""What operators and readers may ask of every service that has a log. Next stop: adapters/postgres/outbox.py."""

from typing import Annotated, Any, Protocol

import asyncpg
from fastapi import APIRouter, Depends, status
from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import Asked, asked
from kernel.adapters.http.ops import ACT, READ, Operated, ops_routes
from kernel.adapters.http.ops_again import again_routes
from kernel.adapters.http.ops_events import event_routes, reader_routes
from kernel.adapters.http.ops_parked import parked_routes
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres.again import PostgresRepublishing
from kernel.adapters.postgres.outbox import republish
from kernel.adapters.postgres.parked import PostgresParking
from kernel.adapters.postgres.readers_stage import PostgresReaders
from kernel.application.browsing import Browsing
from kernel.application.consume import Decoder
from kernel.application.ports import Keyring
from kernel.application.watching import Watch

REPUBLISH, OPERATE = "log:republish", "log:operate"
OPS = frozenset({READ, ACT})
"""What the ops console may do with every service alike."""


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

    @property
    def watch(self) -> Watch:
        """Where its readers are."""
        ...

    @property
    def facts(self) -> Decoder:
        """Decodes its own facts."""
        ...

    @property
    def keyring(self) -> Keyring:
        """The keys of the people in them."""
        ...

    @property
    def browsing(self) -> Browsing:
        """Its facts, for operators."""
        ...


class PublishAgain(Body):
    """From where on a partition is wanted again."""

    partition: int = Field(ge=0, lt=PARTITIONS)
    after: int = Field(ge=0)


class LogReply(Reply):
    """What readers of a log ask about it."""

    epoch: int


def router(log: Owned) -> APIRouter:
    """Return the routes below /internal over a service's log, its readers and its parked streams."""
    routes = APIRouter(prefix="/internal", tags=["internal"])

    @routes.post("/publish-again", status_code=status.HTTP_202_ACCEPTED)
    async def publish_again(body: PublishAgain, _by: Annotated[Asked, Depends(asked(REPUBLISH))]) -> None:
        """Send a partition's facts behind a position once more; readers drop those that they know."""
        await republish(log.pool, log.topic, body.partition, body.after)

    @routes.get("/log")
    async def about(_by: Annotated[Asked, Depends(asked(REPUBLISH))]) -> LogReply:
        """Say the epoch that the log is in: readers do not believe a record alone that it was restored."""
        return LogReply(epoch=await log.pool.fetchval("SELECT epoch FROM es.head"))

    operated = Operated(log.watch, PostgresParking(log.pool), log.facts, log.keyring)
    routes.routes.extend(ops_routes(operated).routes)
    routes.routes.extend(parked_routes(operated).routes)
    routes.routes.extend(reader_routes(PostgresReaders(log.pool)).routes)
    routes.routes.extend(event_routes(log.browsing).routes)
    routes.routes.extend(again_routes(PostgresRepublishing(log.pool, log.topic)).routes)
    return routes
