"""Readers of the service's own log."""

import asyncio

from tests.integration.kernel import flow
from tests.integration.kernel import notes as effects
from tests.integration.kernel.flow import Database
from tests.integration.kernel.line import log_reader, parked
from tests.integration.kernel.notes import Notes


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


async def test_a_reader_of_the_own_log_tries_again_what_is_down(log: Database, notes: Notes) -> None:
    notes.fails = lambda _: flow.down()
    async with flow.running(log_reader(log, notes)):
        await log.write(flow.streams(3))
        await asyncio.sleep(0.5)
        notes.fails = lambda _: None
        await flow.until(lambda: effects.all_noted(log, 3))
    assert await effects.noted(log) == [1, 2, 3]
