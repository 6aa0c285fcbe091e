"""Readers of every pace under load, and their lag as we tell it beside what Kafka's own tool says.

Of one partition place and head only grow. So what the tool reads between two looks of ours must lie between their
figures, and where everything stands still it must be the same.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from deploy.kafka_groups import GroupPart, consumer_groups
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.kafka.relay import Relay
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres.outbox import republish
from kernel.adapters.watching.own_log import LogPlaces
from kernel.adapters.watching.topics import Topics
from kernel.application.consume import Incoming
from kernel.application.watching import Key, Reading
from tests.integration.kernel import flow, records
from tests.integration.kernel import notes as effects
from tests.integration.kernel.flow import Database, JsonFacts
from tests.integration.kernel.notes import Notes

READERS = ("quick", "steady", "slow", "fitful", "stopped")
TOPICS = 2
TOLD_SECONDS = 1.5
"""Readers tell Kafka of their place once a second, between two fetches that wait half a second."""

SAME, BETWEEN = "same", "between"


@dataclass(frozen=True, slots=True)
class Compared:
    """One reader in one partition, as we and Kafka's tool saw it."""

    key: Key
    before: Reading
    tool: GroupPart
    after: Reading

    @property
    def holds(self) -> bool:
        """Return whether the tool's figures lie between ours."""
        place = self.before.place <= self.tool.current <= self.after.place
        return place and self.before.head <= self.tool.end <= self.after.head

    @property
    def outcome(self) -> str:
        """Return whether ours were the same at both looks, or moved meanwhile."""
        still = self.before.place == self.after.place and self.before.head == self.after.head
        return SAME if still else BETWEEN


