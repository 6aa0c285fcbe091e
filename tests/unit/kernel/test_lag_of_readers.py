"""Real readers before gaps, restored logs and topics made anew, as the watch sees them: where Kafka was told."""

import asyncio
from typing import Any, cast

import pytest

from kernel.adapters.kafka import metrics
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.wakeup import Wakeup
from kernel.application.consume import Incoming
from kernel.application.flowing import WINDOW, Verdict
from kernel.application.watching import APART_SECONDS
from kernel.domain.errors import Unavailable
from tests.unit.kernel.lines import Line, in_memory, tries, until
from tests.unit.kernel.owner import Owner
from tests.unit.kernel.topic_in_memory import OTHER, PART, PATIENCE

MINUTE = int(60 / APART_SECONDS)
OWNER_IS_AWAY = Unavailable("the owner is away")


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    """Give a topic, and a reader of it that waits for nobody."""
    return in_memory(monkeypatch)


@pytest.fixture(params=["reader", "projector"])
def any_line(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Line:
    """Give a topic that a reader with a database reads, and one that a projector folds."""
    return in_memory(monkeypatch, folds=request.param == "projector")


async def refuse(_service: str, _partition: int, _position: int) -> None:
    raise OWNER_IS_AWAY


def gaps() -> float:
    return float(metrics.GAPS.labels("notes")._value.get())  # noqa: SLF001


def stopped() -> float:
    return float(metrics.STOPPED.labels("notes")._value.get())  # noqa: SLF001


async def look_after_a_try(line: Line) -> Verdict:
    """Look once the reader has tried something again, as it does three times between two looks of the real watch."""
    before = tries()
    await until(lambda: tries() > before)
    return (await line.look()).verdict


async def test_o2_o5_before_an_open_gap_what_waits_is_lag_and_the_reader_stalled_within_a_minute(
    any_line: Line,
) -> None:
    any_line.kafka.send(1, 2, 3)
    async with any_line.reading(Owner(refuse)):
        await until(lambda: any_line.told == 3)
        assert (await any_line.look()).lag == 0
        any_line.kafka.send(5, 6)
        verdicts = [await look_after_a_try(any_line) for _ in range(MINUTE)]
        assert verdicts[-1] is Verdict.STALLED
        assert (await any_line.look()).lag == len(any_line.kafka.parts[PART]) - any_line.told == 2
        assert any_line.seen == [1, 2, 3]
        any_line.kafka.send(4, 5, 6)
        await until(lambda: any_line.told == 8)
        flow = await any_line.look()
        assert (flow.lag, flow.verdict, any_line.seen) == (0, Verdict.OK, [1, 2, 3, 4, 5, 6])


async def test_o2_what_was_known_and_comes_again_before_an_open_gap_is_no_lag_and_behind_it_is(any_line: Line) -> None:
    any_line.kafka.send(1, 2)
    async with any_line.reading():
        await until(lambda: any_line.told == 2)
        any_line.kafka.send(1, 2, 9)
        await until(lambda: any_line.told == 4)
        before = tries()
        any_line.kafka.send(1, 2)
        await until(lambda: tries() > before + 2)
        assert (any_line.told, (await any_line.look()).lag) == (4, 3)


async def test_o2_who_begins_again_in_an_open_gap_stands_before_it_as_before_and_loses_nothing(any_line: Line) -> None:
    any_line.kafka.most = 5
    any_line.kafka.send(1, 2, 3, 5, 6)
    async with any_line.reading(Owner(refuse)):
        await until(lambda: any_line.seen == [1, 2, 3])
        await until(lambda: any_line.told == 3)
    assert any_line.kept_at == 3, "also where what is ahead came in one batch with what was applied"
    before = tries()
    async with any_line.reading(Owner(refuse)):
        await until(lambda: tries() > before + 1)
        assert (any_line.told, (await any_line.look()).lag) == (3, 2)
        any_line.kafka.send(4, 5, 6)
        await until(lambda: any_line.told == 8)
    assert any_line.seen == [1, 2, 3, 4, 5, 6]


async def test_o5_a_gap_that_another_process_closes_is_closed_for_both(any_line: Line) -> None:
    any_line.kafka.send(1, 3)
    async with any_line.reading(), any_line.reading():
        before = tries()
        await until(lambda: tries() > before + 2)
        any_line.kafka.send(2, 3)
        await until(lambda: any_line.told == 4)
        await until(lambda: any_line.kept_at == 4)
        await asyncio.sleep(PATIENCE)
        before = tries()
        await asyncio.sleep(3 * PATIENCE)
        assert (tries(), any_line.told) == (before, 4), "nobody looks for it or stands before it any more"


async def read_anew(line: Line) -> None:
    """Have a topic that holds much twice read, and then lost: the new one is shorter."""
    line.kafka.send(*range(1, 41), *range(1, 41))
    await until(lambda: line.told == 80)
    assert (await line.look()).lag == 0
    line.kafka.fetches = 0
    line.kafka.make_anew()
    await until(lambda: line.told == 0)


async def test_o2_o5_of_a_topic_made_anew_the_place_is_what_kafka_was_told_and_nobody_is_stopped(
    any_line: Line,
) -> None:
    async with any_line.reading():
        await read_anew(any_line)
        any_line.kafka.most = 3
        any_line.kafka.send(*range(1, 101))
        for looks in range(1, 2 * WINDOW):
            any_line.kafka.fetches = 1
            await until(lambda looks=looks: any_line.told == 3 * looks)  # type: ignore[misc]
            flow = await any_line.look()
            assert (flow.parts[0].place, flow.lag) == (any_line.told, 100 - any_line.told)
            assert flow.verdict is not Verdict.STOPPED
        assert flow.verdict is Verdict.OK
        any_line.kafka.fetches = None
        await until(lambda: any_line.told == 100)
    assert any_line.seen == list(range(1, 101))


async def test_o2_who_begins_again_while_a_topic_made_anew_is_read_goes_on_in_the_new_one(any_line: Line) -> None:
    async with any_line.reading():
        await read_anew(any_line)
    any_line.kafka.send(*range(1, 101))
    any_line.kafka.fetches = None
    before = gaps()
    async with any_line.reading():
        await until(lambda: any_line.told == 100)
    assert any_line.seen == list(range(1, 101))
    assert gaps() == before, "for it did not begin in the middle"


async def test_o2_what_was_passed_by_and_then_lost_with_its_topic_leaves_no_old_place_behind(line: Line) -> None:
    async with line.reading():
        line.kafka.send(1)
        await until(lambda: line.told == 1)
        line.kafka.send(*range(2, 10), kind="thing.noted")
        await until(lambda: line.told == 9)
        assert line.kept.rows[0]["logpos"] == 1
        line.kafka.make_anew()
        await until(lambda: line.told == 0)
        assert (line.kept.rows[0]["next_offset"], line.kept.rows[0]["logpos"]) == (0, 9)


async def test_o2_what_came_again_behind_what_was_passed_by_is_no_lag_once_that_is_kept(line: Line) -> None:
    async with line.reading():
        line.kafka.send(1)
        await until(lambda: line.told == 1)
        line.kafka.send(2, 3, kind="thing.noted")
        await until(lambda: line.told == 3)
        line.kafka.send(2, 3, kind="thing.noted")
        await until(lambda: line.told == 5)
        assert line.kept.rows[0]["logpos"] == 1
        await until(lambda: line.kept.rows[0]["logpos"] == 3)
        line.kafka.send(1, to=OTHER)
        await until(lambda: line.kafka.told.get(OTHER) == 1)
        assert (line.told, (await line.look()).lag) == (5, 0)


async def test_o2_o5_what_is_missing_and_found_but_cannot_be_applied_is_where_the_reader_is(line: Line) -> None:
    async with line.reading():
        line.kafka.send(*range(1, 41), *range(1, 41))
        await until(lambda: line.told == 80)
    line.kafka.make_anew()
    line.kafka.send(*range(1, 101))
    line.things.fails = lambda about: OWNER_IS_AWAY if about.position == 41 else None
    async with line.reading():
        await until(lambda: line.told == 40)
        assert (await line.look()).lag == 60
        line.things.fails = lambda _about: None
        await until(lambda: line.told == 100)
    assert line.things.seen == list(range(1, 101))


async def test_o5_a_gap_that_is_closed_by_what_cannot_be_applied_yet_is_one_gap(line: Line) -> None:
    failed: list[int] = []

    def fails(about: Incoming) -> Exception | None:
        failed.append(about.position)
        return OWNER_IS_AWAY if about.position == 2 and len(failed) < 6 else None

    line.things.fails = fails
    async with line.reading():
        line.kafka.send(1)
        await until(lambda: line.told == 1)
        before = gaps()
        line.kafka.send(3, 2, 3)
        await until(lambda: line.told == 4)
    assert (line.things.seen, gaps() - before) == ([1, 2, 3], 1)


async def test_m8_a_reader_that_stopped_and_reads_again_is_no_longer_told_as_stopped(line: Line) -> None:
    line.kafka.send(1)
    async with line.reading():
        await until(lambda: line.told == 1)
        line.kafka.send(2, epoch=2)
        await until(lambda: stopped() == 1)
        assert (await line.look()).verdict is Verdict.STOPPED
        # Somebody says which history counts, and trouble has the loop begin again.
        line.kept.rows[0] |= {"logepoch": 2, "logpos": 1}
        line.kept.trouble = ConnectionError("cut")
        await until(lambda: line.told == 2)
        assert (line.things.seen, stopped()) == ([1, 2], 0)
        assert (await line.look()).verdict is Verdict.OK


@pytest.mark.parametrize("ahead", [(), (5,)])
async def test_o2_a_reader_that_a_restored_log_stops_behind_an_open_gap_is_still_before_the_gap(
    line: Line, ahead: tuple[int, ...]
) -> None:
    line.kafka.send(1, 2)
    async with line.reading():
        await until(lambda: line.told == 2)
        before = tries()
        line.kafka.send(4)
        await until(lambda: tries() > before + 1)
        line.kafka.send(*ahead)
        line.kafka.send(6, epoch=2)
        await until(lambda: stopped() == 1)
        flow = await look_after_a_try(line)
        assert (line.told, line.kept_at) == (2, 2)
        assert (flow, (await line.look()).lag) == (Verdict.STOPPED, 2 + len(ahead))


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
