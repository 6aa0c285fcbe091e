"""What sets a stream aside at a projector, keeps it so and lets it go, as commands for Redis. Next stop: parked.py."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from kernel.adapters.clock import utc_now
from kernel.adapters.kafka.envelope import from_text, text_headers
from kernel.adapters.kafka.topics import Part
from kernel.adapters.redis.fold import Command
from kernel.adapters.redis.generation import Generation, parked_place
from kernel.application.consume import Incoming
from kernel.application.parking import kind_of
from kernel.application.ports import Clock

DISCARDED_SECONDS = 30 * 86_400
"""How long the facts of a stream that were given up are kept, counted from the last time."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A fact as it waits for somebody."""

    about: Incoming
    offset: int
    error: str
    """Empty for what only waits behind another."""

    @classmethod
    def parse(cls, text: bytes | str) -> "SetAside":
        """Read what `Aside.event()` keeps."""
        kept = json.loads(text)
        about = from_text(kept["headers"], base64.b64decode(kept["value"]), kept["part"])
        return cls(about, kept["offset"], kept["error"])

    def text(self, **more: str) -> str:
        """Return what is kept of it."""
        value = base64.b64encode(self.about.data).decode()
        kept = {"headers": text_headers(self.about), "value": value, "part": self.about.partition}
        return json.dumps({**kept, "offset": self.offset, "error": self.error, **more})


@dataclass(frozen=True, slots=True)
class Aside:
    """Makes the commands for one generation; reads what is kept, writes nothing."""

    redis: "Redis"
    generation: Generation
    now: Clock = utc_now

    def stream(self, part: Part, stream_id: UUID, reason: str) -> list[Command]:
        """Return what makes a stream a parked one, for a fact that was tried just now."""
        at = self.now()
        kept = {"topic": part.topic, "part": part.partition, "since": at.isoformat()}
        return self._why(stream_id, at, {**kept, "reason": reason, "attempts": 1, "tried_at": at.isoformat()})

    def event(self, one: SetAside) -> Command:
        """Return what puts a fact behind those of its stream that wait."""
        return ["RPUSH", self.generation.parked_events(one.about.stream_id), one.text()]

    async def waiting(self, stream_id: UUID) -> list[SetAside]:
        """Return the facts of a stream that wait, the first one first. Raises: RedisError."""
        kept = await self.redis.lrange(self.generation.parked_events(stream_id), 0, -1)
        return [SetAside.parse(text) for text in kept]

    async def stays(self, stream_id: UUID, done: int, failed: SetAside) -> list[Command]:
        """Return what a try changes that got over *done* facts and failed at the next one: why, how often, when.

        Since when the stream is parked stays as it was, so it keeps its place among the others. Raises: RedisError.
        """
        key = self.generation.parked_events(stream_id)
        commands = [["LTRIM", key, str(done), "-1"], ["LSET", key, "0", failed.text()]]
        if kept := await self._kept(stream_id):
            # Tries are counted for the fact that is in the way, as readers with a database count them.
            attempts = 1 if done else kept["attempts"] + 1
            told = {"reason": failed.error, "attempts": attempts, "tried_at": self.now().isoformat()}
            commands += self._unlisted(stream_id, kept)
            commands += self._why(stream_id, datetime.fromisoformat(kept["since"]), {**kept, **told})
        return commands

    async def discarded(self, stream_id: UUID, facts: list[SetAside], by: str, reason: str) -> list[Command]:
        """Return what gives a stream's facts up and keeps them for a time. Raises: RedisError."""
        key, said = self.generation.discarded(stream_id), {"by": by, "reason": reason, "at": self.now().isoformat()}
        kept = [["HSET", key, str(one.about.version), one.text(**said)] for one in facts]
        return [*kept, ["EXPIRE", key, str(DISCARDED_SECONDS)], *await self.free(stream_id)]

    async def free(self, stream_id: UUID) -> list[Command]:
        """Return what makes a stream a parked one no more. Raises: RedisError."""
        kept = await self._kept(stream_id)
        return [
            ["DEL", self.generation.parked_events(stream_id)],
            ["HDEL", self.generation.parked, str(stream_id)],
            *(self._unlisted(stream_id, kept) if kept else ()),
        ]

    async def _kept(self, stream_id: UUID) -> dict[str, Any] | None:
        text = await self.redis.hget(self.generation.parked, str(stream_id))
        return json.loads(text) if text else None

    def _why(self, stream_id: UUID, since: datetime, kept: dict[str, Any]) -> list[Command]:
        kind, place = kind_of(kept["reason"]), parked_place(since, stream_id)
        return [
            ["HSET", self.generation.parked, str(stream_id), json.dumps(kept)],
            ["SADD", self.generation.parked_kinds, kind],
            *(["ZADD", key, "0", place] for key in self._lists(kind)),
        ]

    def _unlisted(self, stream_id: UUID, kept: dict[str, Any]) -> list[Command]:
        place = parked_place(datetime.fromisoformat(kept["since"]), stream_id)
        return [["ZREM", key, place] for key in self._lists(kind_of(kept["reason"]))]

    def _lists(self, kind: str) -> tuple[str, str]:
        return self.generation.parked_by_age(), self.generation.parked_by_age(kind)
