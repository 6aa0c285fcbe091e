"""The topics: one a service, its facts in commit order within each of six partitions, for ever."""

from typing import NamedTuple

PARTITIONS = 6
"""Fixed for ever: another count would break the order within a stream."""


class Part(NamedTuple):
    """One partition of a topic."""

    topic: str
    partition: int


def parts_of(topic: str) -> list[Part]:
    """Return the partitions of a topic."""
    return [Part(topic, number) for number in range(PARTITIONS)]


def topic_of(service: str, prefix: str = "portal") -> str:
    """Return the topic that a service's public facts go to."""
    return f"{prefix}.{service}.events.v1"


def service_of(topic: str) -> str:
    """Return the service whose facts a topic holds. Raises: ValueError."""
    match topic.split("."):
        case [_, *_, service, "events", version] if version.startswith("v"):
            return service
    raise ValueError(f"not a topic of facts: {topic}")
