"""Where readers are, and a poison fact from parked to mended, over a real topic and the routes of the ops console."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import pytest

from kernel.adapters.clock import utc_now
from kernel.adapters.http.app import create_app
from kernel.adapters.http.internal import OPS, router
from kernel.adapters.http.ops import ACT, READ
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.listening import Listener
from kernel.adapters.postgres.outbox import republish
from kernel.adapters.redis.parked import RedisParking
from kernel.adapters.watching import asking
from kernel.adapters.watching.own_log import LogPlaces
from kernel.adapters.watching.read_models import ModelPlaces
from kernel.adapters.watching.topics import Topics
from kernel.adapters.watching.watch import watch_over
from kernel.application.flowing import Verdict
from kernel.application.parking import Chosen
from kernel.application.watching import APART_SECONDS, Flow, Places, Silent, Watch
from kernel.domain.errors import Refused
from tests.integration.kernel import flow
from tests.integration.kernel import notes as effects
from tests.integration.kernel.flow import Database, JsonFacts
from tests.integration.kernel.line import Line, log_reader, same_partition
from tests.integration.kernel.notes import Notes
from tests.integration.kernel.records import drop_topic, make_topic
from tests.integration.kernel.show import Show
from tests.integration.kernel.test_internal import PRIVATE, PUBLIC, Things

VISIBLE_SECONDS = 2.0


@pytest.fixture
async def topics(kafka_bootstrap: str) -> AsyncIterator[Topics]:
    made = Topics(kafka_bootstrap)
    yield made
    await made.close()


@pytest.fixture
def places(log: Database, topic: str, topics: Topics) -> LogPlaces:
    return LogPlaces(log.pool, "things", topic, topics)


async def standing(places: Places, consumer: str = "notes") -> Flow:
    """Return how a reader stands, looked at anew."""
    return next(one for one in await watch_over(places, "test").flows() if one.consumer == consumer)


async def test_o2_the_lag_of_a_reader_is_what_kafka_holds_and_it_has_not_applied(
    line: Line, log: Database, places: LogPlaces
) -> None:
    streams = flow.streams(4)
    async with flow.running(line.relay()):
        async with flow.running(line.reader()):
            await log.write(streams)
            await flow.until(lambda: effects.all_noted(log, 4))
            await asyncio.sleep(1.1)
            await log.write(streams)
            await flow.until(lambda: effects.all_noted(log, 8))
            await flow.until(lambda: _lag(places, 0))
        await log.write([*streams, streams[0], streams[1], streams[2]])
        await flow.until(lambda: _lag(places, 7))
        first = await standing(places)
        await asyncio.sleep(1)
        later = await standing(places)
        assert 0.9 <= later.lag_seconds - first.lag_seconds < 5, "the oldest fact waits on"
        relay = await standing(places, "things.relay")
        assert (relay.lag, relay.lag_seconds, relay.verdict) == (0, 0.0, Verdict.OK)
        async with flow.running(line.reader()):
            await flow.until(lambda: _lag(places, 0))
    assert (await standing(places)).lag_seconds == 0


async def test_o2_of_two_readers_of_a_partition_each_is_as_late_as_its_own_oldest_fact(
    line: Line, log: Database, places: LogPlaces, kafka_bootstrap: str
) -> None:
    stream = uuid4()

    async def more() -> None:
        await KafkaReader("more", [line.topic], kafka_bootstrap, log.pool, reaction=Notes(), facts=JsonFacts()).run()

    async with flow.running(line.relay()):
        async with flow.running(more()):
            async with flow.running(line.reader()):
                await log.write([stream])
                await flow.until(lambda: effects.all_noted(log, 2))
            await log.write([stream])
            await flow.until(lambda: effects.all_noted(log, 3))
            await flow.until(lambda: _lag(places, 1))
            await flow.until(lambda: _lag(places, 0, "more"))
        await asyncio.sleep(1.5)
        await log.write([stream])
        await flow.until(lambda: _lag(places, 2))
        await flow.until(lambda: _lag(places, 1, "more"))
        found = {one.consumer: one for one in await watch_over(places, "test").flows()}
    assert found["notes"].lag_seconds - found["more"].lag_seconds > 1


async def test_what_is_published_again_is_no_lag_once_it_was_dropped(
    line: Line, log: Database, places: LogPlaces
) -> None:
    async with flow.running(line.relay(), line.reader()):
        await log.write(flow.streams(12))
        await flow.until(lambda: effects.all_noted(log, 12))
        for partition in range(6):
            await republish(log.pool, line.topic, partition, 0)
        await flow.until(lambda: _more_than_once(places, 12))
        await flow.until(lambda: _lag(places, 0))


async def test_a_reader_of_the_own_log_and_a_relay_that_do_not_run_lag_by_their_positions(
    log: Database, notes: Notes, places: LogPlaces
) -> None:
    async with flow.running(log_reader(log, notes)):
        await log.write(flow.streams(3))
        await flow.until(lambda: effects.all_noted(log, 3))
    await log.write(flow.streams(5))
    own, relay = await standing(places), await standing(places, "things.relay")
    assert (own.topic, own.lag, relay.lag) == ("log:things", 5, 8)
    assert 0 < own.lag_seconds <= relay.lag_seconds < 20


async def test_o1_while_kafka_is_away_it_is_not_known_how_far_its_readers_are_and_the_log_is_still_told_of(
    line: Line, log: Database, places: LogPlaces, topic: str
) -> None:
    async with flow.running(line.relay(), line.reader()):
        await log.write(flow.streams(3))
        await flow.until(lambda: effects.all_noted(log, 3))
        await flow.until(lambda: _lag(places, 0))
    away = Topics("127.0.0.1:1")
    try:
        alone = LogPlaces(log.pool, "things", topic, away)
        reader, relay = await standing(alone), await standing(alone, "things.relay")
        assert (reader.lag, reader.verdict, reader.silent) == (None, Verdict.UNKNOWN, Silent.KAFKA)
        assert (relay.lag, relay.verdict, relay.silent) == (0, Verdict.OK, None)
    finally:
        await away.close()


async def test_o1_a_topic_that_was_deleted_concerns_its_readers_alone_and_at_once(
    line: Line, log: Database, places: LogPlaces, topic: str, kafka_bootstrap: str
) -> None:
    other = f"{topic.removesuffix('.events.v1')}more.events.v1"
    await make_topic(kafka_bootstrap, other)
    more = KafkaReader("more", [other], kafka_bootstrap, log.pool, reaction=Notes(), facts=JsonFacts()).run()
    async with flow.running(line.relay(), line.reader(), more):
        await log.write(flow.streams(3))
        await flow.until(lambda: effects.all_noted(log, 3))
        await flow.until(lambda: _lag(places, 0))
        await flow.until(lambda: _lag(places, 0, "more"))
    await drop_topic(kafka_bootstrap, other)
    # No longer than an operator waits for a service.
    async with asyncio.timeout(3):
        gone, left = await standing(places, "more"), await standing(places)
    assert (gone.lag, gone.silent, gone.verdict) == (None, Silent.TOPIC, Verdict.UNKNOWN)
    assert (left.lag, left.silent, left.verdict) == (0, None, Verdict.OK)
    await make_topic(kafka_bootstrap, other)
    await flow.until(lambda: _lag(places, 0, "more"))
    await drop_topic(kafka_bootstrap, other)


async def test_o5_while_the_database_hangs_what_was_last_known_is_told_and_who_tries_is_stalled(
    line: Line, log: Database, places: LogPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(0.0, APART_SECONDS)
    watch = Watch(places, lambda: next(clock), utc_now, asyncio.sleep, lambda _: None)

    async def look() -> Flow:
        return next(one for one in await watch.flows() if one.consumer == "notes")

    async with (
        asyncpg.create_pool(log.url, min_size=1, max_size=3, command_timeout=0.3) as impatient,
        flow.running(line.relay(), line.reader(impatient)),
    ):
        await log.write(flow.streams(3))
        await flow.until(lambda: effects.all_noted(log, 3))
        await flow.until(lambda: _lag(places, 0))
        assert (await look()).silent is None
        async with log.pool.acquire() as connection, connection.transaction():
            # What a statement that somebody forgot to end does to whoever needs the table.
            await connection.execute("LOCK TABLE inbox.checkpoint IN ACCESS EXCLUSIVE MODE")
            async with asyncio.timeout(2.5):
                found = await look()
            assert (found.lag, found.silent, found.verdict) == (None, Silent.DATABASE, Verdict.UNKNOWN)
            assert sum(part.place for part in found.parts) == 3, "as it was last known"
            await log.write(flow.streams(2))
            monkeypatch.setattr(asking, "SECONDS", 0.2)
            await flow.until(lambda: _is_stalled(look), 60)
        await flow.until(lambda: _is_known(look))
        await flow.until(lambda: effects.all_noted(log, 5))
        await flow.until(lambda: _lag(places, 0))
    assert (await look()).verdict is Verdict.OK


async def test_read_models_lag_by_what_was_not_folded(show: Show, log: Database, topics: Topics) -> None:
    places = ModelPlaces(show.redis, show.generation, "projector", topics, [show.topic])
    async with flow.running(show.relay()):
        async with flow.running(show.projector()):
            await log.write(flow.streams(3))
            await flow.until(show.settled)
            await flow.until(lambda: _lag(places, 0, "projector"))
        await log.write(flow.streams(4))
        await flow.until(lambda: _lag(places, 4, "projector"))


async def test_o3_a_poison_fact_is_seen_mended_and_tried_again_while_others_flow_on(
    line: Line, log: Database, notes: Notes, places: LogPlaces, topic: str
) -> None:
    sick, hopeless, well = same_partition(3)
    notes.fails = lambda about: Refused("no") if about.version == 1 and about.stream_id in {sick, hopeless} else None
    app = create_app("things", [router(Things(log.pool, watch_over(places, "test"), topic))])
    app.state.verifier = Verifier(PUBLIC, "things", {"operator": OPS})
    async with (
        Listener(app, "127.0.0.1", 0) as at,
        flow.running(line.relay(), line.reader()),
        aiohttp.ClientSession(f"http://127.0.0.1:{at.port}", headers=_bearer()) as http,
    ):
        await log.write([sick, hopeless, well, sick, hopeless, well])
        async with asyncio.timeout(VISIBLE_SECONDS):
            await flow.until(lambda: _parked(http, 2))
        await flow.until(lambda: effects.all_noted(log, 2))
        assert await _act(http, "retry", {"consumer": "notes", "error": "Refused", "dryRun": True}) == (2, 4)
        notes.fails = lambda about: Refused("no") if about.stream_id == hopeless and about.version == 1 else None
        assert await _act(http, "retry", {"consumer": "notes", "error": "Refused"}) == (2, 4)
        await flow.until(lambda: _parked(http, 1))
        await flow.until(lambda: effects.all_noted(log, 4))
        chosen = {"consumer": "notes", "streams": [str(hopeless)], "reason": "a test order"}
        assert await _act(http, "discard", chosen) == (1, 2)
        await log.write([sick, hopeless, well])
        await flow.until(lambda: effects.all_noted(log, 7))
        await flow.until(lambda: _parked(http, 0))
        await flow.until(lambda: _lag(places, 0))


async def test_o3_a_poison_fact_for_the_read_models_is_seen_and_given_up(show: Show, log: Database) -> None:
    sick, well = flow.streams(2)
    parking = RedisParking(show.redis, show.generation, "projector")

    async def seen(count: int) -> bool:
        return sum(one.streams for one in await parking.groups()) == count

    async with flow.running(show.relay(), show.projector()):
        await flow.until(show.settled)
        await log.write([sick, sick], data=lambda _: b"{not json")
        async with asyncio.timeout(VISIBLE_SECONDS):
            await flow.until(lambda: seen(1))
        (one,) = await parking.page(Chosen(error="Unreadable"), 10)
        assert (one.stream_id, one.version, one.event_type, one.events) == (sick, 1, flow.HAPPENED, 2)
        assert (await parking.discard(Chosen(streams=(sick,)), "user:mori", "broken for good")).events == 2
        await flow.until(lambda: seen(0))
        await log.write([sick, well])
        await flow.until(show.settled)
    assert not await show.redis.exists(
        show.generation.discards, show.generation.parked, show.generation.parked_by_age()
    )


async def _lag(places: Places, expected: int, consumer: str = "notes") -> bool:
    found = [one for one in await watch_over(places, "test").flows() if one.consumer == consumer]
    return [(one.lag, bool(one.lag_seconds)) for one in found] == [(expected, expected > 0)]


async def _is_stalled(look: Callable[[], Awaitable[Flow]]) -> bool:
    return (await look()).verdict is Verdict.STALLED


async def _is_known(look: Callable[[], Awaitable[Flow]]) -> bool:
    return (await look()).silent is None


async def _more_than_once(places: Places, facts: int) -> bool:
    return sum(part.head for part in (await standing(places)).parts) > facts


async def _parked(http: aiohttp.ClientSession, count: int) -> bool:
    async with http.get("/internal/ops/parked/groups") as answer:
        found: list[dict[str, int]] = (await answer.json())["items"]
    return sum(group["streams"] for group in found) == count


async def _act(http: aiohttp.ClientSession, what: str, body: dict[str, Any]) -> tuple[int, int]:
    headers = {"Idempotency-Key": str(uuid4())}
    async with http.post(f"/internal/ops/parked/{what}", json=body, headers=headers) as answer:
        told = await answer.json()
        return told["streams"], told["events"]


def _bearer() -> dict[str, str]:
    token = Signer("operator", PRIVATE["operator"]).token("things", "operator:mori", (READ, ACT))
    return {"Authorization": f"Bearer {token}"}
