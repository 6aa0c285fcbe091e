"""What befalls a real reader, told to the watch and the metrics."""

import asyncio
from typing import Any, cast

import pytest

from kernel.adapters.kafka import metrics
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.wakeup import Wakeup
from kernel.application.flowing import Verdict
from tests.unit.kernel.lines import Line, in_memory, until


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    """Give a topic, and a reader of it that waits for nobody."""
    return in_memory(monkeypatch)


def stopped() -> float:
    return float(metrics.STOPPED.labels("notes")._value.get())  # noqa: SLF001


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
