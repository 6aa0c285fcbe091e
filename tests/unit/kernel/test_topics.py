"""The connections over which a process asks Kafka where topics end, without any Kafka."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from kernel.adapters.kafka.topics import Part
from kernel.adapters.watching import topics
from kernel.adapters.watching.topics import Topics
from kernel.domain.errors import Unavailable

PART = Part("portal.things.events.v1", 0)


class Consumer:
    """A client that answers when it has started, and takes a while to."""

    made: list["Consumer"]
    away = False

    def __init__(self, **_settings: Any) -> None:
        self.started = self.stopped = False
        self.made.append(self)

    async def start(self) -> None:
        await asyncio.sleep(0.01)
        if self.away:
            raise ConnectionError("away")
        self.started = True

    async def stop(self) -> None:
        self.stopped = True

    async def end_offsets(self, parts: Sequence[Any]) -> Mapping[Any, int]:
        # As the real one, which has nobody yet to ask with.
        if not self.started:
            raise AttributeError("'NoneType' object has no attribute 'end_offsets'")
        return dict.fromkeys(parts, 7)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Consumer]:
    Consumer.made = []
    monkeypatch.setattr(topics, "AIOKafkaConsumer", Consumer)
    monkeypatch.setattr(Consumer, "away", False)
    return Consumer.made


async def test_who_asks_while_a_connection_is_being_opened_waits_for_that_one(made: list[Consumer]) -> None:
    asked = Topics("kafka:9092")
    found = await asyncio.gather(*(asked.ends([PART]) for _ in range(3)))
    assert found == [{PART: 7}] * 3
    assert len(made) == 1


async def test_a_connection_that_could_not_be_opened_is_given_up_and_opened_anew(
    made: list[Consumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Topics("kafka:9092")
    monkeypatch.setattr(Consumer, "away", True)
    with pytest.raises(Unavailable):
        await asked.ends([PART])
    assert [one.stopped for one in made] == [True]
    monkeypatch.setattr(Consumer, "away", False)
    assert await asked.ends([PART]) == {PART: 7}
