"""Where topics end and how far groups are, as Kafka's own tools see it. Next stop: own_log.py, read_models.py."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]
from aiokafka.client import AIOKafkaClient  # type: ignore[import-untyped]
from aiokafka.protocol.metadata import MetadataRequest  # type: ignore[import-untyped]
from aiokafka.protocol.offset import OffsetRequest  # type: ignore[import-untyped]

from kernel.adapters.kafka.patience import answer, farewell, leave
from kernel.adapters.kafka.topics import Part
from kernel.adapters.watching.brokers import of_any, of_each
from kernel.domain.errors import Unavailable

SECONDS = 1.5
"""Shorter than who looks at the console waits for a process: it is to hear who does not answer."""
BROKER_SECONDS = 0.6
"""One broker that hangs leaves the others time to answer, also where it is waited for twice on the way."""
FETCH_SECONDS = 1.0
"""Leaves time to open a connection first."""
ENOUGH_BYTES = 4096
"""Of a fetch of which only the time of the first record is wanted."""

T = TypeVar("T")
_Call = Coroutine[Any, Any, None]

_NOBODY, _LATEST, _UNCOMMITTED_TOO = -1, -1, 0


class Topics:
    """One connection of each kind, so that a group whose broker hangs takes none from who asks for ends."""

    def __init__(self, bootstrap: str) -> None:
        def settings(seconds: float) -> dict[str, Any]:
            return {"bootstrap_servers": bootstrap, "request_timeout_ms": int(seconds * 1000)}

        # One of the servers to begin with may hang, too.
        self._client = _Opened(
            lambda: AIOKafkaClient(**settings(BROKER_SECONDS)), lambda one: one.bootstrap(), lambda one: one.close()
        )
        self._admin = _Opened(
            lambda: AIOKafkaAdminClient(**settings(SECONDS)), lambda one: one.start(), lambda one: one.close()
        )
        self._consumer = _Opened(
            lambda: AIOKafkaConsumer(
                **settings(SECONDS),
                auto_offset_reset="earliest",
                enable_auto_commit=False,
                max_partition_fetch_bytes=ENOUGH_BYTES,
            ),
            lambda one: one.start(),
            lambda one: one.stop(),
        )
        # What a consumer is given to read takes the place of what it had.
        self._reading = asyncio.Lock()
        self._silent: set[int] = set()

    async def ends(self, parts: Sequence[Part]) -> Mapping[Part, int]:
        """Return the offset behind the last record of each partition; without those that nobody can say it of.

        That is so while nobody leads the partition, while the broker that does hangs, and when the topic is gone.
        Raises: Unavailable when Kafka does not answer at all.
        """
        if not parts:
            return {}
        return await self._client.within(self._ends(parts))

    async def committed(self, group: str) -> Mapping[Part, int]:
        """Return how far a group told Kafka that it is. Raises: Unavailable."""
        found = await self._admin.within(self._committed(group))
        return {Part(*part): kept.offset for part, kept in found.items() if kept.offset >= 0}

    async def times(self, places: Mapping[Part, int]) -> Mapping[Part, datetime]:
        """Return when the records at some offsets were made; reads one fetch of each partition. Raises: Unavailable."""
        if not places:
            return {}
        return await self._consumer.within(
            self._times({TopicPartition(*part): place for part, place in places.items()})
        )

    async def close(self) -> None:
        """Give up the connections."""
        opened = (self._client, self._admin, self._consumer)
        await asyncio.gather(*(farewell(one.given_up()) for one in opened))

    async def _ends(self, parts: Sequence[Part]) -> Mapping[Part, int]:
        client = await self._client()
        # Asked each time: a client goes on believing in a topic that was deleted, and in a leader that is gone.
        leaders = await _leaders(client, sorted({part.topic for part in parts}), self._silent)
        led: dict[int, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for part in parts:
            if part in leaders:
                led[leaders[part]][part.topic].append((part.partition, _LATEST))
        if not led:
            return {}
        told, _ = await of_each(led, lambda node: _ends_at(client, node, led[node]), BROKER_SECONDS, self._silent)
        return {part: end for ends in told.values() for part, end in ends.items()}

    async def _committed(self, group: str) -> Any:
        return await (await self._admin()).list_consumer_group_offsets(group)

    async def _times(self, places: Mapping[Any, int]) -> Mapping[Part, datetime]:
        async with self._reading:
            return await _times(await self._consumer(), places)


class _Opened:
    """A connection that is opened when first needed and given up with any trouble.

    Whoever asks while it is being opened waits for it: a client that has not started answers nobody.
    """

    def __init__(self, make: Callable[[], Any], start: Callable[[Any], _Call], stop: Callable[[Any], _Call]) -> None:
        self._make = make
        self._start = start
        self._stop = stop
        self._made: Any = None
        self._opening = asyncio.Lock()

    async def __call__(self) -> Any:
        """Return it, opened."""
        async with self._opening:
            if self._made is None:
                made = self._make()
                try:
                    await self._start(made)
                except BaseException:
                    # One that could not start has something to give up too.
                    leave(self._stop(made))
                    raise
                self._made = made
            return self._made

    async def within(self, asked: Coroutine[Any, Any, T]) -> T:
        """Return what is answered to a question that needs it. Raises: Unavailable; then it is given up."""
        try:
            return await answer(asked, SECONDS)
        except Unavailable:
            leave(self.given_up())
            raise

    def given_up(self) -> _Call:
        """Forget it, and return what lets it stop."""
        made, self._made = self._made, None
        return _nothing() if made is None else self._stop(made)


async def _nothing() -> None:
    """Let nothing stop."""


async def _leaders(client: Any, topics: Sequence[str], silent: set[int]) -> Mapping[Part, int]:
    """Return which broker leads each partition; those that nobody leads, and topics that are gone, are missing."""
    told = await of_any(client, MetadataRequest(topics), BROKER_SECONDS, silent)
    return {
        Part(topic, part): leader
        for code, topic, _, rows, *_ in told.topics
        if not code
        for _, part, leader, *_ in rows
        if leader != _NOBODY
    }


async def _ends_at(client: Any, node: int, topics: Mapping[str, Sequence[tuple[int, int]]]) -> Mapping[Part, int]:
    """Return where the partitions end that one broker leads, as far as it does."""
    told = await client.send(node, OffsetRequest(_NOBODY, _UNCOMMITTED_TOO, list(topics.items())))
    return {Part(topic, part): end for topic, rows in told.topics for part, code, _, end, *_ in rows if not code}


async def _times(consumer: Any, places: Mapping[Any, int]) -> Mapping[Part, datetime]:
    consumer.assign(list(places))
    for part, place in places.items():
        consumer.seek(part, place)
    found: dict[Part, datetime] = {}
    clock = asyncio.get_running_loop().time
    ends = clock() + FETCH_SECONDS
    try:
        # Every broker answers for what it leads.
        while len(found) < len(places) and (seconds := ends - clock()) > 0:
            for part, records in (await consumer.getmany(timeout_ms=int(seconds * 1000))).items():
                made = datetime.fromtimestamp(records[0].timestamp / 1000, UTC)
                found.setdefault(Part(*part), made)
                # What follows is of no use, and its broker would hold the next question back until something comes.
                consumer.pause(part)
    finally:
        # Nothing is fetched ahead while nobody asks.
        consumer.unsubscribe()
    return found
