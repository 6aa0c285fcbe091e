"""What is made of measured numbers."""

import pytest

from bench.figures import judge, percentile, ratios
from bench.goals import Line

MORE = Line(key="more", says="more is better", floor=0.8, moonshot=1.2)
LESS = Line(key="less", says="less is better", floor=5, moonshot=2, at_most=True)


def test_the_median_of_the_rounds_counts_and_the_worst_stands_beside_it() -> None:
    judged = judge(MORE, [0.9, 0.7, 1.3])
    assert (judged.value, judged.worst) == (0.9, 0.7)
    assert (judged.held, judged.reached) == (True, False)


def test_where_less_is_better_the_worst_is_the_largest() -> None:
    judged = judge(LESS, [1.5, 6.0, 1.0])
    assert (judged.value, judged.worst) == (1.5, 6.0)
    assert (judged.held, judged.reached) == (True, True)


def test_a_floor_that_is_met_exactly_holds() -> None:
    assert judge(MORE, [0.8]).held
    assert judge(LESS, [5.0]).held


def test_a_floor_that_is_missed_does_not_hold() -> None:
    assert judge(MORE, [0.79]).held is False
    assert judge(LESS, [5.01]).held is False


def test_what_was_not_measured_is_neither_held_nor_missed() -> None:
    judged = judge(MORE, [])
    assert (judged.value, judged.held, judged.reached) == (None, None, None)


def test_a_line_without_a_floor_is_only_told() -> None:
    assert judge(Line(key="told", says="told"), [3.0]).held is None


def test_ratios_are_taken_round_by_round() -> None:
    assert ratios([10.0, 30.0], [5.0, 10.0]) == [2.0, 3.0]


def test_a_missing_round_or_an_idle_peer_gives_no_ratio() -> None:
    with pytest.raises(ValueError, match="2 rounds of ours stand against 1"):
        ratios([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="did nothing"):
        ratios([1.0], [0.0])


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 0.5)
