"""Records of some topics from places that the reader itself keeps. Next stop: reader.py or redis/projector.py.

Partitions are assigned by hand, every process reads them all, and the reader's own checkpoint decides who applies
what: nobody waits for a group to agree, and a second process takes over at once.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError, OffsetOutOfRangeError  # type: ignore[import-untyped]

from kernel.adapters.instance import instance
from kernel.adapters.kafka import foreign, messaging
from kernel.adapters.kafka.envelope import incoming
from kernel.adapters.kafka.patience import ANSWER_SECONDS, answer, farewell
from kernel.adapters.kafka.topics import Part, parts_of
from kernel.application.consume import Delivery
from kernel.domain.errors import Unavailable, Unreadable

COMMIT_SECONDS = 1.0
TELL_SECONDS, LAST_WORD_SECONDS = 2.0, 0.5

log = structlog.get_logger(__name__)


class Feed:
    """What is fetched for one reader, named *name*; with *commits* the tools of Kafka can see its lag."""

    def __init__(self, name: str, topics: Iterable[str], bootstrap: str, *, commits: bool = False) -> None:
        self._name = name
        self.partitions = [part for topic in topics for part in parts_of(topic)]
        self._commits = commits
        self._committed_at = 0.0
        self._uncommitted: Mapping[Part, int] = {}
        """What Kafka is still to be told, since it is told once a second only."""
        self._held: dict[Part, float] = {}
        self._rewound: dict[Part, int] = {}
        self._kafka = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id=name if commits else None,
            # A place that Kafka does not know is for us to judge: a default would skip or repeat without a word.
            auto_offset_reset="none",
            enable_auto_commit=False,
            fetch_max_wait_ms=500,
            request_timeout_ms=int(ANSWER_SECONDS * 1000),
            retry_backoff_ms=50,
        )

    async def __aenter__(self) -> Self:
        try:
            await answer(self._kafka.start())
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._uncommitted and (kind is None or issubclass(kind, asyncio.CancelledError)):
            # Who ends in peace tells how far it came: nobody would until it reads again.
            await self._tell(self._uncommitted, LAST_WORD_SECONDS)
        await self._stop()

    async def _stop(self) -> None:
        await farewell(self._kafka.stop())

    def start(self, offsets: Mapping[Part, int]) -> None:
        """Read every partition from its offset; those that are not named from their first record."""
        self._held.clear()
        self._rewound.clear()
        self._kafka.assign([TopicPartition(*part) for part in self.partitions])
        # No await may come between the two, else aiokafka looks for a place on its own and finds none.
        for part in self.partitions:
            self.seek(part, offsets.get(part, 0))
        # Who was killed before it told of its place would look behind for as long as nothing comes.
        self._uncommitted = dict(offsets) if self._commits else {}

    def seek(self, part: Part, offset: int) -> None:
        """Read a partition again from *offset*."""
        self._kafka.seek(TopicPartition(*part), offset)

    async def rewind(self, part: Part) -> int:
        """Read a partition again from its first record; return its offset. Raises: Unavailable."""
        begin: Mapping[Part, int] = await answer(self._kafka.beginning_offsets([TopicPartition(*part)]))
        self.seek(part, begin[part])
        return begin[part]

    def rewound(self) -> dict[Part, int]:
        """Return, once, which partitions are read from where because Kafka no longer has what was to be read.

        Their offsets are counted anew: whoever keeps a place keeps that one instead.
        """
        found, self._rewound = self._rewound, {}
        return found

    async def ends(self) -> dict[Part, int]:
        """Return the offset behind the last record of each partition. Raises: Unavailable."""
        ends = await answer(self._kafka.end_offsets([TopicPartition(*part) for part in self.partitions]))
        return {Part(*part): end for part, end in ends.items()}

    def hold(self, part: Part, seconds: float) -> None:
        """Fetch nothing of a partition for a while; the others flow on."""
        self._kafka.pause(TopicPartition(*part))
        self._held[part] = asyncio.get_running_loop().time() + seconds

    async def fetch(self, seconds: float, most: int) -> dict[Part, list[Delivery]]:
        """Return what came within some time; a record that no relay wrote is without envelope. Raises: Unavailable."""
        now = asyncio.get_running_loop().time()
        for part in [held for held, until in self._held.items() if until <= now]:
            del self._held[part]
            self._kafka.resume(TopicPartition(*part))
        if self._uncommitted:
            await self.commit(self._uncommitted)
        wait = min([seconds, *(until - now for until in self._held.values())])
        began = time.perf_counter()
        try:
            fetched = await self._kafka.getmany(timeout_ms=max(1, int(wait * 1000)), max_records=most)
        except OffsetOutOfRangeError as lost:
            for part in lost.args[0]:
                log.warning("feed.out_of_range", reader=self._name, topic=part.topic, partition=part.partition)
                self._rewound[Part(*part)] = await self.rewind(Part(*part))
                foreign.forget(self._name, Part(*part))
            return {}
        except KafkaError as trouble:
            messaging.failed_to_receive(self._name, time.perf_counter() - began, type(trouble).__name__)
            raise Unavailable(repr(trouble)) from trouble
        if fetched:
            counts: Counter[str] = Counter()
            for part, records in fetched.items():
                counts[part.topic] += len(records)
            messaging.received(self._name, counts, time.perf_counter() - began)
        return {Part(*part): [_delivery(record) for record in records] for part, records in fetched.items()}

    async def commit(self, offsets: Mapping[Part, int]) -> None:
        """Tell Kafka how far the reader is, at most once a second; it matters to tools only, so it may fail."""
        now = asyncio.get_running_loop().time()
        if not self._commits:
            return
        if now - self._committed_at < COMMIT_SECONDS:
            self._uncommitted = dict(offsets)
            return
        self._committed_at, self._uncommitted = now, {}
        await self._tell(offsets, TELL_SECONDS)

    async def _tell(self, offsets: Mapping[Part, int], seconds: float) -> None:
        # With the process, so that the console and Kafka's own tools can name who is at work.
        told = {TopicPartition(*part): (offset, instance()) for part, offset in offsets.items()}
        try:
            await answer(self._kafka.commit(told), seconds)
        except Unavailable as refused:
            log.info("feed.commit_failed", reader=self._name, error=refused.detail)
            # It is told again: where nothing else comes for long, tools would show a lag that there is not.
            self._uncommitted = dict(offsets)


def _delivery(record: Any) -> Delivery:
    try:
        return Delivery(record.offset, incoming(record.headers, record.value, record.partition))
    except Unreadable as unlike:
        return Delivery(record.offset, None, unlike.detail)
