"""Reads the service's own log, without Kafka in between, under the very rules of kafka/reader.py."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg
import structlog

from kernel.adapters.kafka import metrics
from kernel.adapters.kafka.envelope import UNKNOWN
from kernel.adapters.postgres.inbox import Inbox
from kernel.adapters.postgres.meta import NOT_SAID, correlation_of, members
from kernel.adapters.postgres.wakeup import Waits
from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from kernel.application.chain import Place
from kernel.application.consume import Decoder, Delivery, Incoming, Reaction
from kernel.application.failpoints import crashpoint
from kernel.application.frames import said_of
from kernel.domain.errors import PortalError
from kernel.domain.event import wire_type

FALLBACK_SECONDS = 0.25
KEPT_SECONDS = 0.25
"""How long the place may stay behind what was only passed by."""
RETRY_SECONDS = 1.0
BATCH = 500
PASSING_RESTS = 0.05
"""How long a reader rests that found nothing it reads: what comes meanwhile is looked through at once."""

_READ = """
SELECT pos, stream_id, version, tenant_id, type, schema_v, data, meta::text AS meta, recorded_at
FROM es.events WHERE pos > $1 ORDER BY pos LIMIT $2
"""

log = structlog.get_logger(__name__)


class LogReader:
    """One consumer of the service's own facts, private ones included."""

    def __init__(
        self,
        name: str,
        service: str,
        pool: "asyncpg.Pool[Any]",
        wakeup: Waits,
        *,
        reaction: Reaction,
        facts: Decoder,
        moved: Callable[[int], object] | None = None,
    ) -> None:
        self._name = name
        self._service = service
        self._pool = pool
        self._wakeup = wakeup
        self._inbox = Inbox(pool, name, reaction, facts)
        self._topic = f"log:{service}"
        self._moved = moved
        """Is told how far the reader has come, as soon as the effects can be seen."""
        self._lag = metrics.lag_of(name)
        self._retry_at = 0.0
        self._keep_at = 0.0

    async def run(self) -> None:
        """Read until cancelled; trouble only makes it wait and try again."""
        backoff = Backoff()
        metrics.begin_reading(self._name)
        while True:
            heed_cancellation()
            try:
                place = await self._load()
                while True:
                    heed_cancellation()
                    place = await self._round(place)
                    backoff.reset()
            except Exception as trouble:  # noqa: BLE001 - whatever it is, the role goes on and says so
                metrics.RETRIES.labels(self._name, type(trouble).__name__).inc()
                log.warning("log_reader.tries_again", reader=self._name, **said_of(trouble))
            await asyncio.sleep(backoff.next())

    async def _load(self) -> Place:
        epoch = await self._pool.fetchval("SELECT epoch FROM es.head")
        await self._inbox.open(self._topic, 0, epoch)
        _, place = (await self._inbox.places(self._topic))[0]
        if place.epoch != epoch:
            metrics.STOPPED.labels(self._name).set(1)
            log.critical("log_reader.log_restored", reader=self._name, service=self._service)
            raise PortalError("the log was restored: what was applied may never have happened")
        metrics.STOPPED.labels(self._name).set(0)
        return place

    async def _round(self, place: Place) -> Place:
        now = asyncio.get_running_loop().time()
        if now >= self._retry_at:
            more = await self._inbox.retry()
            self._retry_at = 0.0 if more else now + RETRY_SECONDS
            metrics.PARKED.labels(self._name).set(await self._inbox.parked())
        batch = [self._delivery(row, place.epoch) for row in await self._pool.fetch(_READ, place.position, BATCH)]
        if not self._inbox.behind:
            self._keep_at = now + KEPT_SECONDS
        elif now >= self._keep_at:
            return await self._apply(batch)
        if not batch and not self._retry_at:
            return place
        if not batch:
            await self._wakeup.after(place.position, FALLBACK_SECONDS)
            return place
        if self._inbox.pass_by(self._topic, 0, batch):
            place = Place(place.epoch, batch[-1].offset)
            self._tell(place)
            await asyncio.sleep(PASSING_RESTS)
            return place
        if batch[0].about:
            self._lag.waits(0, batch[0].about.recorded_at)
        crashpoint("C6")
        return await self._apply(batch)

    async def _apply(self, batch: Sequence[Delivery]) -> Place:
        done = await self._inbox.apply(self._topic, 0, batch)
        metrics.APPLIED.labels(self._name).inc(done.applied)
        self._tell(done.place)
        if done.trouble:
            raise done.trouble
        self._lag.done(0)
        return done.place

    def _tell(self, place: Place) -> None:
        if self._moved:
            self._moved(place.position)

    def _delivery(self, row: "asyncpg.Record", epoch: int) -> Delivery:
        meta = members(row["meta"])
        actor, correlation_id = meta.get("actor"), correlation_of(meta)
        about = Incoming(
            type=wire_type(row["type"], row["schema_v"]),
            stream_id=row["stream_id"],
            version=row["version"],
            tenant_id=row["tenant_id"],
            source=self._service,
            partition=0,
            position=row["pos"],
            # The log is dense, so each fact's predecessor is the one before it.
            previous=row["pos"] - 1,
            epoch=epoch,
            recorded_at=row["recorded_at"],
            correlation_id=correlation_id or UNKNOWN,
            causation_id=meta.get("causationId"),
            traceparent=meta.get("traceparent"),
            data=row["data"],
            actor=actor,
            client=meta.get("client"),
            # What follows from it would not say on whose behalf, or which click it belongs to.
            unreadable="" if actor and correlation_id else NOT_SAID,
        )
        return Delivery(row["pos"], about)
