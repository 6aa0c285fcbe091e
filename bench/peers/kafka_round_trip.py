"""The limit of a copy over Kafka: a record sent with acks=all, and seen by a consumer, with nothing in between."""

import asyncio
import time
from types import TracebackType
from typing import Self
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient, NewTopic  # type: ignore[import-untyped]

from bench.figures import percentile
from bench.load.models import open_load
from bench.peers.payload import PAYLOAD
from deploy.topics import PARTITIONS

PATIENCE_SECONDS = 10.0


class KafkaRoundTrip:
    """A producer and a consumer of one topic in this process."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._topic = f"bench-{uuid4().hex[:8]}"
        self._producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=0)
        self._consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="latest")
        self._waiting: dict[bytes, asyncio.Future[None]] = {}
        self._reading: asyncio.Task[None] | None = None
        self._took: list[float] = []

    async def __aenter__(self) -> Self:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic(self._topic, PARTITIONS, 1)])
        await admin.close()
        await self._producer.start()
        await self._consumer.start()
        parts = [TopicPartition(self._topic, number) for number in range(PARTITIONS)]
        self._consumer.assign(parts)
        await self._consumer.seek_to_end(*parts)
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reading:
            self._reading.cancel()
        await self._consumer.stop()
        await self._producer.stop()

    async def measure(self, rate: float, seconds: float) -> dict[str, float]:
        """Send *rate* records a second and return the percentiles of ms that each took until it was seen."""
        self._took.clear()
        await open_load(self._one, rate=rate, seconds=seconds)
        return {"p50": percentile(self._took, 0.5) * 1000, "p99": percentile(self._took, 0.99) * 1000}

    async def _one(self) -> str:
        key, begin = uuid4().hex.encode(), time.perf_counter()
        seen = self._waiting[key] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                # Not awaited: a reader may see the record before the producer hears that it is kept.
                await self._producer.send(self._topic, PAYLOAD, key=key)
                await seen
            self._took.append(time.perf_counter() - begin)
        finally:
            del self._waiting[key]
        return "ok"

    async def _read(self) -> None:
        while True:
            for records in (await self._consumer.getmany(timeout_ms=1000)).values():
                for record in records:
                    waiting = self._waiting.get(record.key)
                    if waiting and not waiting.done():
                        waiting.set_result(None)
