"""Records that claim a later epoch: believed when the owner of the log says so, and nobody's otherwise."""

import pytest

from kernel.adapters.kafka import metrics
from kernel.application.flowing import Verdict
from kernel.domain.errors import Unavailable
from tests.unit.kernel.lines import Line, in_memory, until
from tests.unit.kernel.owner import Owner
from tests.unit.kernel.topic_in_memory import OTHER, READER

AWAY = Unavailable("the owner is away")


@pytest.fixture(params=["reader", "projector"])
def line(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Line:
    """Give a topic that a reader with a database reads, and one that a projector folds."""
    return in_memory(monkeypatch, folds=request.param == "projector")


def foreign() -> float:
    return float(metrics.FOREIGN.labels(READER)._value.get())  # noqa: SLF001


def retries() -> float:
    return float(metrics.RETRIES.labels(READER, "Unavailable")._value.get())  # noqa: SLF001


def stopped() -> float:
    return float(metrics.STOPPED.labels(READER)._value.get())  # noqa: SLF001


async def test_o5_an_epoch_that_the_log_does_not_have_is_nobodys_and_what_follows_flows_on(line: Line) -> None:
    owner, before = Owner(), foreign()
    line.kafka.send(1)
    async with line.reading(owner):
        await until(lambda: line.told == 1)
        line.kafka.send(77, epoch=99)
        line.kafka.send(2)
        await until(lambda: line.told == 3)
        line.kafka.send(3)
        await until(lambda: line.told == 4)
        look = await line.look()
    assert look.verdict is Verdict.OK
    assert look.foreign
    assert (look.foreign.count, look.foreign.part, look.foreign.offset) == (1, 0, 1)
    assert look.foreign.reason == "it claims a later epoch of a log that is in epoch 1"
    assert (line.seen, stopped(), foreign() - before) == ([1, 2, 3], 0, 1)
    assert owner.asked == ["things"], "nobody is asked about what is in the epoch that is known"


async def test_o5_while_the_owner_is_away_nothing_is_believed_and_that_partition_alone_waits(line: Line) -> None:
    owner = Owner(away=AWAY)
    line.kafka.send(1)
    async with line.reading(owner):
        await until(lambda: line.told == 1)
        before = retries()
        line.kafka.send(77, epoch=99)
        line.kafka.send(2)
        line.kafka.send(1, to=OTHER)
        await until(lambda: line.kafka.told.get(OTHER) == 1)
        await until(lambda: retries() > before + 1)
        assert (line.told, stopped()) == (1, 0)
        owner.away = None
        await until(lambda: line.told == 3)
    assert line.seen.count(2) == 1


async def test_o5_who_begins_from_nothing_is_not_misled_by_the_last_record_of_a_topic(line: Line) -> None:
    line.kafka.send(1, 2)
    line.kafka.send(77, epoch=99)
    async with line.reading(Owner()):
        await until(lambda: line.told == 3)
        line.kafka.send(3)
        await until(lambda: line.told == 4)
    assert line.seen == [1, 2, 3]


async def test_o5_who_begins_from_nothing_waits_for_no_owner(line: Line) -> None:
    line.kafka.send(1, 2)
    line.kafka.send(1, 2, 3, epoch=2)
    async with line.reading(Owner(away=AWAY)):
        await until(lambda: line.told == 5)
    assert line.seen == [1, 2, 3], "of a log that was restored, and is sent again whole"


async def test_o5_a_log_whose_owner_says_that_it_was_restored_stops_its_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = in_memory(monkeypatch)
    line.kafka.send(1)
    async with line.reading(Owner(known=2)):
        await until(lambda: line.told == 1)
        line.kafka.send(2, epoch=2)
        await until(lambda: stopped() == 1)
    assert line.seen == [1]
