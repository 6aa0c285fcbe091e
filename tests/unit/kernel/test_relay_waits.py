"""A relay's producer before a Kafka that hangs: it says that it waits, so that nobody takes it for one that stopped."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from kernel.adapters.kafka import patience, producer
from kernel.adapters.kafka.producer import Producer

ONE = {0: [(b"key", b"{}", [], 0)]}
KEPT = SimpleNamespace(offset=7)


class Kafka:
    """Takes batches, and answers when a test says so."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def create_batch(self) -> Any:
        return SimpleNamespace(append=lambda **_: True, close=lambda: None, record_count=lambda: 1)

    async def send_batch(self, *_: Any, **__: Any) -> "asyncio.Future[Any]":
        return self.answer


@pytest.fixture
async def kafka(monkeypatch: pytest.MonkeyPatch) -> Kafka:
    made = Kafka()
    monkeypatch.setattr(producer, "AIOKafkaProducer", lambda **_: made)
    monkeypatch.setattr(patience, "WAIT_SECONDS", 0.02)
    return made


@pytest.fixture
async def waits() -> "asyncio.Queue[int]":
    """Return where each wait is noted."""
    return asyncio.Queue()


@pytest.fixture
async def sends(kafka: Kafka, waits: "asyncio.Queue[int]") -> Producer:  # noqa: ARG001 - it is what it sends to
    return Producer("kafka", "portal.here.events.v1", lambda: waits.put_nowait(1))


async def test_o5_a_send_that_kafka_does_not_answer_tells_again_and_again_that_it_waits(
    sends: Producer, kafka: Kafka, waits: "asyncio.Queue[int]"
) -> None:
    sending = asyncio.ensure_future(sends.send(ONE))
    for _ in range(3):
        await asyncio.wait_for(waits.get(), 5)
    kafka.answer.set_result(KEPT)
    assert await sending == {0: 7}
    await nothing_more(waits)


async def test_o5_a_send_that_is_given_up_tells_nothing_any_more(sends: Producer, waits: "asyncio.Queue[int]") -> None:
    sending = asyncio.ensure_future(sends.send(ONE))
    await asyncio.wait_for(waits.get(), 5)
    sending.cancel()
    await asyncio.wait([sending])
    await nothing_more(waits)


async def test_o5_a_send_that_kafka_answers_at_once_tells_nothing(
    sends: Producer, kafka: Kafka, waits: "asyncio.Queue[int]"
) -> None:
    kafka.answer.set_result(KEPT)
    assert await sends.send(ONE) == {0: 7}
    await nothing_more(waits)


async def nothing_more(waits: "asyncio.Queue[int]") -> None:
    while not waits.empty():
        waits.get_nowait()
    await asyncio.sleep(0.1)
    assert waits.empty()
