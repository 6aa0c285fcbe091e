"""What is parked in a database and what is parked in Redis is told, tried again and given up alike."""

import base64
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from kernel.adapters.kafka.topics import Part
from kernel.adapters.postgres.inbox import Inbox
from kernel.adapters.postgres.parked import PostgresParking
from kernel.adapters.postgres.readers_stage import PostgresReaders
from kernel.adapters.redis.checkpoint import Checkpoint
from kernel.adapters.redis.client import text
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.parked import RedisParking
from kernel.adapters.redis.parking import DISCARDED_SECONDS
from kernel.adapters.redis.plan import Planner
from kernel.adapters.redis.stage import RedisReaders
from kernel.application.browsing import AtReader, Mark, Stage
from kernel.application.consume import Delivery, Incoming
from kernel.application.parking import Chosen
from tests.integration.kernel.board import MODELS
from tests.integration.kernel.flow import Database, Happened, JsonFacts
from tests.integration.kernel.notes import Notes
from tests.ports.parking import (
    BY,
    CONSUMER,
    PART,
    RECORDED_AT,
    SOURCE,
    TENANT,
    TOPIC,
    TYPE,
    WHY,
    ParkingContract,
    said,
)


class Failing(JsonFacts):
    """Reads facts, but for those that a test wants to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.fails: dict[int, Exception] = {}

    async def read(self, wire_type: str, data: bytes) -> Any:
        fact: Happened = await super().read(wire_type, data)
        if fact.number in self.fails:
            raise self.fails[fact.number]
        return fact


@dataclass
class Played:
    """A reader without a topic: a test gives it its facts, which say their version."""

    facts: Failing = field(default_factory=Failing)
    position: int = 0

    @property
    def fails(self) -> dict[int, Exception]:
        return self.facts.fails

    @fails.setter
    def fails(self, said: dict[int, Exception]) -> None:
        self.facts.fails = said

    def batch(self, stream_id: UUID, versions: Sequence[int]) -> list[Delivery]:
        made = []
        for version in versions:
            self.position += 1
            made.append(Delivery(self.position, _about(stream_id, version, self.position)))
        return made

    async def stage(self, stream_id: UUID, version: int) -> Stage:
        mark = Mark(topic=TOPIC, part=PART, position=1, stream_id=stream_id, version=version)
        (one,) = await self.at(mark)
        return one.stage

    async def at(self, mark: Mark) -> Sequence[AtReader]:
        raise NotImplementedError


class InDatabase(Played):
    """A reader that keeps its place in a database."""

    def __init__(self, log: Database, notes: Notes) -> None:
        super().__init__()
        self.pool, self.parking = log.pool, PostgresParking(log.pool)
        self.inbox = Inbox(log.pool, CONSUMER, notes, self.facts)

    async def come(self, stream_id: UUID, *versions: int) -> None:
        await self.inbox.open(TOPIC, PART, 1)
        await self.inbox.apply(TOPIC, PART, self.batch(stream_id, versions))

    async def turn(self) -> None:
        await self.inbox.retry()

    async def at(self, mark: Mark) -> Sequence[AtReader]:
        return await PostgresReaders(self.pool).at([mark])

    async def given_up(self, stream_id: UUID) -> Sequence[tuple[int, str, str]]:
        rows = await self.pool.fetch(
            "SELECT version, discarded_by, reason FROM inbox.discarded_event WHERE stream_id = $1 ORDER BY version",
            stream_id,
        )
        return [tuple(row) for row in rows]


class InRedis(Played):
    """A projector."""

    def __init__(self, redis: Redis) -> None:
        super().__init__()
        self.redis, self.generation = redis, Generation(MODELS)
        # Every count is a new one: the time of these tests jumps.
        self.parking = RedisParking(redis, self.generation, CONSUMER, itertools.count().__next__)
        self.planner = Planner(redis, self.generation, self.facts)

    async def come(self, stream_id: UUID, *versions: int) -> None:
        kept = Checkpoint.parse(await self.redis.hgetall(self.generation.checkpoint))
        parked = {UUID(text(one)) for one in await self.redis.hkeys(self.generation.parked)}
        plan = await self.planner.plan({Part(TOPIC, PART): self.batch(stream_id, versions)}, kept, parked)
        await self._carry_out(plan.commands)
        self.planner.took(plan)

    async def turn(self) -> None:
        for stream in await self.redis.hkeys(self.generation.retries):
            self.planner.forget()
            await self._carry_out((await self.planner.release(UUID(text(stream))))[0])
        for stream, order in (await self.redis.hgetall(self.generation.discards)).items():
            await self._carry_out(await self.planner.discard(UUID(text(stream)), **json.loads(order)))

    async def at(self, mark: Mark) -> Sequence[AtReader]:
        return await RedisReaders(self.redis, self.generation, CONSUMER).at([mark])

    async def given_up(self, stream_id: UUID) -> Sequence[tuple[int, str, str]]:
        kept = await self.redis.hgetall(self.generation.discarded(stream_id))
        told = {int(version): json.loads(one) for version, one in kept.items()}
        return [(version, one["by"], one["reason"]) for version, one in sorted(told.items())]

    async def _carry_out(self, commands: Sequence[Sequence[str]]) -> None:
        for command in commands:
            await self.redis.execute_command(*command)


class TestInDatabase(ParkingContract):
    @pytest.fixture
    def parks(self, log: Database, notes: Notes) -> InDatabase:
        return InDatabase(log, notes)


class TestInRedis(ParkingContract):
    @pytest.fixture
    def parks(self, redis: Redis) -> InRedis:
        return InRedis(redis)

    async def test_o1_the_bytes_of_what_was_given_up_are_kept_for_a_month(self, parks: InRedis) -> None:
        stream, before = uuid4(), datetime.now(UTC)
        parks.fails[1] = ValueError("no")
        await parks.come(stream, 1)
        await parks.parking.discard(Chosen(streams=(stream,)), BY, WHY)
        await parks.turn()
        key = parks.generation.discarded(stream)
        kept = json.loads(await parks.redis.hget(key, "1"))
        assert base64.b64decode(kept["value"]) == b'{"number": 1}'
        assert (kept["by"], kept["reason"], kept["error"]) == (BY, WHY, "ValueError('no')")
        assert before <= datetime.fromisoformat(kept["at"]) <= datetime.now(UTC)
        assert DISCARDED_SECONDS - 60 < await parks.redis.ttl(key) <= DISCARDED_SECONDS


def _about(stream_id: UUID, version: int, position: int) -> Incoming:
    return Incoming(
        type=TYPE,
        stream_id=stream_id,
        version=version,
        tenant_id=TENANT,
        source=SOURCE,
        partition=PART,
        position=position,
        previous=position - 1,
        epoch=1,
        recorded_at=RECORDED_AT,
        correlation_id=UUID(int=2),
        causation_id=None,
        traceparent=None,
        data=said(version),
    )
