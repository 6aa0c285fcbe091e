"""Records that no relay wrote: passed by, counted once each, and told of with where the reader stands."""

import pytest

from kernel.adapters.kafka import metrics
from kernel.application.watching import Foreign
from tests.unit.kernel.lines import Line, in_memory, until
from tests.unit.kernel.topic_in_memory import OTHER, READER

MISSING = "not an envelope of ours: 'ce_type' is missing"


@pytest.fixture(params=["reader", "projector"])
def line(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Line:
    """Give a topic that a reader with a database reads, and one that a projector folds."""
    return in_memory(monkeypatch, folds=request.param == "projector")


def told(found: Foreign | None) -> tuple[int, int, int, str] | None:
    return found and (found.count, found.part, found.offset, found.reason)


def metered() -> float:
    return float(metrics.FOREIGN.labels(READER)._value.get())  # noqa: SLF001


async def test_o3_what_no_relay_wrote_is_told_of_with_the_reader_and_what_follows_flows_on(line: Line) -> None:
    line.kafka.send(1)
    async with line.reading():
        await until(lambda: line.told == 1)
        assert (await line.look()).foreign is None
        line.kafka.forge(OTHER)
        await until(lambda: line.kafka.told.get(OTHER) == 1)
        line.kafka.forge()
        line.kafka.send(2)
        await until(lambda: line.seen == [1, 2])
        look = await line.look()
    assert told(look.foreign) == (2, 0, 1, MISSING)


async def test_o3_a_record_that_is_read_again_is_counted_once(line: Line) -> None:
    line.kafka.forge()
    line.kafka.send(1, 3)
    before = metered()
    async with line.reading():
        await until(lambda: metered() > before + 1)
        look = await line.look()
    assert told(look.foreign) == (1, 0, 0, MISSING), "before a gap the partition is read from its first record again"


async def test_o3_of_a_topic_that_was_made_anew_it_is_counted_anew(line: Line) -> None:
    line.kafka.send(1)
    line.kafka.forge()
    line.kafka.forge()
    async with line.reading():
        await until(lambda: line.told == 3)
        line.kafka.make_anew()
        await until(lambda: line.told == 0)
        line.kafka.forge()
        await until(lambda: line.told == 1)
        look = await line.look()
    assert told(look.foreign) == (1, 0, 0, MISSING)
