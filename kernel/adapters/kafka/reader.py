"""Reads other services' facts and has a reaction see each once, in order. Next stop: a service's consumers/."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import structlog

from kernel.adapters.kafka import foreign, metrics
from kernel.adapters.kafka.epochs import Epochs
from kernel.adapters.kafka.feed import Feed
from kernel.adapters.kafka.gaps import Gaps
from kernel.adapters.kafka.owners import Owners
from kernel.adapters.kafka.tail import tails
from kernel.adapters.kafka.topics import PARTITIONS, Part, parts_of
from kernel.adapters.postgres.inbox import Applied, Inbox
from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from kernel.application.chain import PATIENCE_SECONDS, Place, Reached, Verdict
from kernel.application.consume import Decoder, Delivery, Reaction
from kernel.application.failpoints import crashpoint
from kernel.application.frames import said_of
from kernel.domain.errors import Unavailable

POLL_SECONDS = 0.5
RETRY_SECONDS = 1.0
REACTION_SECONDS = 2.0
BATCH = 500
KEPT_SECONDS = 1.0
"""How long the place may stay behind what was only passed by."""
REST, LONGEST_REST = 4.0, 0.2
"""A reader that is not behind rests this many times as long as it worked, at most so many seconds: who comes alone is
served at once, and of a crowd several are served together, which is what makes a crowd cheap."""

log = structlog.get_logger(__name__)


class KafkaReader:
    """One consumer of some topics; its place and its parked streams live beside its effects.

    It holds a connection of *pool* while its reaction works. A reaction that uses the event store therefore needs
    another pool than the store's, else readers could hold every connection and wait for one more.
    """

    def __init__(
        self,
        name: str,
        topics: Sequence[str],
        bootstrap: str,
        pool: "asyncpg.Pool[Any]",
        *,
        reaction: Reaction,
        facts: Decoder,
        owners: Owners | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._name = name
        self._topics = tuple(topics)
        self._bootstrap = bootstrap
        self._inbox = Inbox(pool, name, reaction, facts)
        self._gaps = Gaps(name, owners, patience)
        self._epochs = Epochs(name, owners)
        self._lag = metrics.lag_of(name)
        self._places: dict[Part, Place] = {}
        self._offsets: dict[Part, int] = {}
        self._backoffs: dict[Part, Backoff] = {}
        self._stopped: set[Part] = set()
        self._retry_at = 0.0
        self._keep_at = 0.0

    async def run(self) -> None:
        """Read until cancelled; trouble of PostgreSQL or Kafka only makes it wait and start again."""
        backoff = Backoff()
        metrics.begin_reading(self._name)
        while True:
            heed_cancellation()
            try:
                async with Feed(self._name, self._topics, self._bootstrap, commits=True) as feed:
                    feed.start(await self._load())
                    log.info("reader.reads", reader=self._name, topics=self._topics)
                    while True:
                        heed_cancellation()
                        await self._round(feed)
                        backoff.reset()
            except Exception as trouble:  # noqa: BLE001 - whatever it is, the role goes on and says so
                metrics.RETRIES.labels(self._name, type(trouble).__name__).inc()
                log.warning("reader.restarts", reader=self._name, **said_of(trouble))
            await asyncio.sleep(backoff.next())

    async def _load(self) -> dict[Part, int]:
        """Return the offset to go on from in each partition; one that is new begins in the epoch its topic is in."""
        self._gaps.clear()
        self._stopped.clear()
        for topic in self._topics:
            known = await self._inbox.places(topic)
            epochs: list[int] = []
            if len(known) < PARTITIONS:
                epochs = await self._epochs.begin(topic, await tails(self._bootstrap, topic))
            for part in parts_of(topic):
                if part.partition not in known:
                    await self._inbox.open(topic, part.partition, epochs[part.partition])
                offset, place = known.get(part.partition) or (0, Place(epochs[part.partition]))
                self._offsets[part], self._places[part] = offset, place
        # Whoever still stands on a restored log finds that out again with its next record.
        metrics.STOPPED.labels(self._name).set(0)
        return dict(self._offsets)

    async def _round(self, feed: Feed) -> None:
        # While parked streams are being released by the thousand nobody waits for what is new.
        fetched = await feed.fetch(POLL_SECONDS if self._retry_at else 0, BATCH)
        clock = asyncio.get_running_loop().time
        began = clock()
        for part, offset in feed.rewound().items():
            await self._go_back(feed, part, offset)
        for part, batch in fetched.items():
            if part not in self._stopped:
                await self._heed(feed, part, batch)
                # After each, for a slow reaction may take its time over all: Kafka's own tools are to see it move.
                await feed.commit(self._offsets)
        if began >= self._keep_at:
            self._keep_at = began + KEPT_SECONDS
            for topic, partition in self._inbox.behind:
                await self._apply(feed, Part(topic, partition), [])
        await self._gaps.heal(feed, self._places)
        if began >= self._retry_at:
            more = await self._inbox.retry()
            self._retry_at = 0.0 if more else began + RETRY_SECONDS
            metrics.PARKED.labels(self._name).set(await self._inbox.parked())
        if fetched and sum(map(len, fetched.values())) < BATCH:
            await asyncio.sleep(min(LONGEST_REST, REST * (clock() - began)))

    async def _heed(self, feed: Feed, part: Part, batch: Sequence[Delivery]) -> None:
        try:
            batch = await self._epochs.believed(part, batch, self._places[part])
        except Unavailable as silent:
            self._later(feed, part, batch[0].offset, silent)
        else:
            foreign.pass_by(self._name, part, batch)
            await self._batch(feed, part, batch)

    async def _batch(self, feed: Feed, part: Part, batch: Sequence[Delivery]) -> None:
        verdicts, place, reached = self._foresee(part, batch)
        waits = self._gaps.is_open(part)
        self._gaps.saw(part, verdicts)
        if Verdict.NEXT not in verdicts and Verdict.RESTORED not in verdicts:
            metrics.DUPLICATES.labels(self._name).inc(verdicts.count(Verdict.KNOWN))
            # Before a gap the place stays, however far is read: told of the end nobody would see that something waits.
            if not waits:
                self._offsets[part] = reached
        elif set(verdicts) == {Verdict.NEXT} and self._inbox.pass_by(part.topic, part.partition, batch):
            self._places[part], self._offsets[part] = place, reached
        else:
            self._lag.waits(part, next(record.about.recorded_at for record in batch if record.about))
            crashpoint("C6")
            await self._apply(feed, part, batch, misses=waits and Verdict.NEXT not in verdicts)

    async def _apply(self, feed: Feed, part: Part, batch: Sequence[Delivery], *, misses: bool = False) -> None:
        further = 0 if batch else self._offsets[part]
        done = await self._inbox.apply(part.topic, part.partition, batch)
        if done.stopped and misses:
            # A restored log behind an open gap does not fill it: Kafka is told of the place before it, as until now.
            done.next_offset = self._offsets[part]
        elif not (done.trouble or done.stopped):
            # What only came again since lies behind what was passed by: to keep the place of that is no way back.
            done.next_offset = max(done.next_offset, further)
        self._took(feed, part, done)

    def _foresee(self, part: Part, batch: Sequence[Delivery]) -> tuple[list[Verdict], Place, int]:
        """Judge a batch by the place in memory, so that one without news costs no transaction; say where it leads."""
        place, verdicts, reached = self._places[part], [], Reached(batch[0].offset)
        for record in batch:
            about, verdict = record.about, None
            if about is not None:
                verdict = place.judge(about.epoch, about.position, about.previous)
                verdicts.append(verdict)
                if verdict is Verdict.NEXT:
                    place = Place(about.epoch, about.position)
            reached.past(record.offset, verdict)
        return verdicts, place, reached.offset

    async def _go_back(self, feed: Feed, part: Part, offset: int) -> None:
        """Have the kept place and what Kafka is told go back with what is read: the topic was cut or made anew."""
        if part in self._inbox.behind:
            await self._apply(feed, part, [])
        await self._inbox.go_back(part.topic, part.partition, offset)
        self._gaps.close(part)
        self._offsets[part] = offset
        await feed.commit(self._offsets)

    def _took(self, feed: Feed, part: Part, done: Applied) -> None:
        self._places[part], self._offsets[part] = done.place, done.next_offset
        metrics.APPLIED.labels(self._name).inc(done.applied)
        metrics.DUPLICATES.labels(self._name).inc(done.duplicates)
        if done.applied:
            self._backoffs.pop(part, None)
        if done.stopped:
            self._stopped.add(part)
            metrics.STOPPED.labels(self._name).set(len(self._stopped))
            log.critical("reader.log_restored", reader=self._name, topic=part.topic, partition=part.partition)
        elif done.trouble:
            self._later(feed, part, done.next_offset, done.trouble)
        else:
            self._lag.done(part)

    def _later(self, feed: Feed, part: Part, offset: int, trouble: BaseException) -> None:
        """Have a partition read from *offset* again in a while; the others flow on."""
        metrics.RETRIES.labels(self._name, type(trouble).__name__).inc()
        log.warning("reader.tries_again", reader=self._name, topic=part.topic, **said_of(trouble))
        feed.seek(part, offset)
        feed.hold(part, self._backoffs.setdefault(part, Backoff(most=REACTION_SECONDS)).next())
