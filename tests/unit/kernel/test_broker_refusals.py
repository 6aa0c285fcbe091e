"""What Kafka refuses to tell of one group or topic hides no other, and is named."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.admin.config_resource import ConfigResourceType  # type: ignore[import-untyped]
from aiokafka.protocol.admin import DescribeConfigsRequest, ListGroupsRequest  # type: ignore[import-untyped]
from aiokafka.protocol.commit import OffsetFetchRequest  # type: ignore[import-untyped]
from aiokafka.protocol.metadata import MetadataRequest  # type: ignore[import-untyped]

from kernel.adapters.kafka.requests import ClassicGroups, Sizes
from kernel.adapters.watching import broker
from kernel.adapters.watching.broker import KafkaBroker

TOPIC = "portal.here.events.v1"
REFUSED = 30
"""Kafka's number for a group that one may not see."""


class Client:
    """A broker that refuses what belongs to `hidden`, in one of its answers."""

    hidden: str = ""
    cluster = SimpleNamespace(brokers=lambda: [SimpleNamespace(nodeId=1)])

    def __init__(self, **_: Any) -> None: ...

    async def bootstrap(self) -> None: ...

    async def close(self) -> None: ...

    async def send(self, _node: int, request: Any) -> Any:
        if isinstance(request, ListGroupsRequest):
            return SimpleNamespace(error_code=0, groups=[("seen", ""), ("unseen", ""), ("untold", "")])
        if isinstance(request, ClassicGroups):
            rows = [
                (REFUSED if name == self.hidden else 0, name, "Empty", "", "", [])
                for name in ("seen", "unseen", "untold")
            ]
            return SimpleNamespace(groups=rows)
        if isinstance(request, OffsetFetchRequest):
            code = REFUSED if vars(request)["_consumer_group"] == "untold" else 0
            return SimpleNamespace(error_code=code, topics=[] if code else [(TOPIC, [(0, 5, "", 0)])])
        if isinstance(request, MetadataRequest):
            return SimpleNamespace(topics=[(0, name, False, [(0, 0, 1, [1], [1])]) for name in (TOPIC, self.hidden)])
        if isinstance(request, Sizes):
            return SimpleNamespace(folders=[])
        assert isinstance(request, DescribeConfigsRequest)
        kind = ConfigResourceType.TOPIC
        return SimpleNamespace(
            resources=[(REFUSED if name == self.hidden else 0, "", kind, name, []) for name in (TOPIC, self.hidden)]
        )


class Ends:
    """Every partition ends at 7."""

    async def ends(self, parts: Any) -> Any:
        return dict.fromkeys(parts, 7)


def looking(monkeypatch: pytest.MonkeyPatch, hidden: str) -> KafkaBroker:
    client = type("Hiding", (Client,), {"hidden": hidden})
    monkeypatch.setattr(broker, "AIOKafkaClient", client)
    return KafkaBroker("kafka:9092", "portal", Ends())


async def test_o1_a_group_that_kafka_says_nothing_of_is_named_and_the_others_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = await looking(monkeypatch, "unseen").groups()
    assert [(one.name, one.parts[0].lag) for one in found.items] == [("seen", 2)]
    assert found.silent == ("unseen", "untold")


async def test_o1_a_topic_whose_settings_are_refused_is_named_and_not_shown_as_one_without_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = await looking(monkeypatch, "portal.hidden.events.v1").topics()
    assert [one.name for one in found.items] == [TOPIC, "portal.hidden.events.v1"]
    assert found.silent == ("portal.hidden.events.v1",)
