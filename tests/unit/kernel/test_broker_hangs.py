"""A broker of Kafka that hangs is named, and keeps nobody from what the others say."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import NodeNotReadyError  # type: ignore[import-untyped]
from aiokafka.protocol.admin import DescribeConfigsRequest, ListGroupsRequest  # type: ignore[import-untyped]
from aiokafka.protocol.commit import OffsetFetchRequest  # type: ignore[import-untyped]
from aiokafka.protocol.metadata import MetadataRequest  # type: ignore[import-untyped]

from kernel.adapters.kafka.requests import ClassicGroups
from kernel.adapters.watching import broker
from kernel.adapters.watching.broker import KafkaBroker

TOPIC = "portal.here.events.v1"


@dataclass
class Kafka:
    """Three brokers; each has a copy of the topic and a group of its own."""

    hung: int
    asked: list[int] = field(default_factory=list)

    def client(self, **settings: Any) -> "Client":
        return Client(self, settings["request_timeout_ms"] / 1000)


class Client:
    """Opens one connection at a time, as the real one, and waits for each only so long."""

    def __init__(self, kafka: Kafka, patience: float) -> None:
        self.kafka, self.patience = kafka, patience
        self.connecting = asyncio.Lock()
        self.cluster = SimpleNamespace(brokers=lambda: [SimpleNamespace(nodeId=number) for number in (1, 2, 3)])

    async def bootstrap(self) -> None: ...

    async def close(self) -> None: ...

    async def send(self, node: int, request: Any) -> Any:
        self.kafka.asked.append(node)
        async with self.connecting:
            if node == self.kafka.hung:
                await asyncio.sleep(self.patience)
                raise NodeNotReadyError(node)
        return self._said(node, request)

    def _said(self, node: int, request: Any) -> Any:
        if isinstance(request, MetadataRequest):
            return SimpleNamespace(topics=[(0, TOPIC, False, [(0, 0, 2, [1, 2, 3], [2, 3])])])
        if isinstance(request, DescribeConfigsRequest):
            return SimpleNamespace(resources=[(0, "", 2, TOPIC, [])])
        if isinstance(request, ListGroupsRequest):
            return SimpleNamespace(error_code=0, groups=[(f"group-{node}", "")])
        if isinstance(request, ClassicGroups):
            return SimpleNamespace(groups=[(0, f"group-{node}", "Empty", "", "", [])])
        if isinstance(request, OffsetFetchRequest):
            return SimpleNamespace(error_code=0, topics=[(TOPIC, [(0, 5, "", 0)])])
        return SimpleNamespace(folders=[(0, "", [(TOPIC, [(0, 700, 0, False)])])])


class Ends:
    """Every partition ends at 7."""

    async def ends(self, parts: Any) -> Any:
        return dict.fromkeys(parts, 7)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "SECONDS", 0.3)
    monkeypatch.setattr(broker, "BROKER_SECONDS", 0.1)


def looking(monkeypatch: pytest.MonkeyPatch, kafka: Kafka) -> KafkaBroker:
    monkeypatch.setattr(broker, "AIOKafkaClient", kafka.client)
    # A clock that no answer is kept by.
    times = iter(range(0, 1000, 100))
    return KafkaBroker("kafka:9092", "portal", Ends(), lambda: float(next(times)))


@pytest.mark.parametrize("hung", [1, 2, 3])
async def test_o1_a_broker_that_hangs_is_named_at_the_first_look_and_hides_nothing_of_the_others(
    monkeypatch: pytest.MonkeyPatch, hung: int
) -> None:
    looks = looking(monkeypatch, Kafka(hung))
    groups, topics = await looks.groups(), await looks.topics()
    assert [one.name for one in groups.items] == [f"group-{node}" for node in (1, 2, 3) if node != hung]
    assert [one.parts[0].bytes for one in topics.items] == [700 if hung != 2 else None]
    assert (groups.silent, topics.silent) == ((f"broker {hung}",), (f"broker {hung}",))


async def test_o1_a_broker_that_hung_is_asked_last_for_what_any_of_them_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    kafka = Kafka(hung=1)
    looks = looking(monkeypatch, kafka)
    await looks.topics()
    kafka.asked.clear()
    await looks.topics()
    assert kafka.asked == [2, 2, 2, 3, 1]
