"""What became of one fact at a projector, as a real Redis keeps it."""

import json
from uuid import uuid4

from redis.asyncio import Redis

from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.stage import RedisReaders
from kernel.application.browsing import AtReader, Mark, Stage
from tests.integration.kernel.board import MODELS

TOPIC = "t.things.events.v1"
STREAM = uuid4()


def mark(position: int, version: int, topic: str = TOPIC) -> Mark:
    return Mark(topic=topic, part=2, position=position, stream_id=STREAM, version=version)


async def test_o1_a_fact_is_folded_waits_was_given_up_or_is_parked_with_all_that_follows_it(redis: Redis) -> None:
    generation = Generation(MODELS)
    readers = RedisReaders(redis, generation, "projector")
    await redis.hset(generation.checkpoint, f"{TOPIC}/2", "40 1 100")
    await redis.rpush(generation.parked_events(STREAM), json.dumps({"headers": {"ce_streamversion": "4"}}))
    await redis.hset(generation.discarded(STREAM), "2", "{}")

    async def stage(position: int, version: int) -> list[AtReader]:
        return await readers.at([mark(position, version), mark(position, version, "log:things")])

    for position, version, expected in (
        (80, 1, Stage.APPLIED),
        (85, 2, Stage.DISCARDED),
        (100, 3, Stage.APPLIED),
        (101, 3, Stage.WAITING),
        (90, 4, Stage.PARKED),
        (95, 5, Stage.PARKED),
    ):
        assert await stage(position, version) == [AtReader(consumer="projector", topic=TOPIC, stage=expected)]
    assert await readers.at([mark(1, 1, "t.others.events.v1")]) == [], "a topic that is not folded here"
