"""Tells this process how far the read models are and what was touched, without asking. Next stop: the gateway's reads.

One subscription a process. Whoever waits for a position is woken by the news of the batch that brought it.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Self

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kernel.adapters.redis.checkpoint import Checkpoint, News
from kernel.adapters.redis.generation import Generation
from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from kernel.application.touched import Touched
from kernel.application.vector import Vector
from kernel.domain.recorded import LogPosition

RESYNC = "*"
"""The key that tells a subscriber to look at everything: it was too slow, or the news had a hole."""

DETAIL = "#"
"""What stands behind it in a touched key says what was touched; who subscribed to the part before it hears of it."""

LIMIT = 100
SILENCE_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Subscription:
    """Yields (vector, key) for every change that touches a key; RESYNC as the key when some were missed."""

    def __init__(self, keys: frozenset[str], register: "set[Subscription]") -> None:
        self._keys = keys
        self._register = register
        self._queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue(LIMIT)
        register.add(self)

    def put(self, vector: str, touched: Mapping[str, Iterable[str]]) -> None:
        """Take note of a change; a reader that is too slow is told to look at everything instead."""
        for key in (whole for part in touched.keys() & (self._keys | {RESYNC}) for whole in touched[part]):
            if not self._queue.full():
                self._queue.put_nowait((vector, key))
                continue
            while not self._queue.empty():
                self._queue.get_nowait()
            self._queue.put_nowait((vector, RESYNC))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> tuple[str, str]:
        return await self._queue.get()

    async def aclose(self) -> None:
        """Take part no longer."""
        self._register.discard(self)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class Applied:
    """The vector of one generation, followed through its news."""

    def __init__(self, redis: "Redis", generation: Generation) -> None:
        self._redis = redis
        self._generation = generation
        self._vector = Vector()
        self._seq = 0
        self._waiting: set[asyncio.Event] = set()
        self._subscriptions: set[Subscription] = set()
        self._touched = Touched()
        self.complete = False
        """Whether the read models show all that was there when their projector began."""

    def vector(self) -> Vector:
        """Return how far the read models are, as far as this process has heard."""
        return self._vector

    def mark(self) -> int | None:
        """Return what is to be taken before something is read that is kept; None while nothing may be kept."""
        return self._touched.mark if self.complete else None

    def untouched(self, mark: int, keys: Iterable[str]) -> bool:
        """Tell whether nothing that is heard under *keys* was touched since *mark* was taken."""
        return self.complete and self._touched.untouched(mark, keys)

    async def run(self) -> None:
        """Follow the news until cancelled; while Redis is away nothing is known to be applied."""
        backoff = Backoff()
        while True:
            heed_cancellation()
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(self._generation.channel)
                    await self._look()
                    backoff.reset()
                    while True:
                        heed_cancellation()
                        await self._hear(pubsub)
            except Exception as trouble:  # noqa: BLE001 - whatever it is, the role goes on and says so
                log.warning("applied.deaf", generation=self._generation.name, error=repr(trouble))
                self._vector, self._seq, self.complete = Vector(), 0, False
                self._touched.lost()
            await asyncio.sleep(backoff.next())

    async def wait(self, positions: Iterable[LogPosition], timeout: float) -> bool:  # noqa: ASYNC109 - part of the port
        """Wait until the facts up to all *positions* are in the read models; false when that takes too long."""
        wanted = list(positions)
        if self._vector.covers_all(wanted):
            return True
        bell = asyncio.Event()
        self._waiting.add(bell)
        try:
            async with asyncio.timeout(timeout):
                while not self._vector.covers_all(wanted):
                    bell.clear()
                    await bell.wait()
        except TimeoutError:
            return await self._ask(wanted)
        finally:
            self._waiting.discard(bell)
        return True

    def subscribe(self, keys: Collection[str]) -> "Subscription":
        """Return what will touch one of *keys* from this moment on; close it when nobody looks any more."""
        return Subscription(frozenset(keys), self._subscriptions)

    async def _ask(self, positions: list[LogPosition]) -> bool:
        """Look once more where it is written, should the news have been lost on the way."""
        try:
            await self._look()
        except (RedisError, OSError, ValueError):
            return False
        return self._vector.covers_all(positions)

    async def _look(self) -> None:
        kept = Checkpoint.parse(await self._redis.hgetall(self._generation.checkpoint))
        missed = kept.seq != self._seq
        self._vector, self._seq, self.complete = kept.vector(), kept.seq, kept.complete
        if missed:
            self._tell({RESYNC})

    async def _hear(self, pubsub: Any) -> None:
        message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=SILENCE_SECONDS)
        if message is None:
            await self._look()
            return
        told = News.parse(message["data"])
        if told.seq == self._seq + 1:
            self._vector, self._seq, self.complete = self._vector.moved(told.places), told.seq, told.complete
            self._tell(set(told.touched))
        elif told.seq != self._seq:
            await self._look()

    def _tell(self, touched: set[str]) -> None:
        by_part = parted(touched)
        if RESYNC in touched:
            self._touched.lost()
        else:
            self._touched.took(by_part)
        for bell in self._waiting:
            bell.set()
        vector = str(self._vector)
        for subscription in self._subscriptions:
            subscription.put(vector, by_part)


def parted(touched: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Return touched keys by what they are heard under: all of a key, or what stands before its detail."""
    by_part: dict[str, list[str]] = {}
    for key in sorted(touched):
        by_part.setdefault(key.partition(DETAIL)[0], []).append(key)
    return by_part
