"""Every place where something could be written down in the clear: logs, topics, Redis, what processes said."""

from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from redis.asyncio import Redis

from deploy.services import NAMES
from deploy.stack import Stack
from deploy.topics import PARTITIONS, SERVICES, topic
from kernel.adapters.redis.client import text
from tests.e2e.rows import octets


async def sinks(stack: Stack) -> dict[str, bytes]:
    """Return what stands in each place."""
    found = {f"said by {name}": stack.log(name).encode() for name in NAMES}
    for service in SERVICES:
        found[f"log of {service}"] = await log_text(stack, service)
        records = await records_of(stack.plan.kafka_bootstrap, topic(service, stack.plan.topic_prefix))
        found[f"topic of {service}"] = b"\n".join(
            b" ".join([record.value or b"", *(value for _, value in record.headers)]) for record in records
        )
    for number in (0, 1):
        async with Redis.from_url(stack.plan.redis_url.removesuffix("/0") + f"/{number}") as redis:
            found["redis" if number == 0 else "redis sessions"] = await redis_text(redis)
    return found


async def log_text(stack: Stack, service: str) -> bytes:
    """Return all that a service's log says, and all that it keeps of commands and readers."""
    connection = await asyncpg.connect(stack.plan.databases.owner_url(service))
    try:
        events = await connection.fetch("SELECT data, meta::text AS meta FROM es.events")
        parked = await connection.fetch("SELECT error, headers::text AS headers FROM inbox.parked_event")
    finally:
        await connection.close()
    texts = [row["data"] + row["meta"].encode() for row in events]
    return b"\n".join([*texts, *((row["error"] + row["headers"]).encode() for row in parked)])


async def records_of(bootstrap: str, name: str) -> list[Any]:
    """Return every record of a topic, partition by partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        parts = [TopicPartition(name, part) for part in range(PARTITIONS)]
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        found = []
        for part in parts:
            consumer.seek(part, 0)
        while any([await consumer.position(part) < ends[part] for part in parts]):
            batch = await consumer.getmany(timeout_ms=500)
            found += [record for records in batch.values() for record in records]
    finally:
        await consumer.stop()
    return sorted(found, key=lambda record: (record.partition, record.offset))


async def redis_text(redis: "Redis") -> bytes:
    """Return every key and value of a database."""
    texts: list[bytes] = []
    parts: list[Any]
    async for key in redis.scan_iter(count=1000):
        match text(await redis.type(key)):
            case "string":
                parts = [await redis.get(key) or b""]
            case "hash":
                parts = [part for pair in (await redis.hgetall(key)).items() for part in pair]
            case "list":
                parts = list(await redis.lrange(key, 0, -1))
            case "set":
                parts = list(await redis.smembers(key))
            case _:
                parts = list(await redis.zrange(key, 0, -1))
        texts.append(b" ".join([octets(key), *map(octets, parts)]))
    return b"\n".join(texts)
