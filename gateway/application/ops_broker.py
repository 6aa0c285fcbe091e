"""Topics and consumer groups as Kafka has them, for operators. Next stop: kernel/application/broker.py, the port."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.ops import OpsJourney
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from kernel.application.broker import Broker, Group, Topics
from kernel.application.running import Running


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A process of ours in which a reader runs; it reads every partition."""

    service: str
    instance: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenGroup:
    """A group as Kafka has it, and the processes of ours that are it."""

    group: Group
    processes: tuple[Reading, ...]
    """Empty for a group of another system, and for a reader that runs in no process that answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenGroups:
    """All groups, and who did not answer: brokers and services of ours."""

    items: tuple[SeenGroup, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerJourney:
    """Asks Kafka, and our processes who they are. Raises, everywhere: Denied for who is no operator; Unavailable."""

    broker: Broker
    ops: OpsJourney

    async def topics(self, viewer: Viewer) -> Topics:
        """Return the topics with partitions, settings and sizes."""
        policy.demand(viewer, Operation.OPS_TOPICS)
        return await self.broker.topics()

    async def groups(self, viewer: Viewer, asked: Asked) -> SeenGroups:
        """Return the groups with members, places and lag, the one with the most before it first."""
        policy.demand(viewer, Operation.OPS_GROUPS)
        found = await self.broker.groups()
        running, silent = await self.ops.running(viewer, asked)
        return SeenGroups(
            items=tuple(SeenGroup(group=one, processes=_reading(one.name, running)) for one in found.items),
            silent=(*found.silent, *silent),
        )


def _reading(name: str, running: Mapping[str, Running]) -> tuple[Reading, ...]:
    return tuple(
        Reading(service=service, instance=one.instance, since=one.since)
        for service, one in running.items()
        if name in one.readers
    )
