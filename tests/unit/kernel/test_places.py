"""Where readers are while one of the servers that know it does not answer, without any server."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import asyncpg
import pytest
from redis.exceptions import ConnectionError as ConnectionLost

from kernel.adapters.kafka import metrics
from kernel.adapters.kafka.topics import Part, parts_of
from kernel.adapters.redis.generation import Generation
from kernel.adapters.watching import asking
from kernel.adapters.watching.own_log import LogPlaces
from kernel.adapters.watching.read_models import ModelPlaces
from kernel.adapters.watching.topics import Topics
from kernel.application.watching import Reading, Silent
from kernel.domain.errors import Unavailable

THINGS, OTHERS = "portal.things.events.v1", "portal.others.events.v1"
NOTES, MAILS = "places.notes", "places.mails"


@dataclass
class Kafka:
    """Ends and places as a test says them; a partition without an end is one that nobody leads."""

    end: dict[Part, int] = field(default_factory=lambda: {Part(THINGS, 0): 20, Part(OTHERS, 0): 30})
    told: dict[str, int] = field(default_factory=dict)
    away: bool = False
    silent_about: set[str] = field(default_factory=set)

    async def ends(self, parts: Sequence[Part]) -> Mapping[Part, int]:
        self._answer()
        return {part: self.end[part] for part in parts if part in self.end}

    async def committed(self, group: str) -> Mapping[Part, int]:
        self._answer()
        if group in self.silent_about:
            raise Unavailable("its coordinator is away")
        return {part: self.told[group] for part in self.end if group in self.told}

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("Kafka does not answer")


@dataclass
class Database:
    """A pool whose server may be away, or hang."""

    place: int = 10
    away: bool = False
    hung: asyncio.Event | None = None
    asked: int = 0
    lent: int = 0
    lets_go: asyncio.Event | None = None
    """Until when who stops waiting is held, as by a connection whose server does not take the cancellation."""

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator["Database"]:
        self.lent += 1
        yield self

    async def fetch(self, *_: Any) -> Sequence[Mapping[str, Any]]:
        self.asked += 1
        if self.hung:
            await self._hang(self.hung)
        if self.away:
            raise asyncpg.CannotConnectNowError("starting")
        own = {"consumer": "places.board", "topic": "log:places", "part": 0, "next_offset": 0, "logpos": 40}
        read = [
            {"consumer": name, "topic": topic, "part": 0, "next_offset": self.place, "logpos": 0}
            for name, topic in ((NOTES, THINGS), (MAILS, OTHERS))
        ]
        return [{**one, "logepoch": 1} for one in (own, *read)]

    async def _hang(self, hung: asyncio.Event) -> None:
        try:
            await hung.wait()
        finally:
            if self.lets_go:
                await self.lets_go.wait()

    async def fetchrow(self, *_: str) -> Mapping[str, Any]:
        if self.away:
            raise asyncpg.CannotConnectNowError("starting")
        return {"pos": 44, "epoch": 1, "published": 42}


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(metrics, "reading", frozenset)
    return Database()


@pytest.fixture
def places(kafka: Kafka, database: Database) -> LogPlaces:
    return LogPlaces(cast("asyncpg.Pool[Any]", database), "places", "portal.places.events.v1", cast("Topics", kafka))


async def read(places: LogPlaces) -> Mapping[str, Reading]:
    return {one.consumer: one for one in await places.readings()}


async def test_o1_while_kafka_is_away_readers_of_topics_are_not_known_and_are_not_said_to_have_nothing_to_do(
    places: LogPlaces, kafka: Kafka, database: Database
) -> None:
    assert (await read(places))[NOTES].silent is None
    kafka.away, database.place = True, 15
    found = await read(places)
    for name, end in ((NOTES, 20), (MAILS, 30)):
        assert (found[name].place, found[name].head) == (15, end), "the end that was last known"
        assert (found[name].silent, found[name].stopped) == (Silent.KAFKA, False)
    for name, lag in (("places.board", 4), ("places.relay", 2)):
        assert (found[name].silent, found[name].head - found[name].place) == (None, lag)
    kafka.away = False
    assert (await read(places))[NOTES].silent is None


async def test_o1_what_kafka_never_told_of_ends_at_least_where_its_reader_is(places: LogPlaces, kafka: Kafka) -> None:
    kafka.away = True
    found = (await read(places))[NOTES]
    assert (found.place, found.head, found.silent) == (10, 10, Silent.KAFKA)


async def test_o1_a_topic_that_is_gone_concerns_its_readers_alone(places: LogPlaces, kafka: Kafka) -> None:
    await places.readings()
    del kafka.end[Part(OTHERS, 0)]
    found = await read(places)
    assert (found[MAILS].silent, found[MAILS].head, found[MAILS].stopped) == (Silent.TOPIC, 30, False)
    assert (found[NOTES].silent, found[NOTES].head - found[NOTES].place) == (None, 10)


async def test_o1_a_group_that_kafka_does_not_speak_for_concerns_itself_alone(places: LogPlaces, kafka: Kafka) -> None:
    kafka.told = {MAILS: 28}
    await places.readings()
    kafka.silent_about.add(MAILS)
    found = await read(places)
    assert (found[MAILS].silent, found[MAILS].place) == (Silent.KAFKA, 28), "what it told last"
    assert found[NOTES].silent is None


async def test_o5_while_the_database_is_away_what_it_said_last_is_told_with_the_tries_of_now(
    places: LogPlaces, kafka: Kafka, database: Database
) -> None:
    before = await read(places)
    database.away = True
    metrics.RETRIES.labels(NOTES, "CannotConnectNowError").inc()
    kafka.end[Part(THINGS, 0)] = 25
    found = await read(places)
    assert {one.silent for one in found.values()} == {Silent.DATABASE}
    assert {name: one.place for name, one in found.items()} == {name: one.place for name, one in before.items()}
    assert found[NOTES].head == 25, "Kafka still says where its topic ends"
    assert found[NOTES].tries == before[NOTES].tries + 1
    database.away = False
    assert {one.silent for one in (await read(places)).values()} == {None}


async def test_a_process_whose_database_never_answered_knows_nothing_to_tell(
    places: LogPlaces, database: Database
) -> None:
    database.away = True
    with pytest.raises(Unavailable):
        await places.readings()


async def test_o5_a_database_that_hangs_is_asked_once_and_waited_for_a_moment(
    places: LogPlaces, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.01)
    await places.readings()
    database.hung, database.asked = asyncio.Event(), 0
    for _ in range(3):
        async with asyncio.timeout(1):
            assert (await read(places))[NOTES].silent is Silent.DATABASE
    assert database.asked == 1
    database.hung.set()
    database.place = 16
    assert ((await read(places))[NOTES].silent, (await read(places))[NOTES].place) == (None, 16)


async def test_o5_a_look_takes_one_of_the_connections_that_commands_need(places: LogPlaces, database: Database) -> None:
    await places.readings()
    assert database.lent == 1


async def test_o5_who_wants_to_know_how_long_facts_wait_waits_a_moment_for_a_log_that_hangs(
    places: LogPlaces, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.01)
    lagging = [one for one in await places.readings() if one.consumer == "places.board"]
    database.hung, database.lets_go, database.asked = asyncio.Event(), asyncio.Event(), 0
    for _ in range(3):
        looking = asyncio.ensure_future(places.oldest(lagging))
        await asyncio.wait([looking], timeout=1)
        assert looking.done(), "nor is it waited for until the connection is let go"
        assert isinstance(looking.exception(), Unavailable)
    assert database.asked == 1, "one connection, however often somebody looks"
    database.lets_go.set()


@dataclass
class Redis:
    """Where read models keep their places."""

    away: bool = False

    async def hgetall(self, _: str) -> Mapping[str, str]:
        if self.away:
            raise ConnectionLost("away")
        return {f"{THINGS}/0": "18 1 18"}


async def test_o5_while_redis_is_away_the_places_of_read_models_are_what_it_said_last(kafka: Kafka) -> None:
    kafka.end = dict.fromkeys(parts_of(THINGS), 20)
    redis = Redis()
    places = ModelPlaces(cast("Any", redis), Generation([]), "projector", cast("Topics", kafka), [THINGS])
    assert {one.silent for one in await places.readings()} == {None}
    redis.away = True
    first = (await places.readings())[0]
    assert (first.silent, first.place, first.head) == (Silent.REDIS, 18, 20)


async def test_who_stops_looking_leaves_no_question_behind() -> None:
    stopped = asyncio.Event()

    async def ask() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    looking = asyncio.ensure_future(asking.Asking(ask)())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    looking.cancel()
    async with asyncio.timeout(1):
        await stopped.wait()


class Slow:
    """A question that is answered when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(asking, "SECONDS", 0.01)
        self.may_end = asyncio.Event()
        self.asked = 0
        self.ask = asking.Asking(self._ask)

    async def _ask(self) -> int:
        self.asked += 1
        number = self.asked
        await self.may_end.wait()
        return number


async def test_one_of_several_who_stop_looking_takes_no_answer_from_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = Slow(monkeypatch)
    monkeypatch.setattr(asking, "SECONDS", 1)
    goes, stays = (asyncio.ensure_future(slow.ask()) for _ in range(2))
    await asyncio.sleep(0)
    goes.cancel()
    await asyncio.wait([goes])
    slow.may_end.set()
    assert await stays == 1


async def test_an_answer_that_came_late_is_told_next_and_not_much_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "KEPT_SECONDS", 0.05)
    slow = Slow(monkeypatch)
    for waits, told in ((0.0, 1), (0.2, 3)):
        slow.may_end.clear()
        with pytest.raises(Unavailable):
            await slow.ask()
        slow.may_end.set()
        await asyncio.sleep(waits)
        assert await slow.ask() == told
