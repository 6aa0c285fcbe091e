"""The chain's rules one by one; test_chain_model.py plays them against one another."""

import pytest

from kernel.application.backoff import Backoff
from kernel.application.chain import GapClock, Place, Reached, Remedy, Verdict


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ((1, 8, 5), Verdict.NEXT),
        ((1, 5, 3), Verdict.KNOWN),
        ((1, 3, 0), Verdict.KNOWN),
        ((1, 9, 8), Verdict.AHEAD),
        ((0, 8, 5), Verdict.BYGONE),
        ((2, 8, 5), Verdict.RESTORED),
    ],
)
def test_only_the_record_that_names_the_last_one_as_its_predecessor_is_next(
    record: tuple[int, int, int], verdict: Verdict
) -> None:
    assert Place(epoch=1, position=5).judge(*record) is verdict


def test_a_reader_that_knows_no_epoch_takes_the_first_one_it_meets() -> None:
    assert Place().judge(7, 3, 0) is Verdict.NEXT


def test_a_gap_first_has_the_partition_read_again_and_then_the_owner_asked_again_and_again() -> None:
    clock = GapClock(patience=10)
    assert clock.saw(Verdict.AHEAD, 100)
    assert not clock.saw(Verdict.AHEAD, 105)
    assert clock.due(109.9) is None
    assert clock.due(110) is Remedy.REWIND
    assert clock.due(119) is None
    assert clock.due(120) is Remedy.ASK
    assert clock.due(130) is Remedy.ASK


def test_a_gap_that_closes_is_forgotten() -> None:
    clock = GapClock(patience=10)
    clock.saw(Verdict.AHEAD, 100)
    clock.saw(Verdict.KNOWN, 101)
    clock.saw(Verdict.NEXT, 102)
    assert clock.due(200) is None


def test_a_partition_is_done_with_up_to_the_gap_whatever_is_read_behind_it_until_that_closes() -> None:
    reached = Reached(7)
    assert reached.past(7, Verdict.NEXT) == 8
    assert reached.past(8, None) == 9, "no relay wrote it"
    assert reached.past(9, Verdict.AHEAD) == 9
    assert reached.past(10, Verdict.KNOWN) == 9
    assert reached.past(11, None) == 9
    assert reached.past(12, Verdict.NEXT) == 13
    assert reached.past(13, Verdict.BYGONE) == 14


def test_waiting_grows_to_a_bound_and_starts_small_again_after_a_success() -> None:
    backoff = Backoff(first=0.1, most=5.0)
    waits = [backoff.next() for _ in range(50)]
    assert 0.05 <= waits[0] <= 0.1
    assert max(waits) <= 5.0
    assert min(waits[10:]) >= 2.5
    backoff.reset()
    assert backoff.next() <= 0.1
