"""A line from a log over its topic to rows in Redis."""

import random
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from kernel.adapters.kafka.relay import Relay
from kernel.adapters.postgres.partition import partition_of
from kernel.adapters.redis.applied import Applied
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.projector import Projector
from kernel.adapters.redis.rows import Rows
from kernel.domain.recorded import LogPosition
from tests.integration.kernel.flow import Database, JsonFacts


@dataclass
class Show:
    """A log, its relay, its topic, a projector, and who reads its rows."""

    log: Database
    topic: str
    bootstrap: str
    redis: Redis
    generation: Generation

    def __post_init__(self) -> None:
        self.rows = Rows(self.redis, self.generation)
        self.applied = Applied(self.redis, self.generation)

    def relay(self) -> Any:
        return Relay(self.log.url, self.bootstrap, "things", self.topic, self.log.bell).run()

    def projector(self, generation: Generation | None = None, **more: Any) -> Any:
        of = generation or self.generation
        return Projector(self.redis, self.bootstrap, [self.topic], generation=of, facts=JsonFacts(), **more).run()

    async def settled(self, generation: Generation | None = None) -> bool:
        """Tell whether all that is in the log is in the rows."""
        rows = await self.log.pool.fetch("SELECT pos, stream_id FROM es.events WHERE public")
        heads = {partition_of(row["stream_id"], 6): row["pos"] for row in sorted(rows, key=lambda row: row["pos"])}
        kept = await self.redis.hgetall((generation or self.generation).checkpoint)
        if kept.get(b"complete") != b"1":
            return False
        at = {part: kept.get(f"{self.topic}/{part}".encode(), b"").split()[2:] for part in heads}
        return at == {part: [str(position).encode()] for part, position in heads.items()}

    async def dump(self, generation: Generation | None = None) -> dict[bytes, Any]:
        """Return every row and index, bytes as they are, by key without the generation's name."""
        of = generation or self.generation
        found: dict[bytes, Any] = {}
        async for name in self.redis.scan_iter(f"{of.prefix}:*"):
            short = name.removeprefix(of.prefix.encode())
            if short.startswith(b":row:"):
                found[short] = await self.redis.get(name)
            elif short.startswith(b":index:"):
                found[short] = await self.redis.zrange(name, 0, -1, withscores=True)
        return found

    def position(self, stream: UUID, position: int) -> LogPosition:
        part = partition_of(stream, 6)
        return LogPosition(service="things", epoch=1, partition=part, position=position)


async def storm(log: Database, several: list[UUID], seed: int, count: int = 20) -> None:
    dice = random.Random(seed)  # noqa: S311 - a storm that can be repeated
    for _ in range(count):
        chosen = dice.choices(several, k=dice.randint(1, 12))
        await log.write(chosen, data=lambda n: f'{{"number": {n if dice.random() < 0.9 else -1}}}'.encode())
