"""Where a projector of read models is, and what it parked, beside its rows. Next stop: application/watching.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from redis.asyncio import Redis
from redis.exceptions import RedisError

from kernel.adapters.kafka.topics import Part, parts_of
from kernel.adapters.redis.checkpoint import Checkpoint
from kernel.adapters.redis.generation import Generation
from kernel.adapters.watching.asking import Asking
from kernel.adapters.watching.own_log import Heard, of_topics, oldest_in_topics
from kernel.adapters.watching.topics import Topics
from kernel.application.watching import Key, Reading, Silent
from kernel.domain.errors import Unavailable


class ModelPlaces:
    """The places of one generation of read models, and the ends of the topics they are folded from.

    While one of the servers does not answer, what it said last is told, and that it is silent.
    """

    def __init__(self, redis: "Redis", generation: Generation, name: str, topics: Topics, read: Sequence[str]) -> None:
        self._redis = redis
        self._generation = generation
        self._name = name
        self._topics = topics
        self._read = tuple(read)
        self._asking = Asking(self._ask)
        self._last: Mapping[Part, int] | None = None
        self._heard = Heard()

    async def readings(self) -> Sequence[Reading]:
        """Return where the projector is in every partition. Raises: Unavailable, where Redis never answered."""
        silent: Silent | None = None
        try:
            self._last = await self._asking()
        except Unavailable:
            if self._last is None:
                raise
            silent = Silent.REDIS
        return await of_topics(self._topics, {self._name: self._last}, self._heard, silent)

    async def _ask(self) -> Mapping[Part, int]:
        try:
            kept = Checkpoint.parse(await self._redis.hgetall(self._generation.checkpoint))
        except (RedisError, OSError, ValueError) as trouble:
            raise Unavailable("the read models cannot be read now", retry_after=1) from trouble
        # A partition from which nothing came yet has no place of its own.
        return {part: kept.offsets.get(part, 0) for topic in self._read for part in parts_of(topic)}

    async def oldest(self, lagging: Sequence[Reading]) -> Mapping[Key, datetime]:
        """Return when the first fact that is not folded was recorded. Raises: Unavailable."""
        return await oldest_in_topics(self._topics, lagging)
