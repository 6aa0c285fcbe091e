"""The real reader before gaps and restored logs, told to the watch: its place is what Kafka was told of it."""

import asyncio
from typing import Any, cast

import pytest

from kernel.adapters.kafka import metrics
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.wakeup import Wakeup
from kernel.application.flowing import Verdict
from kernel.application.watching import APART_SECONDS
from kernel.domain.errors import Unavailable
from tests.unit.kernel.lines import Line, in_memory, tries, until

MINUTE = int(60 / APART_SECONDS)
OWNER_IS_AWAY = Unavailable("the owner is away")


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    """Give a topic, and a reader of it that waits for nobody."""
    return in_memory(monkeypatch)


async def refuse(_service: str, _partition: int, _position: int) -> None:
    raise OWNER_IS_AWAY


def stopped() -> float:
    return float(metrics.STOPPED.labels("notes")._value.get())  # noqa: SLF001


async def look_after_a_try(line: Line) -> Verdict:
    """Look once the reader has tried something again, as it does three times between two looks of the real watch."""
    before = tries()
    await until(lambda: tries() > before)
    return (await line.look()).verdict


async def test_o2_o5_before_an_open_gap_what_waits_is_lag_and_the_reader_stalled_within_a_minute(line: Line) -> None:
    line.kafka.send(1, 2, 3)
    async with line.reading(ask=refuse):
        await until(lambda: line.told == 3)
        assert (await line.look()).lag == 0
        line.kafka.send(5, 6)
        verdicts = [await look_after_a_try(line) for _ in range(MINUTE)]
        assert verdicts[-1] is Verdict.STALLED
        assert (await line.look()).lag == line.kafka.records[-1].offset + 1 - line.told == 2
        assert line.things.seen == [1, 2, 3]
        line.kafka.send(4, 5, 6)
        await until(lambda: line.told == 8)
        flow = await line.look()
        assert (flow.lag, flow.verdict, line.things.seen) == (0, Verdict.OK, [1, 2, 3, 4, 5, 6])


async def test_o2_what_was_known_and_comes_again_before_an_open_gap_is_no_lag_and_behind_it_is(line: Line) -> None:
    line.kafka.send(1, 2)
    async with line.reading():
        await until(lambda: line.told == 2)
        line.kafka.send(1, 2, 9)
        await until(lambda: line.told == 4)
        before = tries()
        line.kafka.send(1, 2)
        await until(lambda: tries() > before + 2)
        assert (line.told, (await line.look()).lag) == (4, 3)


async def test_o2_who_begins_again_in_an_open_gap_stands_before_it_as_before_and_loses_nothing(line: Line) -> None:
    line.kafka.most = 5
    line.kafka.send(1, 2, 3, 5, 6)
    async with line.reading(ask=refuse):
        await until(lambda: line.things.seen == [1, 2, 3])
        await until(lambda: line.told == 3)
    assert line.kept.rows[0]["next_offset"] == 3, "also where what is ahead came in one batch with what was applied"
    before = tries()
    async with line.reading(ask=refuse):
        await until(lambda: tries() > before + 1)
        assert (line.told, (await line.look()).lag) == (3, 2)
        line.kafka.send(4, 5, 6)
        await until(lambda: line.told == 8)
    assert line.things.seen == [1, 2, 3, 4, 5, 6]


async def test_m8_a_reader_that_stopped_and_reads_again_is_no_longer_told_as_stopped(line: Line) -> None:
    line.kafka.send(1)
    line.kafka.send(2, epoch=2)
    async with line.reading():
        await until(lambda: stopped() == 1)
        assert (await line.look()).verdict is Verdict.STOPPED
        # Somebody says which history counts, and trouble has the loop begin again.
        line.kept.rows[0] |= {"logepoch": 2, "logpos": 1}
        line.kept.trouble = ConnectionError("cut")
        await until(lambda: line.told == 2)
        assert (line.things.seen, stopped()) == ([1, 2], 0)
        assert (await line.look()).verdict is Verdict.OK


async def test_m8_a_reader_of_the_own_log_that_stopped_and_reads_again_is_no_longer_told_as_stopped(line: Line) -> None:
    things = cast("Any", line.things)
    await line.kept.execute("INSERT", "notes", "log:things", 0, 1)
    line.kept.epoch = 2
    role = LogReader("notes", "things", cast("Any", line.kept), Wakeup(), reaction=things, facts=things).run()
    task = asyncio.ensure_future(role)
    await until(lambda: stopped() == 1)
    line.kept.rows[0]["logepoch"] = 2
    await until(lambda: stopped() == 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
