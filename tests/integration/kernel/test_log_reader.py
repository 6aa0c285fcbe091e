"""Readers of the service's own log."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

from kernel.adapters.codec import Facts
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.meta import NOT_SAID
from kernel.adapters.postgres.parked import PostgresParking
from kernel.application.consume import Incoming
from kernel.application.parking import Chosen
from kernel.domain.errors import Unreadable
from kernel.domain.event import Personal
from kernel.domain.reads import reads
from tests.integration.kernel import flow
from tests.integration.kernel import notes as effects
from tests.integration.kernel.flow import HAPPENED, Database
from tests.integration.kernel.line import log_reader, parked
from tests.integration.kernel.notes import Notes
from tests.ports.key_pool import KeyPool


async def test_a_reader_of_the_own_log_sees_private_facts_too_and_parks_like_any_other(
    log: Database, notes: Notes
) -> None:
    sick, well = flow.streams(2)
    async with flow.running(log_reader(log, notes)):
        await log.write([well], public=False)
        await log.write([sick], data=lambda _: b"{")
        await log.write([sick, well])
        await flow.until(lambda: effects.all_noted(log, 2))
        (one,) = await parked(log, 1, events=2)
    assert (one.stream_id, one.topic) == (sick, "log:things")
    assert await effects.noted(log) == [1, 4]


SAID = {"actor": "service:test", "correlationId": str(UUID(int=1))}
UNSAID: Sequence[object] = (
    {"correlationId": SAID["correlationId"]},
    {"actor": SAID["actor"]},
    {**SAID, "actor": 7},
    {**SAID, "correlationId": int("1" * 32)},
    [],
    "text",
)


async def test_o1_a_fact_that_does_not_say_by_whom_or_by_which_click_parks_its_stream_alone(
    log: Database, notes: Notes
) -> None:
    *sick, well = flow.streams(len(UNSAID) + 1)
    async with flow.running(log_reader(log, notes)):
        for stream, meta in zip(sick, UNSAID, strict=True):
            await log.write([stream], meta=meta)
        await log.write([well, sick[0]])
        await flow.until(lambda: effects.all_noted(log, 1))
        found = await parked(log, len(sick), events=len(sick) + 1)
        assert {one.stream_id for one in found} == set(sick)
        assert {(one.error, one.detail, one.attempts) for one in found} == {("Unreadable", NOT_SAID, 1)}
        parking = PostgresParking(log.pool)
        await parking.retry(Chosen(streams=(sick[0],)))

        async def tried_again() -> bool:
            (one,) = await parking.page(Chosen(streams=(sick[0],)), 1)
            return one.attempts > 1

        await flow.until(tried_again)
        assert (await parking.page(Chosen(streams=(sick[0],)), 1))[0].detail == NOT_SAID, "another try is no way around"
        await parking.discard(Chosen(), "user:mori", "written by hand")
        await log.write([sick[0]])
        await flow.until(lambda: effects.all_noted(log, 2))


async def test_o1_who_wanted_a_fact_is_known_when_it_is_tried_again(log: Database, notes: Notes) -> None:
    seen: list[str | None] = []

    def fails(about: Incoming) -> Exception | None:
        seen.append(about.actor)
        return Unreadable("no") if len(seen) < 3 else None

    notes.fails = fails
    async with flow.running(log_reader(log, notes)):
        await log.write(flow.streams(1))
        await parked(log, 1)
        await PostgresParking(log.pool).retry(Chosen())
        await flow.until(lambda: effects.all_noted(log, 1))
    assert set(seen) == {"service:test"}


async def test_a_reader_of_the_own_log_tries_again_what_is_down(log: Database, notes: Notes) -> None:
    notes.fails = lambda _: flow.down()
    async with flow.running(log_reader(log, notes)):
        await log.write(flow.streams(3))
        await asyncio.sleep(0.5)
        notes.fails = lambda _: None
        await flow.until(lambda: effects.all_noted(log, 3))
    assert await effects.noted(log) == [1, 2, 3]


class Together(Notes):
    """The same, many at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    async def together(self, facts: Sequence[tuple[Any, Incoming]], transaction: Any) -> None:
        self.sizes.append(len(facts))
        for fact, about in facts:
            await self(fact, about, transaction)


async def test_many_facts_are_given_to_a_reaction_that_gathers_and_one_that_cannot_be_applied_is_parked_alone(
    log: Database, notes: Notes
) -> None:
    _ = notes
    sick, *well = flow.streams(6)
    many = Together()
    many.fails = lambda about: Unreadable("no") if about.stream_id == sick else None
    await log.write([*well, sick])
    async with flow.running(log_reader(log, many)):
        await flow.until(lambda: effects.all_noted(log, 5))
        (one,) = await parked(log, 1, events=1)
        assert one.stream_id == sick
        await log.write(well)
        await flow.until(lambda: effects.all_noted(log, 10))
    assert sorted(await effects.noted(log)) == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]
    assert many.sizes[0] == 6


async def test_what_a_reader_does_not_read_moves_its_place_without_an_effect(log: Database, notes: Notes) -> None:
    async with flow.running(log_reader(log, notes)):
        await log.write(flow.streams(3), kind="thing.elsewhere")
        await flow.until(lambda: _at(log, 3))
        await log.write(flow.streams(1))
        await flow.until(lambda: effects.all_noted(log, 1))
    assert await effects.noted(log) == [4]


async def _at(log: Database, position: int) -> bool:
    found = await log.pool.fetchval("SELECT max(logpos) FROM inbox.checkpoint")
    return bool(found == position)


@reads(HAPPENED)
class Came:
    """Somebody came."""

    user_id: UUID
    email: Annotated[str, Personal("user_id")]


class Guests:
    """Remembers who came."""

    types: ClassVar[Mapping[str, type[Any]]] = {HAPPENED: Came}

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def __call__(self, fact: Came, _about: Incoming, _transaction: Any) -> None:
        self.seen.append(fact.email)


async def test_a_batch_about_many_people_asks_for_their_keys_once(log: Database) -> None:
    pool, guests, people = KeyPool(), Guests(), flow.streams(40)
    writer = await pool.writer(people)
    sealed = [await writer.seal(one, {"email": f"{one}@example.jp"}, stream_id=uuid4(), version=1) for one in people]
    values = [json.dumps({"userId": str(one), **text}).encode() for one, text in zip(people, sealed, strict=True)]
    pool.queries = 0
    await log.write(flow.streams(40), data=lambda position: values[position - 1])
    facts = Facts([Came], pool.reader())
    reader = LogReader("guests", "things", log.pool, log.bell, reaction=guests, facts=facts)
    async with flow.running(reader.run()):
        await flow.until(lambda: len(guests.seen) >= len(people))
    assert guests.seen == [f"{one}@example.jp" for one in people]
    assert pool.queries == 1
