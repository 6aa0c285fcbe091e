"""Where topics end and how far groups are, as Kafka's own tools see it. Next stop: own_log.py, read_models.py."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]
from aiokafka.client import AIOKafkaClient  # type: ignore[import-untyped]
from aiokafka.protocol.metadata import MetadataRequest  # type: ignore[import-untyped]
from aiokafka.protocol.offset import OffsetRequest  # type: ignore[import-untyped]

from kernel.adapters.kafka.patience import answer, farewell, leave
from kernel.adapters.kafka.topics import Part
from kernel.adapters.watching.brokers import of_any, of_each
from kernel.domain.errors import Unavailable

SECONDS = 1.5
"""Shorter than who looks at the console waits for a process: it is to hear who does not answer."""
BROKER_SECONDS = 1.0
"""One broker that hangs leaves the others time to answer."""
ENOUGH_BYTES = 4096
"""Of a fetch of which only the time of the first record is wanted."""

_NOBODY, _LATEST, _UNCOMMITTED_TOO = -1, -1, 0


class Topics:
    """One connection of each kind, opened when first needed and given up with any trouble.

    Whoever asks while one is being opened waits for it: a client that has not started answers nobody.
    """

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._client: Any = None
        self._consumer: Any = None
        self._admin: Any = None
        self._opening = asyncio.Lock()

    async def ends(self, parts: Sequence[Part]) -> Mapping[Part, int]:
        """Return the offset behind the last record of each partition; without those that nobody can say it of.

        That is so while nobody leads the partition, while the broker that does hangs, and when the topic is gone.
        Raises: Unavailable when Kafka does not answer at all.
        """
        if not parts:
            return {}
        found: Mapping[Part, int] = await self._try(self._ends(parts))
        return found

    async def committed(self, group: str) -> Mapping[Part, int]:
        """Return how far a group told Kafka that it is. Raises: Unavailable."""
        found = await self._try(self._committed(group))
        return {Part(*part): kept.offset for part, kept in found.items() if kept.offset >= 0}

    async def times(self, places: Mapping[Part, int]) -> Mapping[Part, datetime]:
        """Return when the records at some offsets were made; reads one fetch of each partition. Raises: Unavailable."""
        if not places:
            return {}
        found: Mapping[Part, datetime] = await self._try(
            self._times({TopicPartition(*part): place for part, place in places.items()})
        )
        return found

    async def close(self) -> None:
        """Give up the connections."""
        await asyncio.gather(*(farewell(stopping) for stopping in self._given_up()))

    async def _ends(self, parts: Sequence[Part]) -> Mapping[Part, int]:
        client = await self._asking()
        # Asked each time: a client goes on believing in a topic that was deleted, and in a leader that is gone.
        leaders = await _leaders(client, sorted({part.topic for part in parts}))
        led: dict[int, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for part in parts:
            if part in leaders:
                led[leaders[part]][part.topic].append((part.partition, _LATEST))
        if not led:
            return {}
        told, _ = await of_each(led, lambda node: _ends_at(client, node, led[node]), BROKER_SECONDS)
        return {part: end for ends in told.values() for part, end in ends.items()}

    async def _committed(self, group: str) -> Any:
        return await (await self._administering()).list_consumer_group_offsets(group)

    async def _times(self, places: Mapping[Any, int]) -> Mapping[Part, datetime]:
        return await _times(await self._reading(), places)

    async def _asking(self) -> Any:
        async with self._opening:
            if self._client is None:
                client = AIOKafkaClient(**self._settings)
                await _started(client.bootstrap(), client.close)
                self._client = client
            return self._client

    async def _reading(self) -> Any:
        async with self._opening:
            if self._consumer is None:
                consumer = AIOKafkaConsumer(
                    **self._settings,
                    auto_offset_reset="earliest",
                    enable_auto_commit=False,
                    max_partition_fetch_bytes=ENOUGH_BYTES,
                )
                await _started(consumer.start(), consumer.stop)
                self._consumer = consumer
            return self._consumer

    async def _administering(self) -> Any:
        async with self._opening:
            if self._admin is None:
                admin = AIOKafkaAdminClient(**self._settings)
                await _started(admin.start(), admin.close)
                self._admin = admin
            return self._admin

    @property
    def _settings(self) -> dict[str, Any]:
        return {"bootstrap_servers": self._bootstrap, "request_timeout_ms": int(SECONDS * 1000)}

    async def _try(self, asked: Any) -> Any:
        try:
            return await answer(asked, SECONDS)
        except Unavailable:
            for stopping in self._given_up():
                leave(stopping)
            raise

    def _given_up(self) -> list[Any]:
        """Forget the connections, and return how each is given up."""
        stopping = []
        if self._client is not None:
            stopping.append(self._client.close())
        if self._consumer is not None:
            stopping.append(self._consumer.stop())
        if self._admin is not None:
            stopping.append(self._admin.close())
        self._client = self._consumer = self._admin = None
        return stopping


async def _started(starting: Any, stop: Callable[[], Any]) -> None:
    try:
        await starting
    except BaseException:
        # One that could not start has something to give up too.
        leave(stop())
        raise


async def _leaders(client: Any, topics: Sequence[str]) -> Mapping[Part, int]:
    """Return which broker leads each partition; those that nobody leads, and topics that are gone, are missing."""
    told = await of_any(client, MetadataRequest(topics), BROKER_SECONDS)
    return {
        Part(topic, part): leader
        for code, topic, _, rows, *_ in told.topics
        if not code
        for _, part, leader, *_ in rows
        if leader != _NOBODY
    }


async def _ends_at(client: Any, node: int, topics: Mapping[str, Sequence[tuple[int, int]]]) -> Mapping[Part, int]:
    """Return where the partitions end that one broker leads, as far as it does."""
    told = await client.send(node, OffsetRequest(_NOBODY, _UNCOMMITTED_TOO, list(topics.items())))
    return {Part(topic, part): end for topic, rows in told.topics for part, code, _, end, *_ in rows if not code}


async def _times(consumer: Any, places: Mapping[Any, int]) -> Mapping[Part, datetime]:
    consumer.assign(list(places))
    for part, place in places.items():
        consumer.seek(part, place)
    found: dict[Part, datetime] = {}
    try:
        for _ in range(2):
            for part, records in (await consumer.getmany(timeout_ms=500)).items():
                made = datetime.fromtimestamp(records[0].timestamp / 1000, UTC)
                found.setdefault(Part(*part), made)
            if len(found) == len(places):
                break
    finally:
        # Nothing is fetched ahead while nobody asks.
        consumer.unsubscribe()
    return found
