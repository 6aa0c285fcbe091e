"""Verdicts over real servers, with a clock that is moved by hand; and what a look and a sample ask of them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]

from kernel.adapters.kafka import patience, producer
from kernel.adapters.postgres.outbox import republish
from kernel.adapters.watching.own_log import LogPlaces, tries_of, tries_of_relay
from kernel.adapters.watching.read_models import ModelPlaces
from kernel.adapters.watching.topics import Topics
from kernel.application.flowing import WINDOW, Verdict
from kernel.application.watching import APART_SECONDS, Flow, Places, Watch
from kernel.domain.errors import Unavailable
from tests.integration.kernel import flow
from tests.integration.kernel import notes as effects
from tests.integration.kernel.flow import Database
from tests.integration.kernel.line import Line, log_reader
from tests.integration.kernel.notes import Notes
from tests.integration.kernel.show import Show
from tests.unit.kernel.owner import Owner


class Counted:
    """What lies behind it, counted by the name of what is asked."""

    def __init__(self, behind: Any, asked: Counter[str] | None = None) -> None:
        self.behind = behind
        self.asked: Counter[str] = Counter() if asked is None else asked

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator["Counted"]:
        """Give a connection whose questions are counted too."""
        self.asked["acquire"] += 1
        async with self.behind.acquire() as connection:
            yield Counted(connection, self.asked)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.behind, name)

        def ask(*given: Any) -> Any:
            self.asked[name] += 1
            return found(*given)

        return ask


class Looker:
    """A watch whose clock is moved by hand: a window of forty seconds passes at once."""

    def __init__(self, places: Places) -> None:
        self.clock = 0.0
        self.watch = Watch(places, lambda: self.clock, lambda: datetime.now(UTC), self._never, self._raise)

    async def look(self, consumer: str = "notes") -> Flow:
        """Look as the watch does every few seconds; return how a reader stands."""
        (found,) = await self.found(consumer)
        return found

    async def found(self, consumer: str) -> Sequence[Flow]:
        """Look; return how a reader stands, if it has begun."""
        self.clock += APART_SECONDS
        return [one for one in await self.watch.flows() if one.consumer == consumer]

    async def window(self, consumer: str = "notes") -> Verdict:
        """Look for a whole window and return the verdict."""
        for _ in range(WINDOW):
            found = await self.look(consumer)
        return found.verdict

    async def _never(self, _seconds: float) -> None:
        raise NotImplementedError

    def _raise(self, trouble: Exception) -> None:
        raise trouble


@pytest.fixture
async def topics(kafka_bootstrap: str) -> AsyncIterator[Counted]:
    made = Topics(kafka_bootstrap)
    yield Counted(made)
    await made.close()


@pytest.fixture
def pool(log: Database) -> Counted:
    return Counted(log.pool)


@pytest.fixture
def places(pool: Counted, topic: str, topics: Counted) -> LogPlaces:
    return LogPlaces(pool, "things", topic, topics)  # type: ignore[arg-type]


async def test_o5_an_idle_topic_is_no_alarm_and_a_reader_that_stopped_is_found(
    line: Line, log: Database, places: LogPlaces
) -> None:
    looker = Looker(places)
    async with flow.running(line.relay()):
        async with flow.running(line.reader()):
            await log.write(flow.streams(6))
            await flow.until(lambda: effects.all_noted(log, 6))
            await flow.until(lambda: _caught_up(looker))
            assert await looker.window() is Verdict.OK, "nothing comes, and nothing waits"
        assert await looker.window() is Verdict.OK, "who stopped with nothing to do is missed by nobody"
        await log.write(flow.streams(3))
        await flow.until(lambda: _waits(looker))
        assert await looker.window() is Verdict.STOPPED
        assert await looker.window("things.relay") is Verdict.OK
        async with flow.running(line.reader()):
            await flow.until(lambda: effects.all_noted(log, 9))
            await flow.until(lambda: _caught_up(looker))
            assert (await looker.look()).verdict is Verdict.OK


async def test_o5_a_reader_whose_work_fails_for_now_is_stalled_and_not_stopped(
    line: Line, log: Database, notes: Notes, places: LogPlaces
) -> None:
    looker = Looker(places)
    notes.fails = lambda _about: Unavailable("away")
    async with flow.running(line.relay(), line.reader()):
        await log.write(flow.streams(1))
        await flow.until(lambda: _waits(looker))
        assert (await looker.look()).verdict is Verdict.OK, "there is no whole window yet"
        await looker.window()
        tried = tries_of("notes")
        await flow.until(lambda: tries_of("notes") > tried)
        assert (await looker.look()).verdict is Verdict.STALLED
        notes.fails = lambda _about: None
        await flow.until(lambda: _caught_up(looker))
        assert (await looker.look()).verdict is Verdict.OK


async def test_o2_o5_before_an_open_gap_readers_and_read_models_are_stalled_until_the_owner_answers(
    line: Line, show: Show, log: Database, places: LogPlaces, topics: Counted
) -> None:
    stream, answers = uuid4(), False

    async def ask(_service: str, partition: int, position: int) -> None:
        if not answers:
            raise Unavailable("away")
        await republish(log.pool, line.topic, partition, position)

    models = ModelPlaces(show.redis, show.generation, "projector", topics, [line.topic])  # type: ignore[arg-type]
    lookers = {"notes": Looker(places), "projector": Looker(models)}
    async with flow.running(
        line.reader(patience=0.3, owners=Owner(ask)), show.projector(patience=0.3, owners=Owner(ask))
    ):
        async with flow.running(line.relay()):
            await log.write([stream] * 3)
            await flow.until(lambda: effects.all_noted(log, 3))
            await flow.until(show.settled)
        await log.write([stream] * 3)
        await line.send_ahead(stream, 6)
        for name, looker in lookers.items():
            await flow.until(lambda name=name, looker=looker: _behind(looker, name, 1))
            await looker.window(name)
            tried = tries_of(name)
            await flow.until(lambda name=name, tried=tried: tries_of(name) > tried)
            found = await looker.look(name)
            assert (found.verdict, found.lag) == (Verdict.STALLED, 1)
        answers = True
        async with flow.running(line.relay()):
            await flow.until(lambda: effects.all_noted(log, 6))
            await flow.until(show.settled)
            for name, looker in lookers.items():
                await flow.until(lambda name=name, looker=looker: _caught_up(looker, name))
                assert (await looker.look(name)).verdict is Verdict.OK
    assert await effects.noted(log) == [1, 2, 3, 4, 5, 6]


async def test_o5_a_relay_that_does_not_run_is_stopped_and_the_readers_behind_it_are_not(
    log: Database, notes: Notes, places: LogPlaces
) -> None:
    looker = Looker(places)
    async with flow.running(log_reader(log, notes)):
        await log.write(flow.streams(5))
        await flow.until(lambda: effects.all_noted(log, 5))
        await flow.until(lambda: _caught_up(looker))
        assert await looker.window("things.relay") is Verdict.STOPPED
        assert await looker.window() is Verdict.OK


class Hanging(AIOKafkaProducer):  # type: ignore[misc]
    """Opens its connections and then never hears of what it sent, as while Kafka hangs."""

    async def send_batch(self, *_: Any, **__: Any) -> "asyncio.Future[Any]":
        return asyncio.get_running_loop().create_future()


async def test_o5_a_relay_that_waits_for_a_kafka_that_hangs_is_stalled_and_not_stopped(
    line: Line, log: Database, places: LogPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(producer, "AIOKafkaProducer", Hanging)
    monkeypatch.setattr(patience, "WAIT_SECONDS", 0.1)
    looker = Looker(places)
    async with flow.running(line.relay()):
        await log.write(flow.streams(1))
        await looker.window("things.relay")
        tried = tries_of_relay("things")
        await flow.until(lambda: _tried(tried))
        assert (await looker.look("things.relay")).verdict is Verdict.STALLED


async def test_a_look_asks_the_same_few_things_however_much_there_is_and_a_sample_next_to_none(
    line: Line, log: Database, places: LogPlaces, pool: Counted, topics: Counted
) -> None:
    looker = Looker(places)
    async with flow.running(line.relay()):
        async with flow.running(line.reader()):
            await log.write(flow.streams(6))
            await flow.until(lambda: effects.all_noted(log, 6))
            await flow.until(lambda: _caught_up(looker))
        for facts in (0, 30, 300):
            if facts:
                await log.write(flow.streams(facts))
                await flow.until(lambda: _waits(looker))
                await flow.until(lambda: _caught_up(looker, "things.relay"))
            pool.asked.clear()
            topics.asked.clear()
            await places.readings()
            assert pool.asked == {"acquire": 1, "fetch": 1, "fetchrow": 1}
            assert topics.asked == {"ends": 1, "committed": 1}, "one question for each reader of topics"
            await looker.look()
            pool.asked.clear()
            topics.asked.clear()
            await looker.watch.latest()
            assert not pool.asked, "a sample is what was seen before"
            assert topics.asked == ({"times": 1} if facts else {}), "and the age of what waits"


async def _caught_up(looker: Looker, consumer: str = "notes") -> bool:
    return (await looker.look(consumer)).lag == 0


async def _tried(before: int) -> bool:
    return tries_of_relay("things") > before


async def _behind(looker: Looker, consumer: str, lag: int) -> bool:
    return (await looker.look(consumer)).lag == lag


async def _waits(looker: Looker) -> bool:
    return [bool(one.lag) for one in await looker.found("notes")] == [True]
