"""What Kafka says of its topics and of the groups that read them. Next stop: adapters/watching/broker.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Source(StrEnum):
    """Who decided a setting of a topic."""

    TOPIC = "TOPIC"
    BROKER = "BROKER"
    DEFAULT = "DEFAULT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of a topic."""

    name: str
    value: str | None
    """None for one that Kafka keeps to itself."""
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPart:
    """One partition and its copies, by the numbers of their brokers."""

    part: int
    leader: int | None
    """None while no broker leads it: nothing can be written or read there."""
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]
    bytes: int | None
    """What the leader's copy takes on its disk; None when it did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic."""

    name: str
    settings: tuple[Setting, ...]
    """Those that the topic does not leave to the broker, and the few that one always asks for."""
    parts: tuple[TopicPart, ...]

    @property
    def replication(self) -> int:
        """Return how many copies there are to be of what it holds."""
        return max((len(part.replicas) for part in self.parts), default=0)

    @property
    def bytes(self) -> int | None:
        """Return how much it holds, counted once; None when that is not known of every partition."""
        sizes = [part.bytes for part in self.parts]
        return None if None in sizes else sum(size for size in sizes if size is not None)

    @property
    def lagging(self) -> int:
        """Return of how many partitions a copy is missing or behind."""
        return sum(len(part.in_sync) < len(part.replicas) for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """All topics of the portal."""

    items: tuple[Topic, ...]
    silent: tuple[str, ...] = ()
    """Brokers that did not answer, whose sizes are missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """The partitions of one topic that a member was given."""

    topic: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One consumer of a group that lets Kafka divide the partitions."""

    client_id: str
    host: str
    assigned: tuple[Assigned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPart:
    """How far a group told Kafka that it is in one partition."""

    topic: str
    part: int
    place: int
    end: int | None
    """None when nobody says: nobody leads the partition, or the topic is gone."""
    told_by: str
    """What it said with the place: our readers the process, as `host:pid`."""

    @property
    def lag(self) -> int | None:
        """Return how many records it has not told of, as Kafka's own tools count them; None when it is not known."""
        return None if self.end is None else max(0, self.end - self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One consumer group that reads topics of the portal."""

    name: str
    state: str
    """As Kafka names it, such as Stable or Empty."""
    by_hand: bool
    """Whether it only tells Kafka of its places, and divides the partitions without it; then it has no members."""
    members: tuple[Member, ...]
    parts: tuple[GroupPart, ...]

    @property
    def lag(self) -> int | None:
        """Return how many records it has not told of in all; None when it is not known of every partition."""
        lags = [part.lag for part in self.parts]
        return None if None in lags else sum(lag for lag in lags if lag is not None)

    @property
    def known_lag(self) -> int:
        """Return how many records it has not told of, where that is known."""
        return sum(part.lag or 0 for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """All groups that read topics of the portal."""

    items: tuple[Group, ...]
    silent: tuple[str, ...] = ()
    """Brokers that did not answer, whose groups are missing."""


class Broker(Protocol):
    """Kafka as its operators see it; asked when somebody looks, and then not again for a few seconds."""

    async def topics(self) -> Topics:
        """Return the topics with their settings and sizes. Raises: Unavailable."""
        ...

    async def groups(self) -> Groups:
        """Return the groups with their members and places. Raises: Unavailable."""
        ...


def ordered(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Return groups with the one first that has the most before it."""
    return tuple(sorted(groups, key=lambda one: (-one.known_lag, one.name)))
