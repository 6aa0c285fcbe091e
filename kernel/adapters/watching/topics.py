"""Where topics end and how far groups are, as Kafka's own tools see it. Next stop: own_log.py, read_models.py."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]

from kernel.adapters.kafka.patience import answer, farewell
from kernel.adapters.kafka.topics import Part
from kernel.domain.errors import Unavailable

SECONDS = 3.0
ENOUGH_BYTES = 4096
"""Of a fetch of which only the time of the first record is wanted."""


class Topics:
    """One connection of each kind, opened when first needed and given up with any trouble.

    Whoever asks while one is being opened waits for it: a client that has not started answers nobody.
    """

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._consumer: Any = None
        self._admin: Any = None
        self._opening = asyncio.Lock()

    async def ends(self, parts: Sequence[Part]) -> Mapping[Part, int]:
        """Return the offset behind the last record of each partition. Raises: Unavailable."""
        if not parts:
            return {}
        consumer = await self._reading()
        found = await self._try(consumer.end_offsets([TopicPartition(*part) for part in parts]))
        return {Part(*part): end for part, end in found.items()}

    async def committed(self, group: str) -> Mapping[Part, int]:
        """Return how far a group told Kafka that it is. Raises: Unavailable."""
        admin = await self._administering()
        found = await self._try(admin.list_consumer_group_offsets(group))
        return {Part(*part): kept.offset for part, kept in found.items() if kept.offset >= 0}

    async def times(self, places: Mapping[Part, int]) -> Mapping[Part, datetime]:
        """Return when the records at some offsets were made; reads one fetch of each partition. Raises: Unavailable."""
        if not places:
            return {}
        consumer = await self._reading()
        found: Mapping[Part, datetime] = await self._try(
            _times(consumer, {TopicPartition(*part): place for part, place in places.items()})
        )
        return found

    async def close(self) -> None:
        """Give up the connections."""
        consumer, admin = self._consumer, self._admin
        self._consumer = self._admin = None
        if consumer is not None:
            await farewell(consumer.stop())
        if admin is not None:
            await farewell(admin.close())

    async def _reading(self) -> Any:
        async with self._opening:
            if self._consumer is None:
                consumer = AIOKafkaConsumer(
                    bootstrap_servers=self._bootstrap,
                    auto_offset_reset="earliest",
                    enable_auto_commit=False,
                    max_partition_fetch_bytes=ENOUGH_BYTES,
                    request_timeout_ms=int(SECONDS * 1000),
                )
                await _started(consumer.start(), consumer.stop)
                self._consumer = consumer
            return self._consumer

    async def _administering(self) -> Any:
        async with self._opening:
            if self._admin is None:
                admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, request_timeout_ms=int(SECONDS * 1000))
                await _started(admin.start(), admin.close)
                self._admin = admin
            return self._admin

    async def _try(self, asked: Any) -> Any:
        try:
            return await answer(asked, SECONDS)
        except Unavailable:
            await self.close()
            raise


async def _started(starting: Any, stop: Callable[[], Any]) -> None:
    try:
        await answer(starting, SECONDS)
    except BaseException:
        # One that could not start has something to give up too.
        await farewell(stop())
        raise


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
