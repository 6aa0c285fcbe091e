"""What became of one fact at a projector: by its places, what it parked and what it gave up. Next: checkpoint.py."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from kernel.adapters.kafka.topics import Part
from kernel.adapters.redis.checkpoint import Checkpoint
from kernel.adapters.redis.generation import Generation
from kernel.application.browsing import AtReader, Mark, Stage
from kernel.domain.errors import Unavailable


@dataclass(frozen=True, slots=True)
class RedisReaders:
    """The one projector, *name*, of read models. See: browsing.Readers."""

    redis: "Redis"
    generation: Generation
    name: str

    async def at(self, marks: Sequence[Mark]) -> list[AtReader]:
        """Return what became of a fact, if it is on a topic that is folded here. Raises: Unavailable."""
        try:
            kept = Checkpoint.parse(await self.redis.hgetall(self.generation.checkpoint))
            return [
                AtReader(consumer=self.name, topic=mark.topic, stage=await self._stage(mark, kept))
                for mark in marks
                if Part(mark.topic, mark.part) in kept.places
            ]
        except (RedisError, OSError, ValueError) as trouble:
            raise Unavailable("the read models cannot be read now", retry_after=1) from trouble

    async def _stage(self, mark: Mark, kept: Checkpoint) -> Stage:
        if kept.places[Part(mark.topic, mark.part)].position < mark.position:
            return Stage.WAITING
        # All that follows on a parked stream waits behind the first one that could not be folded.
        first = await self.redis.lindex(self.generation.parked_events(mark.stream_id), 0)
        if first is not None and int(json.loads(first)["headers"]["ce_streamversion"]) <= mark.version:
            return Stage.PARKED
        given_up = await self.redis.hexists(self.generation.discarded(mark.stream_id), str(mark.version))
        return Stage.DISCARDED if given_up else Stage.APPLIED
