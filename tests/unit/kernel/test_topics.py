"""The connections over which a process asks Kafka where topics end, without any Kafka."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.protocol.metadata import MetadataRequest  # type: ignore[import-untyped]

from kernel.adapters.kafka.topics import Part
from kernel.adapters.watching import topics
from kernel.adapters.watching.topics import Topics
from kernel.domain.errors import Unavailable

HERE, THERE = "portal.here.events.v1", "portal.there.events.v1"
PART = Part(HERE, 0)
UNKNOWN_TOPIC, NOT_THE_LEADER = 3, 6


@dataclass
class Kafka:
    """Three brokers and what they know; the third leads what a test says."""

    ends: dict[Part, int] = field(default_factory=dict)
    leaders: dict[Part, int] = field(default_factory=dict)
    away: bool = False
    hung: set[int] = field(default_factory=set)
    asked: list[int] = field(default_factory=list)
    refusing: set[Part] = field(default_factory=set)
    clients: list["Client"] = field(default_factory=list)
    consumers: list["Consumer"] = field(default_factory=list)
    admins: list["Admin"] = field(default_factory=list)

    def topic(self, name: str, **leaders: int) -> None:
        """Have a topic, whose partitions end at 7, with the broker that leads each."""
        for part, leader in leaders.items():
            at = Part(name, int(part.removeprefix("p")))
            self.ends[at], self.leaders[at] = 7, leader

    async def say(self, node: int, request: Any) -> Any:
        self.asked.append(node)
        if node in self.hung:
            await asyncio.Event().wait()
        asked = vars(request)["_topics"]
        if isinstance(request, MetadataRequest):
            return SimpleNamespace(topics=[self._described(name) for name in asked])
        return SimpleNamespace(topics=[self._ended(node, name, parts) for name, parts in asked])

    def _described(self, name: str) -> tuple[Any, ...]:
        rows = [(0, at.partition, leader, [1, 2], [1, 2]) for at, leader in self.leaders.items() if at.topic == name]
        return (0 if rows else UNKNOWN_TOPIC, name, False, rows)

    def _ended(self, node: int, name: str, asked: Sequence[tuple[int, int]]) -> tuple[Any, ...]:
        found = []
        for part, _ in asked:
            at = Part(name, part)
            known = self.leaders[at] == node and at not in self.refusing
            found.append((part, 0, -1, self.ends[at], 0) if known else (part, NOT_THE_LEADER, -1, -1, -1))
        return (name, found)


@dataclass
class Client:
    """A client that answers when it has started, and takes a while to."""

    kafka: Kafka
    started: bool = False
    closed: bool = False
    connected: set[int] = field(default_factory=set)
    connecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def cluster(self) -> Any:
        return SimpleNamespace(brokers=lambda: [SimpleNamespace(nodeId=number) for number in (1, 2, 3) if self.started])

    async def bootstrap(self) -> None:
        await asyncio.sleep(0.01)
        if self.kafka.away:
            raise ConnectionError("away")
        self.started = True

    async def close(self) -> None:
        self.closed = True

    async def send(self, node: int, request: Any) -> Any:
        if self.kafka.away:
            raise ConnectionError("away")
        if node not in self.connected:
            # As the real one, which opens one connection at a time.
            async with self.connecting:
                await self.kafka.say(node, MetadataRequest([]))
                self.connected.add(node)
        return await self.kafka.say(node, request)


@dataclass
class Consumer(Client):
    """The same, reading."""

    async def start(self) -> None:
        await self.bootstrap()

    async def stop(self) -> None:
        await self.close()

    def assign(self, parts: Sequence[Any]) -> None:
        # As the real one, which has nobody to read with before.
        if not self.started:
            raise AttributeError("'NoneType' object has no attribute 'assign'")
        self.left = list(parts)

    def seek(self, part: Any, place: int) -> None: ...

    def pause(self, part: Any) -> None:
        self.left.remove(part)

    def unsubscribe(self) -> None: ...

    async def getmany(self, timeout_ms: int) -> Mapping[Any, Sequence[Any]]:
        """Return what one broker leads: they answer one by one."""
        await asyncio.sleep(0)
        leading = {self.kafka.leaders[Part(*part)] for part in self.left} - self.kafka.hung
        if not leading:
            await asyncio.sleep(timeout_ms / 1000)
            return {}
        led = [part for part in self.left if self.kafka.leaders[Part(*part)] == min(leading)]
        return {part: [SimpleNamespace(timestamp=0)] for part in led}


@dataclass
class Admin(Client):
    """One that asks a broker about the places of a group."""

    async def start(self) -> None:
        await self.bootstrap()

    async def list_consumer_group_offsets(self, _: str) -> Mapping[Any, Any]:
        if 2 in self.kafka.hung:
            await asyncio.Event().wait()
        return {}


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> Kafka:
    made = Kafka()

    def client(**_: Any) -> Client:
        made.clients.append(Client(made))
        return made.clients[-1]

    def consumer(**_: Any) -> Consumer:
        made.consumers.append(Consumer(made))
        return made.consumers[-1]

    def admin(**_: Any) -> Admin:
        made.admins.append(Admin(made))
        return made.admins[-1]

    monkeypatch.setattr(topics, "AIOKafkaClient", client)
    monkeypatch.setattr(topics, "AIOKafkaAdminClient", admin)
    monkeypatch.setattr(topics, "AIOKafkaConsumer", consumer)
    # A quarter of both: what is shown is that one fits into the other.
    monkeypatch.setattr(topics, "SECONDS", topics.SECONDS / 4)
    monkeypatch.setattr(topics, "BROKER_SECONDS", topics.BROKER_SECONDS / 4)
    made.topic(HERE, p0=1, p1=2)
    made.topic(THERE, p0=1, p1=2)
    return made


ALL = [Part(name, part) for name in (HERE, THERE) for part in (0, 1)]


async def test_who_asks_while_a_connection_is_being_opened_waits_for_that_one(kafka: Kafka) -> None:
    asked = Topics("kafka:9092")
    found = await asyncio.gather(*(asked.ends([PART]) for _ in range(3)))
    times = await asyncio.gather(*(asked.times({PART: 3}) for _ in range(3)))
    assert found == [{PART: 7}] * 3
    assert times == [{PART: datetime(1970, 1, 1, tzinfo=UTC)}] * 3
    assert (len(kafka.clients), len(kafka.consumers)) == (1, 1)


async def test_a_connection_that_could_not_be_opened_is_given_up_and_opened_anew(kafka: Kafka) -> None:
    asked = Topics("kafka:9092")
    kafka.away = True
    for question in (asked.ends([PART]), asked.times({PART: 3})):
        with pytest.raises(Unavailable):
            await question
    await asyncio.sleep(0)
    assert [one.closed for one in (*kafka.clients, *kafka.consumers)] == [True, True]
    kafka.away = False
    assert await asked.ends([PART]) == {PART: 7}


async def test_o1_a_topic_that_is_gone_and_a_partition_that_nobody_leads_leave_the_others_ends(kafka: Kafka) -> None:
    asked = Topics("kafka:9092")
    assert await asked.ends(ALL) == dict.fromkeys(ALL, 7)
    for part in (0, 1):
        del kafka.leaders[Part(THERE, part)]
    kafka.leaders[Part(HERE, 1)] = -1
    assert await asked.ends(ALL) == {PART: 7}
    kafka.leaders[PART] = -1
    assert await asked.ends(ALL) == {}, "Kafka answers, and knows no end"


async def test_o2_how_old_records_are_is_told_of_what_every_broker_leads_but_for_one_that_hangs(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "FETCH_SECONDS", 0.05)
    kafka.topic(HERE, p2=3)
    asked, several = Topics("kafka:9092"), dict.fromkeys((*ALL, Part(HERE, 2)), 3)
    assert (await asked.times(several)).keys() == several.keys()
    kafka.hung.add(3)
    assert (await asked.times(several)).keys() == set(ALL)
    assert len(kafka.consumers) == 1, "nothing is given up"


async def test_o1_a_broker_that_leads_no_longer_is_not_believed(kafka: Kafka) -> None:
    kafka.refusing.add(Part(HERE, 1))
    assert await Topics("kafka:9092").ends(ALL) == {part: 7 for part in ALL if part != Part(HERE, 1)}


@pytest.mark.parametrize(("hung", "other"), [(1, 2), (2, 1)])
async def test_o1_a_broker_that_hangs_takes_the_ends_of_what_it_leads_alone(
    kafka: Kafka, hung: int, other: int
) -> None:
    asked = Topics("kafka:9092")
    kafka.hung.add(hung)
    for _ in range(2):
        assert await asked.ends(ALL) == {part: 7 for part in ALL if kafka.leaders[part] == other}
    assert len(kafka.clients) == 1, "nothing is given up"
    kafka.hung |= {1, 2, 3}
    with pytest.raises(Unavailable):
        await asked.ends(ALL)


async def test_o1_a_broker_that_hung_is_asked_last_who_leads_until_it_answers(kafka: Kafka) -> None:
    asked = Topics("kafka:9092")
    kafka.hung.add(1)
    await asked.ends(ALL)
    kafka.asked.clear()
    await asked.ends(ALL)
    assert kafka.asked[0] == 2
    kafka.hung.clear()
    await asked.ends(ALL)
    kafka.asked.clear()
    await asked.ends(ALL)
    assert kafka.asked[0] == 1


@pytest.mark.parametrize("hung", [1, 2, 3])
async def test_o1_a_broker_that_hangs_keeps_nobody_from_a_connection_to_the_others(kafka: Kafka, hung: int) -> None:
    """Where another is asked behind it first, the others are at the look after that."""
    kafka.topic(HERE, p2=3)
    kafka.hung.add(hung)
    asked, several = Topics("kafka:9092"), [Part(HERE, part) for part in (0, 1, 2)]
    await asked.ends(several)
    assert await asked.ends(several) == {part: 7 for part in several if kafka.leaders[part] != hung}


async def test_o1_a_group_whose_broker_hangs_takes_no_connection_from_who_asks_for_ends(kafka: Kafka) -> None:
    asked = Topics("kafka:9092")
    await asked.ends(ALL)
    kafka.hung.add(2)
    with pytest.raises(Unavailable):
        await asked.committed("notes")
    assert await asked.ends(ALL) == {PART: 7, Part(THERE, 0): 7}
    await asyncio.sleep(0)
    assert ([one.closed for one in kafka.clients], [one.closed for one in kafka.admins]) == ([False], [True])


async def test_o1_a_client_whose_trouble_has_no_end_is_not_waited_for(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Topics("kafka:9092")
    await asked.ends(ALL)

    async def hangs(_: Client) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Client, "close", hangs)
    kafka.hung |= {1, 2, 3}
    async with asyncio.timeout(1):
        with pytest.raises(Unavailable):
            await asked.ends(ALL)


async def test_o1_a_kafka_that_takes_connections_and_says_nothing_is_waited_for_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(topics, "SECONDS", 0.2)
    ended = asyncio.Event()

    async def hangs(_reads: asyncio.StreamReader, writes: asyncio.StreamWriter) -> None:
        await ended.wait()
        writes.close()

    async with await asyncio.start_server(hangs, "127.0.0.1", 0) as frozen:
        asked = Topics(f"127.0.0.1:{frozen.sockets[0].getsockname()[1]}")
        async with asyncio.timeout(1):
            found = await asyncio.gather(
                asked.ends([PART]), asked.committed("notes"), asked.times({PART: 3}), return_exceptions=True
            )
        assert [type(one) for one in found] == [Unavailable] * 3
        await asked.close()
        ended.set()
