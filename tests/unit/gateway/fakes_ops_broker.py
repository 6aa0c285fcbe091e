"""A Kafka with two topics, a reader of ours, and a group of another system."""

from dataclasses import dataclass, field

from kernel.application.broker import (
    Assigned,
    Group,
    GroupPart,
    Groups,
    Member,
    Setting,
    Source,
    Topic,
    TopicPart,
    Topics,
    ordered,
)
from kernel.domain.errors import Unavailable
from tests.unit.gateway.fakes_ops import READER

CONTRACTS, USERS = "portal.contracts.events.v1", "portal.users.events.v1"
WAREHOUSE = "warehouse.loader"
PROCESS = "users-1:4711"


def topic(name: str, size: int | None = 1_200_000) -> Topic:
    """Return a topic of which one partition lacks a copy."""
    settings = (
        Setting(name="cleanup.policy", value="delete", source=Source.DEFAULT),
        Setting(name="max.message.bytes", value="1048588", source=Source.DEFAULT),
        Setting(name="min.insync.replicas", value="2", source=Source.BROKER),
        Setting(name="retention.ms", value="-1", source=Source.TOPIC),
    )
    parts = tuple(
        TopicPart(part=part, leader=1, replicas=(1, 2, 3), in_sync=(1, 2) if part == 3 else (1, 2, 3), bytes=size)
        for part in range(6)
    )
    return Topic(name=name, settings=settings, parts=parts)


def by_hand(name: str, *topics: str, told_by: str = "") -> Group:
    """Return a group that Kafka knows no members of."""
    return Group(
        name=name,
        state="Empty",
        by_hand=True,
        members=(),
        parts=tuple(
            GroupPart(topic=one, part=part, place=100, end=104 if part == 3 else 100, told_by=told_by)
            for one in topics
            for part in range(6)
        ),
    )


def shared(name: str, *topics: str) -> Group:
    """Return a group with two members, far behind."""
    members = tuple(
        Member(
            client_id=f"loader-{number}",
            host=f"192.0.2.{number}",
            assigned=tuple(Assigned(topic=one, parts=parts) for one in topics),
        )
        for number, parts in ((1, (0, 1, 2)), (2, (3, 4, 5)))
    )
    parts = tuple(GroupPart(topic=one, part=part, place=10, end=500, told_by="") for one in topics for part in range(6))
    return Group(name=name, state="Stable", by_hand=False, members=members, parts=parts)


def _groups() -> list[Group]:
    return [
        by_hand(READER, CONTRACTS, told_by=PROCESS),
        by_hand("projector", CONTRACTS, USERS, told_by="gateway-1:4711"),
        shared(WAREHOUSE, CONTRACTS),
    ]


@dataclass
class FakeBroker:
    """What Kafka would say."""

    kept: list[Topic] = field(default_factory=lambda: [topic(CONTRACTS), topic(USERS)])
    reads: list[Group] = field(default_factory=_groups)
    silent: tuple[str, ...] = ()
    away: bool = False

    async def topics(self) -> Topics:
        self._answer()
        return Topics(items=tuple(self.kept), silent=self.silent)

    async def groups(self) -> Groups:
        self._answer()
        return Groups(items=ordered(self.reads), silent=self.silent)

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("Kafka is away")