@dataclass
class LagRun:
    """Two topics under load, and five readers of both."""

    bootstrap: str
    jars: Path
    logs: Sequence[Database]
    topics: Sequence[str]
    places: LogPlaces
    seed: int = 1
    prefix: str = field(default_factory=lambda: f"lag{uuid4().hex[:8]}")
    seconds: list[float] = field(default_factory=list)
    """Between the two looks around each call of the tool."""

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - a load that can be made again
        self._streams: list[UUID] = flow.streams(60)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._load: list[asyncio.Future[None]] = []

    @property
    def names(self) -> Sequence[str]:
        """Return the names of the readers, which are those of their groups."""
        return [f"{self.prefix}.{one}" for one in READERS]

    @asynccontextmanager
    async def loaded(self) -> AsyncIterator[None]:
        """Have all readers read and facts come for as long as the block lasts; one that reads in fits, one no more."""
        relays = [
            Relay(log.url, self.bootstrap, "things", topic, log.bell).run()
            for log, topic in zip(self.logs, self.topics, strict=True)
        ]
        async with flow.running(*relays):
            for one in READERS:
                self._start(one)
            await self._write(40)
            await flow.until(self._caught_up, 60)
            await asyncio.sleep(TOLD_SECONDS)
            await self._stop("stopped")
            self._load = [asyncio.ensure_future(role) for role in (self._keeps_writing(), self._fits())]
            try:
                yield
            finally:
                await self._no_more()
                for one in READERS:
                    await self._stop(one)

    async def compare(self) -> Sequence[Compared]:
        """Look, run the tool, look again; return every reader in every partition."""
        clock = asyncio.get_running_loop().time
        began, before = clock(), await self._looks()
        await asyncio.sleep(TOLD_SECONDS)
        tool = await consumer_groups(self.jars, self.bootstrap, self.names)
        after = await self._looks()
        self.seconds.append(clock() - began)
        return [Compared(key, before[key], said, after[key]) for key, said in tool.items()]

    async def calm(self) -> None:
        """Let no more come, and wait until all but the reader that was stopped have applied what came."""
        await self._no_more()
        if "fitful" not in self._tasks:
            self._start("fitful")

        async def still() -> bool:
            before = await self._looks()
            await asyncio.sleep(TOLD_SECONDS)
            return before == await self._looks()

        await flow.until(still, 120)

    async def make_anew(self) -> None:
        """Lose a topic that held most facts twice; its relay fills a new one, and who reads begins again there.

        One reader is stopped once it has read what it knew, so that what comes then waits in every partition.
        """
        topic, log = self.topics[-1], self.logs[-1]
        for partition in range(PARTITIONS):
            await republish(log.pool, topic, partition, 0)
        await flow.until(lambda: self._holds(topic, log, 2), 60)
        # Behind all that is there twice, so that kept places lie far behind where the new topic ends.
        await log.write(self._streams)
        await self.calm()
        await records.drop_topic(self.bootstrap, topic)
        await asyncio.sleep(0.5)
        await records.make_topic(self.bootstrap, topic)
        # The relay learns of the loss by what it sends; few, so that in most partitions nothing new comes.
        await log.write(self._streams[:2])
        await flow.until(lambda: self._holds(topic, log, 1), 60)
        await self.calm()
        await self._stop("steady")
        await log.write(self._streams)
        await flow.until(lambda: self._holds(topic, log, 1), 60)
        await self.calm()

    async def _holds(self, topic: str, log: Database, times: int) -> bool:
        facts = await log.pool.fetchval("SELECT pos FROM es.head")
        return len(await records.records(self.bootstrap, topic)) >= times * int(facts)

    async def _no_more(self) -> None:
        for task in self._load:
            task.cancel()
        await asyncio.gather(*self._load, return_exceptions=True)

    async def _looks(self) -> Mapping[Key, Reading]:
        return {one.key: one for one in await self.places.readings() if one.consumer in self.names}

    async def _caught_up(self) -> bool:
        found = await self._looks()
        parts = len(READERS) * TOPICS * 6
        return len(found) == parts and all(one.place == one.head for one in found.values())

    async def _write(self, facts: int) -> None:
        for log in self.logs:
            await log.write(self._dice.choices(self._streams, k=facts))

    async def _keeps_writing(self) -> None:
        while True:
            await self._write(self._dice.choice((1, 5, 20, 60)))
            await asyncio.sleep(self._dice.uniform(0.1, 0.6))

    async def _fits(self) -> None:
        while True:
            await self._stop("fitful")
            await asyncio.sleep(self._dice.uniform(1, 4))
            self._start("fitful")
            await asyncio.sleep(self._dice.uniform(1, 4))

    def _start(self, one: str) -> None:
        pauses = {"slow": 0.006, "steady": 0.001}
        reader = KafkaReader(
            f"{self.prefix}.{one}",
            self.topics,
            self.bootstrap,
            self.logs[0].pool,
            reaction=Paced(pauses.get(one, 0.0)),
            facts=JsonFacts(),
        )
        self._tasks[one] = asyncio.ensure_future(reader.run())

    async def _stop(self, one: str) -> None:
        if task := self._tasks.pop(one, None):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class Paced(Notes):
    """A reaction that takes its time."""

    def __init__(self, pause: float) -> None:
        super().__init__()
        self._pause = pause

    async def __call__(self, fact: Any, about: Incoming, transaction: Any) -> None:
        await asyncio.sleep(self._pause)
        await super().__call__(fact, about, transaction)


@asynccontextmanager
async def lag_run(postgres_url: str, bootstrap: str, jars: Path, seed: int = 1) -> AsyncIterator[LagRun]:
    """Make logs and topics, and drop them afterwards."""
    topics = [f"t{uuid4().hex[:8]}.things.events.v1" for _ in range(TOPICS)]
    watching = Topics(bootstrap)
    async with flow.database(postgres_url) as first, flow.database(postgres_url) as second:
        await effects.make_notes(first)
        for topic in topics:
            await records.make_topic(bootstrap, topic)
        try:
            places = LogPlaces(first.pool, "things", topics[0], watching)
            yield LagRun(bootstrap, jars, (first, second), topics, places, seed)
        finally:
            await watching.close()
            for topic in topics:
                await records.drop_topic(bootstrap, topic)
