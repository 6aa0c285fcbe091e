"""Our relay and our projector as a contestant, and beside each the bare client it is built on. Run as a process."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

import asyncpg
import structlog
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient, NewTopic  # type: ignore[import-untyped]
from redis.asyncio import Redis

from bench.peers.child import answer_questions
from deploy.topics import PARTITIONS
from gateway.projections.models import MODELS
from kernel.adapters.codec import Facts
from kernel.adapters.kafka.relay import Relay
from kernel.adapters.postgres.partition import partition_of
from kernel.adapters.postgres.wakeup import Wakeup
from kernel.adapters.redis.checkpoint import Checkpoint
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.projector import Projector

SAMPLE = 10_000
HEADERS = [(f"ce_header{number}", b"a value of twenty by") for number in range(12)]
"""As many bytes as our envelope has."""
LOOK_SECONDS = 0.01
LONGEST_SECONDS = 60.0


class Copying:
    """Does one of four things for a while, as the question's `what` says."""

    async def ready(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take note of the addresses."""
        self.told = told
        return {}

    async def measure(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do it, and return how many facts in how many seconds."""
        match asked["what"]:
            case "relay":
                return await self._relay(asked["topic"], asked["seconds"])
            case "producer":
                return await self._produce(asked["topic"], asked["seconds"])
            case "projector":
                return await self._project(asked["topics"])
            case what:
                assert what == "getmany"  # noqa: S101 - there is no other question
                return await self._consume(asked["topics"])

    async def _relay(self, topic: str, seconds: float) -> Mapping[str, Any]:
        await self._make(topic)
        relay = Relay(self.told["url"], self.told["bootstrap"], "bench", topic, Wakeup())
        begin, task = time.perf_counter(), asyncio.create_task(relay.run())
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.wait([task])
        spent = time.perf_counter() - begin
        return {"count": sum((await self._ends([topic])).values()), "seconds": spent}

    async def _produce(self, topic: str, seconds: float) -> Mapping[str, Any]:
        await self._make(topic)
        connection = await asyncpg.connect(self.told["url"])
        rows = await connection.fetch("SELECT stream_id, data FROM es.events ORDER BY pos LIMIT $1", SAMPLE)
        await connection.close()
        records: dict[int, list[tuple[bytes, bytes]]] = {number: [] for number in range(PARTITIONS)}
        for row in rows:
            key = str(row["stream_id"]).encode()
            records[partition_of(row["stream_id"], PARTITIONS)].append((key, row["data"]))
        begin, count = time.perf_counter(), 0
        producer = AIOKafkaProducer(
            bootstrap_servers=self.told["bootstrap"], acks="all", enable_idempotence=True, max_batch_size=262_144
        )
        await producer.start()
        try:
            while time.perf_counter() - begin < seconds:
                for partition, several in records.items():
                    count += await _send(producer, topic, partition, several)
        finally:
            await producer.stop()
        return {"count": count, "seconds": time.perf_counter() - begin}

    async def _project(self, topics: list[str]) -> Mapping[str, Any]:
        count = sum((await self._ends(topics)).values())
        async with Redis.from_url(self.told["redis"]) as redis:
            await redis.flushdb()
            generation = Generation(MODELS)
            projector = Projector(
                redis, self.told["bootstrap"], topics, generation=generation, facts=Facts(generation.reads, None)
            )
            task = asyncio.create_task(projector.run())
            async with asyncio.timeout(LONGEST_SECONDS):
                # Connecting, and looking how far the topics reach, is over when the first batch is in.
                first = await _folded(redis, generation, more_than=0)
                begin = time.perf_counter()
                await _folded(redis, generation, more_than=count - 1)
            spent = time.perf_counter() - begin
            task.cancel()
            await asyncio.wait([task])
        return {"count": count - first, "seconds": spent}

    async def _consume(self, topics: list[str]) -> Mapping[str, Any]:
        ends = await self._ends(topics)
        consumer = AIOKafkaConsumer(bootstrap_servers=self.told["bootstrap"], auto_offset_reset="earliest")
        await consumer.start()
        try:
            consumer.assign(list(ends))
            begin, left = time.perf_counter(), sum(ends.values())
            async with asyncio.timeout(LONGEST_SECONDS):
                while left > 0:
                    fetched = await consumer.getmany(timeout_ms=1000)
                    left -= sum(len(records) for records in fetched.values())
            spent = time.perf_counter() - begin
        finally:
            await consumer.stop()
        return {"count": sum(ends.values()), "seconds": spent}

    async def _make(self, topic: str) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.told["bootstrap"])
        await admin.start()
        await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
        await admin.close()

    async def _ends(self, topics: list[str]) -> dict[TopicPartition, int]:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.told["bootstrap"])
        await consumer.start()
        try:
            parts = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
            ends: dict[TopicPartition, int] = await consumer.end_offsets(parts)
        finally:
            await consumer.stop()
        return ends


async def _folded(redis: Redis, generation: Generation, *, more_than: int) -> int:
    """Wait until more facts than that are folded, and return how many are."""
    while True:
        offsets = Checkpoint.parse(await redis.hgetall(generation.checkpoint)).offsets
        if (folded := sum(offsets.values())) > more_than:
            return folded
        await asyncio.sleep(LOOK_SECONDS)


async def _send(producer: Any, topic: str, partition: int, records: list[tuple[bytes, bytes]]) -> int:
    batch, waits = producer.create_batch(), []
    for key, value in records:
        if batch.append(key=key, value=value, headers=HEADERS, timestamp=None) is None:
            waits.append(await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            batch.append(key=key, value=value, headers=HEADERS, timestamp=None)
    waits.append(await producer.send_batch(batch, topic, partition=partition))
    await asyncio.gather(*waits)
    return len(records)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    copying = Copying()
    uvloop.run(answer_questions(copying.ready, copying.measure))
