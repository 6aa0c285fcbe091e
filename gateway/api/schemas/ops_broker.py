"""What goes out of topics and consumer groups. Next stop: api/ops_broker.py."""

from datetime import datetime
from typing import Self

from pydantic import Field

from gateway.api.schemas.answer import Answer
from gateway.application.ops_broker import SeenGroup, SeenGroups
from kernel.application.broker import Source


class TopicSettingAnswer(Answer):
    """A setting of a topic."""

    name: str = Field(examples=["retention.ms"])
    value: str | None = Field(description="Null for one that Kafka keeps to itself.", examples=["-1"])
    source: Source = Field(description="Who decided it: this topic, the broker, or Kafka's own default.")


class TopicPartAnswer(Answer):
    """A partition of a topic; brokers are named by their numbers."""

    part: int
    leader: int | None = Field(description="Null while nobody leads it: nothing is written or read there.")
    replicas: list[int]
    in_sync: list[int]
    bytes: int | None = Field(description="What the leader's copy takes; null when its broker did not say.")


class TopicAnswer(Answer):
    """A topic as Kafka has it."""

    name: str = Field(examples=["portal.users.events.v1"])
    replication: int = Field(description="How many copies there are to be.")
    bytes: int | None = Field(description="What it holds, counted once; null when not known of every partition.")
    settings: list[TopicSettingAnswer] = Field(
        description="All that this topic decides for itself; and always `cleanup.policy`, `max.message.bytes`, "
        "`min.insync.replicas` and `retention.ms`."
    )
    parts: list[TopicPartAnswer]


class TopicsAnswer(Answer):
    """All topics of the portal."""

    items: list[TopicAnswer]
    silent: list[str] = Field(description="Brokers that did not say how much they hold.", examples=[["broker 2"]])


class AssignedAnswer(Answer):
    """The partitions of a topic that a member was given."""

    topic: str
    parts: list[int]


class MemberAnswer(Answer):
    """A consumer that joined its group at Kafka."""

    client_id: str
    host: str
    assigned: list[AssignedAnswer]


class ReadingProcessAnswer(Answer):
    """A process of the portal in which the reader runs; it reads every partition."""

    service: str = Field(examples=["users"])
    instance: str = Field(description="Its host and process id.", examples=["portal-1:4711"])
    since: datetime


class GroupPartAnswer(Answer):
    """How far a group told Kafka that it is in one partition."""

    topic: str
    part: int
    place: int = Field(description="The offset it reads next.")
    end: int | None = Field(
        description="The offset behind the last record; null when Kafka does not say, for nobody leads the partition "
        "or the topic is gone."
    )
    lag: int | None = Field(description="Null when the end is not known.")
    told_by: str = Field(
        description="What it said with its place: a reader of the portal the process that told it last, and so "
        "applied last what came there. Empty where nothing was said."
    )


class ConsumerGroupAnswer(Answer):
    """A consumer group that reads topics of the portal."""

    name: str = Field(examples=["users.contracts"])
    state: str = Field(description="As Kafka names it.", examples=["Stable"])
    by_hand: bool = Field(
        description="True where partitions are divided without Kafka, as all readers of the portal do: then there are "
        "no members, and `processes` says who reads."
    )
    lag: int | None = Field(description="Null when it is not known of every partition.")
    members: list[MemberAnswer]
    processes: list[ReadingProcessAnswer] = Field(
        description="Of each service the process that answered, if the reader runs there."
    )
    parts: list[GroupPartAnswer]

    @classmethod
    def of(cls, seen: SeenGroup) -> Self:
        """Return it as it is told."""
        one = seen.group
        return cls.model_validate(
            {
                **{name: getattr(one, name) for name in ("name", "state", "by_hand", "lag", "members", "parts")},
                "processes": seen.processes,
            }
        )


class ConsumerGroupsAnswer(Answer):
    """All groups that read topics of the portal, the one with the most before it first."""

    items: list[ConsumerGroupAnswer]
    silent: list[str] = Field(description="Brokers whose groups, and services whose processes, are missing.")

    @classmethod
    def of(cls, seen: SeenGroups) -> Self:
        """Return it as it is told."""
        return cls(items=[ConsumerGroupAnswer.of(one) for one in seen.items], silent=list(seen.silent))
