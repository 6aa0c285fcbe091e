"""The relay's producer: sends what was read as one batch a partition, and is thrown away after any trouble."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]

from kernel.adapters.kafka import messaging
from kernel.adapters.kafka.envelope import Headers
from kernel.adapters.kafka.patience import answer, farewell, waiting
from kernel.domain.errors import Unavailable

REQUEST_MILLISECONDS = 10_000

Record = tuple[bytes, bytes, Headers, int]
"""Key, value, headers, milliseconds since 1970."""


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

        Raises: Unavailable; some of the records may have been kept nevertheless.
        """
        waits: list[tuple[int, asyncio.Future[Any]]] = []
        offsets: dict[int, int] = {}
        began, error = time.perf_counter(), ""
        try:
            with waiting(self._waits):
                for partition, several in records.items():
                    waits.extend([(partition, wait) for wait in await self._send(partition, several)])
                for partition, wait in waits:
                    offsets.setdefault(partition, (await wait).offset)
        except (KafkaError, TimeoutError, OSError) as trouble:
            error = type(trouble).__name__
            raise Unavailable(f"Kafka: {trouble!r}") from trouble
        finally:
            for _, wait in waits:
                wait.cancel()
            messaging.sent(self._topic, sum(map(len, records.values())), time.perf_counter() - began, error)
        return offsets

    async def _send(self, partition: int, records: Iterable[Record]) -> list["asyncio.Future[Any]"]:
        batch, waits = self._kafka.create_batch(), []
        for key, value, headers, at in records:
            fits = batch.append(key=key, value=value, headers=headers, timestamp=at)
            if fits is None:
                waits.append(await self._kafka.send_batch(batch, self._topic, partition=partition))
                batch = self._kafka.create_batch()
                batch.append(key=key, value=value, headers=headers, timestamp=at)
        batch.close()
        if batch.record_count():
            waits.append(await self._kafka.send_batch(batch, self._topic, partition=partition))
        return waits
