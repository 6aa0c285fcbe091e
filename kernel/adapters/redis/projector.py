"""Folds all topics into the rows of a generation: rows, place and news in one step. Next stop: rows.py, applied.py.

Whoever reads Redis may lose it: a checkpoint that is gone, half a second old or spoiled is noticed within a second,
and everything is folded again from the first fact.
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kernel.adapters.kafka import foreign, messaging, metrics
from kernel.adapters.kafka.epochs import Epochs
from kernel.adapters.kafka.feed import Feed
from kernel.adapters.kafka.gaps import Gaps
from kernel.adapters.kafka.owners import Owners
from kernel.adapters.kafka.tail import tails
from kernel.adapters.kafka.topics import Part
from kernel.adapters.redis.checkpoint import Checkpoint, move, news
from kernel.adapters.redis.client import text
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.plan import Batch, Plan, Planner
from kernel.adapters.redis.scripts import COMMIT
from kernel.adapters.redis.sweep import stay, sweep
from kernel.adapters.redis.wipe import wipe
from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from kernel.application.chain import PATIENCE_SECONDS, Place, Verdict
from kernel.application.consume import Decoder, Delivery
from kernel.application.failpoints import crashpoint
from kernel.application.frames import said_of
from kernel.domain.errors import Unavailable, Unreadable

CHECK_SECONDS = 0.5
RELEASED = 100
"""How many parked streams are tried again, and how many given up, in one go."""
STAY_SECONDS = 3600
OWNER_SECONDS = 1.0
"""How long a partition waits before an owner that did not answer is asked again."""
BATCH = 1000

log = structlog.get_logger(__name__)


class Projector:
    """Keeps one generation of read models. Of several at once the quicker one writes and the others drop theirs."""

    def __init__(
        self,
        redis: "Redis",
        bootstrap: str,
        topics: Sequence[str],
        *,
        generation: Generation,
        facts: Decoder,
        owners: Owners | None = None,
        patience: float = PATIENCE_SECONDS,
        name: str = "projector",
    ) -> None:
        self._redis = redis
        self._bootstrap = bootstrap
        self._topics = tuple(topics)
        self._generation = generation
        self._planner = Planner(redis, generation, facts)
        self._commit_script = redis.register_script(COMMIT)
        self._gaps = Gaps(name, owners, patience)
        self._epochs = Epochs(name, owners)
        self._name = name
        self._lag = metrics.lag_of(name)
        self._now = Checkpoint()
        self._offsets: dict[Part, int] = {}
        self._ends: dict[Part, int] = {}
        self._parked: set[UUID] = set()
        self._check_at = 0.0
        self._stay_at = 0.0

    @property
    def complete(self) -> bool:
        """Whether all that was there when it began to read is folded in."""
        return self._now.complete

    async def run(self) -> None:
        """Fold until cancelled; trouble of Kafka or Redis only makes it wait and go on from the checkpoint."""
        backoff = Backoff()
        metrics.begin_reading(self._name)
        while True:
            heed_cancellation()
            try:
                async with Feed(self._name, self._topics, self._bootstrap, commits=True) as feed:
                    await self._start(feed)
                    log.info("projector.folds", generation=self._generation.name, complete=self.complete)
                    while True:
                        heed_cancellation()
                        await self._round(feed)
                        backoff.reset()
            except Exception as trouble:  # noqa: BLE001 - whatever it is, the role goes on and says so
                metrics.RETRIES.labels(self._name, type(trouble).__name__).inc()
                log.warning("projector.restarts", generation=self._generation.name, **said_of(trouble))
                if isinstance(trouble, Unreadable) or "WRONGTYPE" in str(trouble):
                    await self._spoiled()
            await asyncio.sleep(backoff.next())

    async def _start(self, feed: Feed) -> None:
        await self._load()
        while not self._now.seq:
            heed_cancellation()
            await wipe(self._redis, self._generation)
            crashpoint("C11")
            await self._load()
        for topic in self._topics:
            parts = [part for part in feed.partitions if part.topic == topic]
            if any(part not in self._now.places for part in parts):
                epochs = await self._epochs.begin(topic, await tails(self._bootstrap, topic))
                for part in parts:
                    self._now.places.setdefault(part, Place(epochs[part.partition]))
        self._ends = await feed.ends()
        self._offsets = {part: self._now.offsets.get(part, 0) for part in feed.partitions}
        self._gaps.clear()
        feed.start(self._offsets)

    async def _load(self) -> None:
        self._planner.forget()
        pipe = self._redis.pipeline(transaction=True)
        pipe.hgetall(self._generation.checkpoint)
        pipe.hkeys(self._generation.parked)
        kept, parked = await pipe.execute()
        try:
            self._now = Checkpoint.parse(kept)
        except ValueError as spoiled:
            raise Unreadable("the checkpoint is spoiled") from spoiled
        self._parked = {UUID(text(stream)) for stream in parked}
        metrics.PARKED.labels(self._name).set(len(self._parked))

    async def _round(self, feed: Feed) -> None:
        batch = await feed.fetch(CHECK_SECONDS if self._check_at else 0, BATCH)
        for part, offset in feed.rewound().items():
            await self._go_back(feed, part, offset)
        if believed := await self._believed(feed, batch):
            await self._fold(feed, believed)
            await feed.commit(self._offsets)
        now = asyncio.get_running_loop().time()
        if now >= self._check_at:
            self._check_at = now + CHECK_SECONDS
            await self._check(feed)
        await self._gaps.heal(feed, self._now.places)

    async def _believed(self, feed: Feed, batch: Batch) -> Batch:
        """Return what is to be folded; a partition whose owner would have to be asked and is away waits."""
        found: dict[Part, Sequence[Delivery]] = {}
        for part, records in batch.items():
            try:
                found[part] = await self._epochs.believed(part, records, self._now.places.get(part, Place()))
            except Unavailable as silent:
                metrics.RETRIES.labels(self._name, type(silent).__name__).inc()
                log.warning("projector.waits", topic=part.topic, partition=part.partition, **said_of(silent))
                feed.seek(part, records[0].offset)
                feed.hold(part, OWNER_SECONDS)
            else:
                foreign.pass_by(self._name, part, found[part])
        return found

    async def _fold(self, feed: Feed, batch: Batch) -> None:
        for part, records in batch.items():
            if oldest := next((record.about for record in records if record.about), None):
                self._lag.waits(part, oldest.recorded_at)
        crashpoint("C6")
        began, wall = time.perf_counter(), time.time_ns()
        while True:
            plan = await self._planner.plan(batch, self._now, self._parked)
            if not plan.places or await self._commit(plan.commands, plan.places, plan.touched):
                self._took(plan)
                for part in batch:
                    messaging.processed(part.topic, self._name, time.perf_counter() - began)
                if self.complete:
                    # Whoever folds everything again after months follows nobody's click.
                    messaging.folded(batch, self._name, wall)
                return
            if await self._went_back(feed):
                return

    async def _commit(
        self,
        commands: list[list[str]],
        places: Mapping[Part, Place] | None = None,
        touched: set[str] | None = None,
        *,
        complete: bool | None = None,
    ) -> bool:
        told = news(
            self._now.seq + 1, places or {}, touched or set(), complete=self.complete if complete is None else complete
        )
        crashpoint("C7")
        done = await self._commit_script(
            keys=[self._generation.checkpoint, self._generation.channel],
            args=[self._now.seq, json.dumps(commands), told],
        )
        crashpoint("C8")
        self._now.seq += int(done)
        return bool(done)

    def _took(self, plan: Plan) -> None:
        self._now.places.update(plan.places)
        self._parked = plan.parked
        self._planner.took(plan)
        metrics.APPLIED.labels(self._name).inc(plan.applied)
        for part, verdicts in plan.verdicts.items():
            # Before a gap the place stays, however far is read: told of the end nobody would see that something waits.
            if part in plan.offsets and (part in plan.places or not self._gaps.is_open(part)):
                self._offsets[part] = self._now.offsets[part] = plan.offsets[part]
            self._gaps.saw(part, verdicts)
            metrics.DUPLICATES.labels(self._name).inc(verdicts.count(Verdict.KNOWN))
            self._lag.done(part)
            if Verdict.RESTORED in verdicts:
                # Rows have no effects outside: what may never have happened is simply folded again without it.
                raise Unreadable(f"the log behind {part.topic} was restored")
        metrics.PARKED.labels(self._name).set(len(self._parked))

    async def _went_back(self, feed: Feed) -> bool:
        """See what became of the checkpoint; true when it went back and the records are to be read again."""
        before = self._now.places
        await self._load()
        kept = self._now.places
        if self._now.seq and all(kept.get(part, Place()).position >= place.position for part, place in before.items()):
            for part, place in kept.items():
                if place != before.get(part, Place()):
                    # Somebody else applied what is missing here.
                    self._gaps.close(part)
            self._now.places = {**before, **self._now.places}
            return False
        log.warning("projector.starts_again", generation=self._generation.name, seq=self._now.seq)
        await self._start(feed)
        return True

    async def _go_back(self, feed: Feed, part: Part, offset: int) -> None:
        """Have the kept place and what Kafka is told go back with what is read: the topic was cut or made anew."""
        self._offsets[part] = offset
        while not await self._commit([move(self._generation, part, offset, self._now.places[part])]):
            if await self._went_back(feed):
                return
        self._now.offsets[part] = offset
        self._gaps.close(part)
        await feed.commit(self._offsets)

    async def _check(self, feed: Feed) -> None:
        """Notice within a second, also while nothing comes, that Redis lost its memory or somebody else wrote."""
        await self._stay()
        seq = await self._redis.hget(self._generation.checkpoint, "seq")
        if int(seq or 0) != self._now.seq and await self._went_back(feed):
            return
        for stream in await self._next(self._generation.retries):
            stream_id = UUID(text(stream))
            commands, touched, free = await self._planner.release(stream_id)
            self._planner.forget()
            if await self._commit(commands, touched=touched) and free:
                self._parked.discard(stream_id)
        for stream in await self._next(self._generation.discards):
            stream_id, said = UUID(text(stream)), await self._redis.hget(self._generation.discards, text(stream))
            if said and await self._commit(await self._planner.discard(stream_id, **json.loads(said))):
                self._parked.discard(stream_id)
        if not self.complete and all(self._offsets[part] >= end for part, end in self._ends.items()):
            command = ["HSET", self._generation.checkpoint, "complete", "1"]
            self._now.complete = await self._commit([command], complete=True)
            log.info("projector.complete", generation=self._generation.name)

    async def _next(self, asked: str) -> list[bytes | str]:
        """Return some of the parked streams that a hash asks something for.

        What is new does not wait for ten thousand that are old: a part of them now, the next at once at the next round.
        """
        streams = list(await self._redis.hkeys(asked))
        if len(streams) > RELEASED:
            self._check_at = 0.0
        return streams[:RELEASED]

    async def _stay(self) -> None:
        """Say that this generation is in use, and once it is whole remove those that are not."""
        now = asyncio.get_running_loop().time()
        if now >= self._stay_at:
            self._stay_at = now + STAY_SECONDS
            await stay(self._redis, self._generation)
            if self.complete and (gone := await sweep(self._redis, self._generation)):
                log.info("projector.swept", generations=gone)

    async def _spoiled(self) -> None:
        """Have everything folded again: a row or key is not what this code writes."""
        log.error("projector.spoiled", generation=self._generation.name)
        try:
            await self._redis.delete(self._generation.checkpoint)
        except (RedisError, OSError) as trouble:
            log.warning("projector.restarts", generation=self._generation.name, **said_of(trouble))
