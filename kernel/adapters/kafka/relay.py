"""The relay: publishes one service's log to its topic, in order, at least once, rewinds only. Next: reader.py."""

import asyncio
import time
from collections.abc import Mapping, Sequence

import structlog

from kernel.adapters.kafka import messaging, metrics
from kernel.adapters.kafka.envelope import Outgoing, headers
from kernel.adapters.kafka.producer import Cut, Producer, Record
from kernel.adapters.kafka.tail import tails
from kernel.adapters.postgres.outbox import Head, LeaseLost, Outbox, lease
from kernel.adapters.postgres.wakeup import Waits
from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from kernel.application.failpoints import crashpoint
from kernel.application.frames import said_of
from kernel.application.publishing import Cursor, Link, LogRestored, NotDense, due, link, lost, resume, rewind, taken
from kernel.domain.errors import Unavailable

FALLBACK_SECONDS = 0.25
STANDBY_SECONDS = 0.5
REFUSAL_SECONDS = 5.0
WINDOW = 1000

log = structlog.get_logger(__name__)


class Lost(Unavailable):
    """The topic was made anew or cut short while the relay wrote to it."""

    code = "topic-lost"


class Relay:
    """Publishes the log of *service* to *topic*. Of several at once only one works, the others stand by."""

    def __init__(
        self,
        url: str,
        bootstrap: str,
        service: str,
        topic: str,
        wakeup: Waits,
        *,
        window: int = WINDOW,
        rest: float = 0.0,
    ) -> None:
        """Set it up; with a *rest* of some seconds behind each batch, what comes meanwhile goes out as one."""
        self._url = url
        self._bootstrap = bootstrap
        self._service = service
        self._topic = topic
        self._wakeup = wakeup
        self._window = window
        self._rest = rest
        self._backoff = Backoff()
        self._lag = metrics.lag_of(service)
        self._again_at = 0.0
        """When to ask next whether something is published again; 0 while it is."""

    async def run(self) -> None:
        """Publish until cancelled; trouble of PostgreSQL or Kafka only makes it wait and start again."""
        metrics.begin_publishing(self._service)
        while True:
            heed_cancellation()
            try:
                async with lease(self._url, self._topic) as outbox:
                    if outbox:
                        await self._publish(outbox)
            except (NotDense, LogRestored) as broken:
                metrics.DENSE_VIOLATIONS.labels(self._service).inc(isinstance(broken, NotDense))
                log.critical("relay.refuses", service=self._service, error_code=broken.code, reason=broken.detail)
                await asyncio.sleep(REFUSAL_SECONDS)
            except LeaseLost:
                log.info("relay.lease_lost", service=self._service)
                continue
            except Exception as trouble:  # noqa: BLE001 - whatever it is, the role goes on and says so
                metrics.RELAY_RESTARTS.labels(self._service, type(trouble).__name__).inc()
                log.warning("relay.restarts", service=self._service, **said_of(trouble))
            else:
                await asyncio.sleep(STANDBY_SECONDS)
                continue
            await asyncio.sleep(self._backoff.next())

    async def _publish(self, outbox: Outbox) -> None:
        head = await outbox.head()
        self._waits(await outbox.read(outbox.saved.position, 1), head.position - outbox.saved.position)
        again, ends = await outbox.again(), await tails(self._bootstrap, self._topic)
        cursor = resume(outbox.saved, ends, epoch=head.epoch, head=head.position, again=again.last if again else None)
        if again and again.position > head.position:
            # It was wished of a log that ended later, before a restore.
            await outbox.mark_again(again, 0, done=True)
        if cursor != outbox.saved:
            metrics.TOPIC_LOSSES.labels(self._service).inc()
            log.warning("relay.sends_again", service=self._service, position=cursor.position, last=cursor.last)
            await outbox.mark(cursor)
        log.info("relay.publishes", service=self._service, topic=self._topic, position=cursor.position)
        # A relay before a Kafka that hangs tries, so the watch calls it stalled; without this it would seem to stand.
        waits = metrics.RELAY_WAITS.labels(self._service).inc
        async with Producer(self._bootstrap, self._topic, waits) as producer:
            offsets: dict[int, int] = {}
            while True:
                heed_cancellation()
                cursor = await self._step(outbox, producer, cursor, head, offsets)
                await self._repeat(outbox, producer, cursor, head, offsets)

    async def _step(
        self, outbox: Outbox, producer: Producer, cursor: Cursor, head: Head, ends: dict[int, int]
    ) -> Cursor:
        facts = await outbox.read(cursor.position, self._window)
        crashpoint("C4")
        # A whole window may be the beginning of more; the watch knows how much. See: watching/measured.py.
        self._waits(facts, len(facts) if len(facts) < self._window else None)
        if not facts:
            metrics.RELAY_POSITION.labels(self._service).set(cursor.position)
            await outbox.check()
            if self._again_at:
                await self._wakeup.after(cursor.position, FALLBACK_SECONDS, ahead=True)
            return cursor
        links, ahead = link(facts, cursor)
        began = time.time_ns()
        try:
            offsets = await producer.send(_records(links, self._service, head.epoch))
        except Cut as cut:
            # Else the beginning of the window would be sent again at each try for as long as one record is refused.
            await self._see_order(outbox, cursor, cut.offsets, ends)
            await outbox.mark(taken(links, cursor, cut.kept))
            raise
        crashpoint("C5")
        await self._see_order(outbox, cursor, offsets, ends)
        await outbox.mark(ahead)
        self._backoff.reset()
        metrics.RELAY_POSITION.labels(self._service).set(ahead.position)
        metrics.RELAY_SENT.labels(self._service).inc(len(links))
        messaging.published([one.fact for one in links], self._topic, began)
        if self._rest:
            await asyncio.sleep(self._rest)
        return ahead

    async def _repeat(self, outbox: Outbox, producer: Producer, live: Cursor, head: Head, ends: dict[int, int]) -> None:
        """Send a window of what an operator has published again, if anything: between two windows of what comes new."""
        again = await self._due_again(outbox)
        if again is None:
            return
        # A larger window than that of new facts: what comes again catches up with a log that keeps growing.
        facts = due(await outbox.read(again.position, 2 * self._window), live)
        links, ahead = link(facts, again)
        if links:
            offsets = await producer.send(_records(links, self._service, head.epoch))
            crashpoint("C13")
            await self._see_order(outbox, live, offsets, ends)
        # Where what is new was rewound itself, the rest waits until that has come back to here.
        done = ahead.position == live.position
        if done or facts:
            await outbox.mark_again(ahead, len(links), done=done)
        metrics.RELAY_SENT.labels(self._service).inc(len(links))
        self._again_at = 0.0 if facts else self._again_at
        if done:
            log.info("relay.published_again", service=self._service, topic=self._topic, position=ahead.position)

    async def _due_again(self, outbox: Outbox) -> Cursor | None:
        """Return how far publishing again is; asked a few times a second only, while there is nothing of it."""
        now = asyncio.get_running_loop().time()
        if now < self._again_at:
            return None
        self._again_at = now + FALLBACK_SECONDS
        return await outbox.again()

    def _waits(self, facts: Sequence[Outgoing], depth: int | None) -> None:
        if depth is not None:
            metrics.OUTBOX_DEPTH.labels(self._service).set(depth)
        if facts:
            self._lag.waits(self._topic, facts[0].recorded_at)
        else:
            self._lag.done(self._topic)

    async def _see_order(
        self, outbox: Outbox, cursor: Cursor, offsets: Mapping[int, int], ends: dict[int, int]
    ) -> None:
        """Offsets that go back tell that the topic is not the one written to before: send the partition again."""
        gone = lost(offsets, ends)
        if gone:
            metrics.TOPIC_LOSSES.labels(self._service).inc()
            for part in gone:
                cursor = rewind(cursor, part, 0)
            await outbox.mark(cursor)
            raise Lost(f"{self._topic} lost records of partitions {gone}")
        ends.update(offsets)


def _records(links: Sequence[Link[Outgoing]], service: str, epoch: int) -> dict[int, list[Record]]:
    records: dict[int, list[Record]] = {}
    for one in links:
        fact = one.fact
        made = headers(fact, service=service, previous=one.previous, epoch=epoch)
        record = (fact.key, fact.data, made, int(fact.recorded_at.timestamp() * 1000))
        records.setdefault(fact.partition, []).append(record)
    return records
