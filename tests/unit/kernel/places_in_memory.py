"""Where readers keep their place, in memory: a database, and the Redis of a projector. Next stop: lines.py."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


class Kept:
    """A reader's database: its places; of what is parked the number alone."""

    def __init__(self) -> None:
        self.rows: dict[int, dict[str, Any]] = {}
        self.epoch = 1
        self.trouble: Exception | None = None
        """What the next count of parked streams meets."""
        self.parked = 0
        """How often a stream was parked."""

    async def fetch(self, statement: str, *_: Any) -> list[dict[str, Any]]:
        return list(self.rows.values()) if "inbox.checkpoint" in statement else []

    async def fetchval(self, statement: str, *_: Any) -> int:
        if "es.head" in statement:
            return self.epoch
        trouble, self.trouble = self.trouble, None
        if trouble:
            raise trouble
        return 0

    async def fetchrow(self, statement: str, *given: Any) -> dict[str, Any]:
        if "es.head" in statement:
            return {"pos": 0, "epoch": self.epoch, "published": 0}
        return {**self.rows[given[-1]], "parked": []}

    async def execute(self, statement: str, consumer: str, topic: str, part: int, *given: int) -> None:
        if "inbox.parked" in statement:
            self.parked += "inbox.parked_stream" in statement
        elif "INSERT" in statement:
            whose = {"consumer": consumer, "topic": topic, "part": part}
            self.rows.setdefault(part, {**whose, "next_offset": 0, "logpos": 0, "logepoch": given[0]})
        else:
            self.rows[part] |= dict(zip(("next_offset", "logpos", "logepoch"), given, strict=False))

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator["Kept"]:
        yield self

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield

    def is_closed(self) -> bool:
        return False


@dataclass
class Hashes:
    """A projector's Redis: its checkpoint, for a generation without read models has no rows; no parked fact."""

    kept: dict[str, str] = field(default_factory=lambda: {"seq": "1", "complete": "1"})
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    """By key, what is asked for by stream."""

    def register_script(self, _script: str) -> Callable[..., Awaitable[int]]:
        """Return the one script that is used: it keeps a batch unless somebody else was quicker."""
        return self._commit

    def pipeline(self, *, transaction: bool) -> "Hashes":
        assert transaction
        return self

    async def execute(self) -> list[object]:
        return [dict(self.kept), []]

    def hgetall(self, key: str) -> "Awaited":
        return Awaited(dict(self.kept if key.endswith(":checkpoint") else self.asked.get(key, {})))

    def hkeys(self, key: str) -> "Awaited":
        return Awaited(dict(self.asked.get(key, {})))

    async def hget(self, key: str, name: str) -> str | None:
        return self.asked[key].get(name) if key in self.asked else self.kept.get(name)

    async def lrange(self, _key: str, _first: int, _last: int) -> list[str]:
        return []

    async def set(self, _key: str, _value: str, ex: int) -> None: ...

    async def scan_iter(self, **_: object) -> AsyncIterator[bytes]:
        for key in ():
            yield key

    async def _commit(self, keys: Sequence[str], args: Sequence[Any]) -> int:
        seq, commands, _ = args
        if str(seq) != self.kept["seq"]:
            return 0
        for command, key, *given in json.loads(commands):
            if key == keys[0]:
                self.kept[given[0]] = given[1]
            elif command == "HDEL" and key in self.asked:
                self.asked[key].pop(given[0], None)
        self.kept["seq"] = str(seq + 1)
        return 1


@dataclass(frozen=True, slots=True)
class Awaited:
    """What is asked for at once, or in a pipeline whose answers nobody waits for one by one."""

    answer: dict[str, str]

    def __await__(self) -> Generator[None, None, dict[str, str]]:
        yield
        return self.answer
