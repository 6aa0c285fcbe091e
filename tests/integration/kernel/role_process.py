"""Runs one role by itself, so that a test can have it killed. Started by flow.killed()."""

import asyncio
import json
import os
import sys

import asyncpg

from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.kafka.relay import Relay
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.redis.client import open_redis
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.projector import Projector
from kernel.application import failpoints
from tests.integration.kernel.board import MODELS
from tests.integration.kernel.flow import Bell, JsonFacts
from tests.integration.kernel.notes import Notes


async def relay(given: dict[str, str]) -> None:
    await Relay(given["url"], given["bootstrap"], "things", given["topic"], Bell(), window=10).run()


async def reader(given: dict[str, str]) -> None:
    async with asyncpg.create_pool(given["url"], min_size=1, max_size=2) as pool:
        made = KafkaReader("notes", [given["topic"]], given["bootstrap"], pool, reaction=Notes(), facts=JsonFacts())
        await made.run()


async def log_reader(given: dict[str, str]) -> None:
    async with asyncpg.create_pool(given["url"], min_size=1, max_size=2) as pool:
        await LogReader("notes", "things", pool, Bell(), reaction=Notes(), facts=JsonFacts()).run()


async def projector(given: dict[str, str]) -> None:
    redis, of = open_redis(given["redis"]), Generation(MODELS)
    await Projector(redis, given["bootstrap"], [given["topic"]], generation=of, facts=JsonFacts()).run()


ROLES = {"relay": relay, "reader": reader, "log_reader": log_reader, "projector": projector}

if __name__ == "__main__":
    failpoints.arm(os.environ["PORTAL_FAILPOINTS"])
    what = json.loads(sys.argv[1])
    asyncio.run(ROLES[what["role"]](what))
