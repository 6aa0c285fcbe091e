"""Streams that are set aside, released, given up."""

import asyncio
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from kernel.adapters.postgres.parked import PostgresParking
from kernel.application.parking import Chosen
from kernel.domain.errors import Refused
from tests.integration.kernel import flow
from tests.integration.kernel import notes as effects
from tests.integration.kernel.flow import Database
from tests.integration.kernel.line import Line, parked, same_partition
from tests.integration.kernel.notes import Notes


@pytest.mark.parametrize("broken", ["bytes", "version"])
async def test_a_fact_that_cannot_be_read_parks_its_stream_alone_until_it_is_released(
    line: Line, log: Database, broken: str
) -> None:
    sick, well = same_partition(2)
    async with flow.running(line.relay(), line.reader()):
        await log.write([sick, well])
        if broken == "bytes":
            await log.write([sick], data=lambda _: b"{not json")
        else:
            await log.write([sick], schema=2)
        await log.write([sick, well, sick, well])
        await flow.until(lambda: effects.all_noted(log, 4))
        (one,) = await parked(log, 1, events=3)
        first = await PostgresParking(log.pool).first("notes", sick)
        assert (first.stream, first.stream.source, first.stream.event_id) == (one, "things", f"{sick}/2")
        assert (first.data == b"{not json") is (broken == "bytes")
        assert first.reason.startswith("Unreadable(")
        assert (one.stream_id, one.events) == (sick, 3)
        assert one.error == "Unreadable"
        assert await effects.noted(log) == [1, 2, 5, 7]

        assert (await PostgresParking(log.pool).retry(Chosen(streams=(sick,)))).streams == 1
        await flow.until(lambda: _given_up(log), 5)
        assert await effects.noted(log) == [1, 2, 5, 7], "what is behind the sick fact waits for it"

        kept = b'{"number": 3}'
        await log.pool.execute(
            "UPDATE inbox.parked_event SET value = $1, headers = jsonb_set(headers, '{ce_type}', $2::text::jsonb)"
            " WHERE version = 2",
            kept,
            f'"{flow.HAPPENED}"',
        )
        await PostgresParking(log.pool).retry(Chosen(consumer="notes"))
        await flow.until(lambda: effects.all_noted(log, 7))
        await log.write([sick])
        await flow.until(lambda: effects.all_noted(log, 8))
    assert await PostgresParking(log.pool).groups() == []
    assert await effects.in_order(log)


async def _given_up(log: Database) -> bool:
    return bool(
        await log.pool.fetchval(
            "SELECT max(attempts) > 0 AND bool_and(retry_at IS NULL)"
            " FROM inbox.parked_event JOIN inbox.parked_stream USING (consumer, stream_id)"
        )
    )


async def test_an_error_in_the_reaction_is_tried_three_times_and_leaves_no_row_behind(
    line: Line, log: Database, notes: Notes
) -> None:
    sick, well = same_partition(2)
    notes.fails = lambda about: KeyError("a mistake of ours") if about.stream_id == sick else None
    with capture_logs() as said:
        async with flow.running(line.relay(), line.reader()):
            await log.write([sick, well, sick])
            async with asyncio.timeout(2):
                await parked(log, 1, events=2)
            await flow.until(lambda: effects.all_noted(log, 1))
    (told,) = [one for one in said if one["event"] == "reader.parks_stream"]
    assert (told["error"], told["frames"][-1]) == ("KeyError", "KeyError")
    assert told["frames"][-2].startswith("tests/integration/kernel/notes.py:"), "the log says where"
    assert "a mistake of ours" not in str(told)
    assert await effects.noted(log) == [2]
    assert 3 <= notes.seen.count(f"{sick}/1") <= 6, "three tries, each once with its batch and once alone"


async def test_a_refusal_parks_at_once(line: Line, log: Database, notes: Notes) -> None:
    notes.fails = lambda about: Refused("no") if about.version == 1 else None
    async with flow.running(line.relay(), line.reader()):
        await log.write([uuid4()])
        await parked(log, 1)
    assert len(notes.seen) == 2, "once with its batch and once alone"


async def test_what_is_discarded_leaves_a_trace(line: Line, log: Database, notes: Notes) -> None:
    stream = uuid4()
    notes.fails = lambda about: Refused("never") if about.version == 1 else None
    async with flow.running(line.relay(), line.reader()):
        await log.write([stream, stream])
        await parked(log, 1, events=2)
        assert (
            await PostgresParking(log.pool).discard(Chosen(streams=(stream,)), "operator:mori", "a test order")
        ).events == 2
        await log.write([stream])
        await flow.until(lambda: effects.all_noted(log, 1))
    rows = await log.pool.fetch("SELECT version, discarded_by, reason FROM inbox.discarded_event ORDER BY version")
    assert [tuple(row) for row in rows] == [(number, "operator:mori", "a test order") for number in (1, 2)]
    assert await effects.noted(log) == [3]
