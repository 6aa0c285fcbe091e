"""The relay's producer: sends what was read as one batch a partition, and is thrown away after any trouble."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]

from kernel.adapters.kafka import messaging
from kernel.adapters.kafka.envelope import Headers
from kernel.adapters.kafka.patience import answer, farewell, waiting
from kernel.domain.errors import Unavailable

REQUEST_MILLISECONDS = 10_000
SETTLE_SECONDS = 1.0
"""How long the rest of what was sent is waited for once something of it was refused."""

Record = tuple[bytes, bytes, Headers, int]
"""Key, value, headers, milliseconds since 1970."""


class Cut(Unavailable):
    """Kafka did not say of all that was sent that it keeps it."""

    def __init__(self, detail: str, kept: Mapping[int, int], offsets: Mapping[int, int]) -> None:
        super().__init__(detail)
        self.kept = kept
        """By partition, how many records it keeps for certain, the first ones that were sent."""
        self.offsets = offsets
        """By partition, the offset of the first of them."""


class Producer:
    """An idempotent producer for one topic.

    After a failed batch aiokafka has already advanced its sequence, so the next one would be refused for ever
    (aiokafka #1017). Whoever sees an error leaves the context and makes a new producer.
    """

    def __init__(self, bootstrap: str, topic: str, waits: Callable[[], object]) -> None:
        """Set it up; *waits* is told of each few seconds that a send waits: an idempotent producer gives none up."""
        self._topic = topic
        self._waits = waits
        self._kafka = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            acks="all",
            enable_idempotence=True,
            max_batch_size=262_144,
            # What was read is sent as one batch anyway: lingering would only wait.
            linger_ms=0,
            request_timeout_ms=REQUEST_MILLISECONDS,
            retry_backoff_ms=50,
        )

    async def __aenter__(self) -> Self:
        try:
            await answer(self._kafka.start())
        except BaseException:
            await farewell(self._kafka.stop())
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await farewell(self._kafka.stop())

    async def send(self, records: Mapping[int, Sequence[Record]]) -> dict[int, int]:
        """Send records, by partition, in order; return the offset of the first one in each once all are kept.

        Raises: Cut; more of the records may have been kept than it says.
        """
        kept: dict[int, int] = {}
        offsets: dict[int, int] = {}
        began, error = time.perf_counter(), ""
        try:
            with waiting(self._waits):
                await _all([self._send(partition, several, kept, offsets) for partition, several in records.items()])
        except (KafkaError, TimeoutError, OSError) as trouble:
            error = type(trouble).__name__
            raise Cut(f"Kafka: {trouble!r}", kept, offsets) from trouble
        finally:
            messaging.sent(self._topic, sum(map(len, records.values())), time.perf_counter() - began, error)
        return offsets

    async def _send(
        self, partition: int, records: Iterable[Record], kept: dict[int, int], offsets: dict[int, int]
    ) -> None:
        """Send the records of one partition; none goes out behind one that was refused."""
        batch = self._kafka.create_batch()
        for key, value, headers, at in records:
            if batch.append(key=key, value=value, headers=headers, timestamp=at) is None:
                await self._keep(partition, batch, kept, offsets)
                batch = self._kafka.create_batch()
                batch.append(key=key, value=value, headers=headers, timestamp=at)
        if batch.record_count():
            await self._keep(partition, batch, kept, offsets)

    async def _keep(self, partition: int, batch: Any, kept: dict[int, int], offsets: dict[int, int]) -> None:
        batch.close()
        answer = await self._kafka.send_batch(batch, self._topic, partition=partition)
        offsets.setdefault(partition, (await answer).offset)
        kept[partition] = kept.get(partition, 0) + batch.record_count()


async def _all(sends: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Wait for all; once one failed, only for a moment, since aiokafka tries without end. Raises: what that raised."""
    tasks = [asyncio.ensure_future(one) for one in sends]
    try:
        if tasks:
            _, left = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            if left:
                await asyncio.wait(left, timeout=SETTLE_SECONDS)
    finally:
        for one in tasks:
            one.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    # What was cut off for having taken too long says nothing; what it waited beside does.
    for trouble in sorted(filter(None, ended), key=lambda one: isinstance(one, asyncio.CancelledError)):
        raise trouble
