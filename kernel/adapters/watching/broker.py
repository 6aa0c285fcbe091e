"""Asks Kafka for topics, settings, sizes and groups while somebody looks. Next stop: application/broker.py.

It connects for each look and leaves nothing open behind: a console that nobody looks at costs nothing here.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Protocol

import structlog
from aiokafka.client import AIOKafkaClient  # type: ignore[import-untyped]
from aiokafka.errors import IncompatibleBrokerVersion, for_code  # type: ignore[import-untyped]
from aiokafka.protocol.admin import DescribeConfigsRequest, ListGroupsRequest  # type: ignore[import-untyped]
from aiokafka.protocol.commit import OffsetFetchRequest  # type: ignore[import-untyped]
from aiokafka.protocol.metadata import MetadataRequest  # type: ignore[import-untyped]

from kernel.adapters.kafka.patience import answer, farewell
from kernel.adapters.kafka.requests import ClassicGroups, NewGroups, Sizes, divided
from kernel.adapters.kafka.topics import Part
from kernel.adapters.watching.brokers import nodes, of_any, of_each
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
from kernel.application.kept import Kept
from kernel.domain.errors import Unavailable

SECONDS = 3.0
BROKER_SECONDS = 1.0
"""One broker that hangs leaves the others time to answer, also where it is the first to be connected to."""
ALWAYS = ("cleanup.policy", "max.message.bytes", "min.insync.replicas", "retention.ms")
"""Settings that are told of every topic, whoever decided them."""

_TOPIC = 2
"""Of the things that have settings, a topic."""
_SOURCES = {1: Source.TOPIC, 2: Source.BROKER, 3: Source.BROKER, 4: Source.BROKER, 5: Source.DEFAULT}
_CONSUMER = "consumer"
_DEAD = "Dead"

log = structlog.get_logger(__name__)

_Places = Mapping[Part, tuple[int, str]]
"""How far a group is in each partition, and which process told so."""


class Ends(Protocol):
    """Says where topics end."""

    async def ends(self, parts: Sequence[Part]) -> Mapping[Part, int]:
        """Return the offset behind the last record of each partition that can be asked for it. Raises: Unavailable."""
        ...


class KafkaBroker:
    """Kafka as its operators see it: the topics whose names begin with a prefix, and who reads them."""

    def __init__(self, bootstrap: str, prefix: str, ends: Ends, clock: Callable[[], float] = time.monotonic) -> None:
        self._bootstrap = bootstrap
        self._prefix = f"{prefix}."
        self._ends = ends
        self._silent: set[int] = set()
        self.topics = Kept(self._topics, clock)
        self.groups = Kept(self._groups, clock)

    async def _topics(self) -> Topics:
        async with self._asking() as client:
            found = sorted(await self._ours(client))
            if not found:
                return Topics(items=())
            parts = {name: [one[1] for one in rows] for name, rows in found}
            asked = DescribeConfigsRequest([(_TOPIC, name, None) for name in parts])
            settings = _settings(await of_any(client, asked, SECONDS, self._silent))
            sizes, silent = await of_each(
                nodes(client), lambda node: _sizes(client, node, list(parts.items())), SECONDS, self._silent
            )
        return Topics(
            items=tuple(
                Topic(
                    name=name,
                    settings=settings.get(name, ()),
                    parts=tuple(_part(row, sizes.get(row[2], {}).get(Part(name, row[1]))) for row in sorted(rows)),
                )
                for name, rows in found
            ),
            # One whose settings are refused is not one that has none.
            silent=(*silent, *(name for name in parts if name not in settings)),
        )

    async def _groups(self) -> Groups:
        async with self._asking() as client:
            found, silent = await of_each(
                nodes(client), lambda node: self._groups_of(client, node), SECONDS, self._silent
            )
        groups = [one for several, _ in found.values() for one in several]
        refused = sorted(name for _, several in found.values() for name in several)
        ends = await self._ends_of(sorted({part for _, places in groups for part in places}))
        whole = [_with_places(group, places, ends) for group, places in groups]
        return Groups(items=ordered([one for one in whole if one.parts or one.members]), silent=(*silent, *refused))

    async def _ends_of(self, parts: Sequence[Part]) -> Mapping[Part, int]:
        try:
            return await self._ends.ends(parts)
        except Unavailable as silent:
            # Who reads what, and how far it is, is worth knowing without it.
            log.warning("broker.no_ends", error=silent.detail)
            return {}

    async def _ours(self, client: Any) -> list[tuple[str, list[Any]]]:
        found = await of_any(client, MetadataRequest(None), SECONDS, self._silent)
        return [(topic[1], list(topic[3])) for topic in found.topics if topic[1].startswith(self._prefix)]

    async def _groups_of(self, client: Any, node: int) -> tuple[list[tuple[Group, _Places]], list[str]]:
        """Return the groups that one broker coordinates, with the places they told it of; and of which it says no."""
        listed = await client.send(node, ListGroupsRequest())
        _heed(listed.error_code)
        names = [name for name, _ in listed.groups]
        if not names:
            return [], []
        groups = await self._described(client, node, names)
        kept = await asyncio.gather(*(client.send(node, OffsetFetchRequest(name, None)) for name in names))
        told = {
            name: (groups[name], self._places(places.topics))
            for name, places in zip(names, kept, strict=True)
            if name in groups and not places.error_code
        }
        return list(told.values()), [name for name in names if name not in told]

    async def _described(self, client: Any, node: int, names: Sequence[str]) -> Mapping[str, Group]:
        classic = (await client.send(node, ClassicGroups(names))).groups
        # Asked in the old way Kafka calls a group dead that lives in the new one.
        news = [name for _, name, state, *_ in classic if state == _DEAD]
        new = await _new_groups(client, node, news) if news else ()
        return {
            **{
                name: self._classic(name, state, kind, members)
                for code, name, state, kind, _, members in classic
                if not code
            },
            **{name: self._new(name, state, members) for _, _, name, state, _, _, _, members, *_ in new},
        }

    def _classic(self, name: str, state: str, kind: str, members: Sequence[Any]) -> Group:
        readable = members if kind == _CONSUMER else ()
        return Group(
            name=name,
            state=state,
            # Who joins a group says how its members agree; who only keeps places there says nothing.
            by_hand=not kind and not members,
            members=self._members((client_id, host, divided(assigned)) for _, client_id, host, _, assigned in readable),
            parts=(),
        )

    def _new(self, name: str, state: str, members: Sequence[Any]) -> Group:
        told = ((one[4], one[5], [(topic[2], topic[3]) for topic in one[8][0]]) for one in members)
        return Group(name=name, state=state, by_hand=False, members=self._members(told), parts=())

    def _members(self, told: Iterable[tuple[str, str, Sequence[tuple[str, Sequence[int]]]]]) -> tuple[Member, ...]:
        """Return the members that were given something of ours."""
        members = [
            Member(
                client_id=client_id,
                host=host.removeprefix("/"),
                assigned=tuple(
                    Assigned(topic=topic, parts=tuple(sorted(parts)))
                    for topic, parts in sorted(assigned)
                    if topic.startswith(self._prefix)
                ),
            )
            for client_id, host, assigned in told
        ]
        return tuple(sorted((one for one in members if one.assigned), key=lambda one: (one.client_id, one.host)))

    def _places(self, topics: Sequence[Any]) -> _Places:
        return {
            Part(topic, part): (place, said or "")
            for topic, parts in topics
            if topic.startswith(self._prefix)
            for part, place, said, _ in parts
            if place >= 0
        }

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[Any]:
        client = AIOKafkaClient(
            bootstrap_servers=self._bootstrap, client_id="portal-console", request_timeout_ms=int(BROKER_SECONDS * 1000)
        )
        try:
            await answer(client.bootstrap(), SECONDS)
            yield client
        finally:
            await farewell(client.close())


async def _sizes(client: Any, node: int, topics: Sequence[tuple[str, Sequence[int]]]) -> Mapping[Part, int]:
    """Return what the copies on one broker take."""
    found: dict[Part, int] = {}
    for code, _, folders in (await client.send(node, Sizes(topics))).folders:
        _heed(code)
        for topic, parts in folders:
            # One that is being moved to another disk is there twice, and counts where it still is.
            found |= {Part(topic, part): size for part, size, _, is_future in parts if not is_future}
    return found


async def _new_groups(client: Any, node: int, names: Sequence[str]) -> Sequence[Any]:
    try:
        told = await client.send(node, NewGroups(names))
    except IncompatibleBrokerVersion:
        return ()
    return [one for one in told.groups if not one[0]]


def _settings(described: Any) -> Mapping[str, tuple[Setting, ...]]:
    return {
        name: tuple(
            Setting(name=key, value=value, source=_SOURCES.get(source, Source.DEFAULT))
            for key, value, _, source, *_ in sorted(entries)
            if source == 1 or key in ALWAYS
        )
        for code, _, _, name, entries in described.resources
        if not code
    }


def _part(row: Any, size: int | None) -> TopicPart:
    _, part, leader, replicas, in_sync, *_ = row
    return TopicPart(
        part=part,
        leader=leader if leader >= 0 else None,
        replicas=tuple(replicas),
        in_sync=tuple(in_sync),
        bytes=size,
    )


def _with_places(group: Group, places: _Places, ends: Mapping[Part, int]) -> Group:
    parts = (
        GroupPart(topic=part.topic, part=part.partition, place=place, end=ends.get(part), told_by=said)
        for part, (place, said) in sorted(places.items())
    )
    return replace(group, parts=tuple(parts))


def _heed(code: int) -> None:
    if code:
        raise for_code(code)
