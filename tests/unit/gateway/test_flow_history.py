"""Points of a history: joined, summed up, and the verdicts between them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.application.flow_history import (
    COARSE,
    FINE,
    MIDDLE,
    TIERS,
    Point,
    Span,
    Spread,
    comes,
    joined,
    sampled,
    stretches,
    summed,
)
from kernel.application.flowing import Verdict
from tests.unit.gateway.flows import flow, unseen

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
STEP = FINE.width


def point(number: int, lag: int = 0, verdict: Verdict = Verdict.OK, head: int = 100) -> Point:
    """Return a look at a reader, so many quarters of a minute after noon."""
    return sampled(NOON + number * STEP, flow(lag, head, verdict=verdict))


def test_a_look_at_a_reader_is_a_point_that_holds_its_figures() -> None:
    found = point(0, lag=7, verdict=Verdict.SLOW)
    assert (found.samples, found.head, found.verdict) == (1, 100, Verdict.SLOW)
    assert (found.lag, found.lag_seconds, found.rate) == (Spread(7, 7, 7), Spread(0.7, 0.7, 0.7), Spread(5, 5, 5))


def test_points_joined_hold_least_mean_and_most_of_all_their_samples_and_the_worst_verdict() -> None:
    of_three = joined(joined(point(0, 3), point(1, 9, Verdict.STALLED)), point(2, 6, head=140))
    assert of_three.lag == Spread(3, 6, 9)
    assert (of_three.at, of_three.samples, of_three.head, of_three.verdict) == (NOON, 3, 140, Verdict.STALLED)


def test_joining_in_another_grouping_comes_to_the_same() -> None:
    looks = [point(number, lag) for number, lag in enumerate((4, 8, 0, 100))]
    left = joined(joined(joined(looks[0], looks[1]), looks[2]), looks[3])
    assert joined(joined(looks[0], looks[1]), joined(looks[2], looks[3])) == left


def test_rows_of_a_table_sum_up_whole_periods() -> None:
    looks = [point(number, lag=number) for number in range(30)]
    rows = summed(looks, timedelta(minutes=5))
    assert [(row.at, row.samples, row.lag.least, row.lag.most) for row in rows] == [
        (NOON, 20, 0, 19),
        (NOON + timedelta(minutes=5), 10, 20, 29),
    ]
    assert summed([], timedelta(hours=1)) == []


def test_what_came_is_told_by_how_the_head_moved_and_not_of_a_topic_made_anew() -> None:
    looks = [point(0, head=100), point(1, head=130), point(3, head=190), point(4, head=5)]
    assert comes(looks) == [None, 2.0, 2.0, None]
    assert comes([]) == []


def test_what_came_is_counted_from_look_to_look_and_not_from_point_to_point() -> None:
    whole = joined(point(0, head=0), point(7, head=70))
    begun = replace(point(8, head=100), at=NOON + 8 * STEP)
    assert comes([whole, begun]) == [None, 2.0], "thirty facts in the fifteen seconds since the look before"


def test_verdicts_follow_one_another_without_a_hole() -> None:
    slow = [point(number, verdict=Verdict.SLOW) for number in (4, 5)]
    since, until = NOON - STEP, NOON + 9 * STEP
    found = stretches([point(0), point(1), *slow, point(6)], STEP, since, until)
    assert [(one.verdict, (one.until - one.since) / STEP) for one in found] == [
        (None, 1),
        (Verdict.OK, 2),
        (None, 2),
        (Verdict.SLOW, 2),
        (Verdict.OK, 1),
        (None, 2),
    ]
    assert found[0].since == since
    assert found[-1].until == until
    assert [before.until for before in found[:-1]] == [after.since for after in found[1:]]


def test_where_nothing_was_recorded_is_one_stretch_that_nobody_knows_of() -> None:
    (one,) = stretches([], STEP, NOON, NOON + STEP)
    assert one.verdict is None


def test_the_last_point_does_not_reach_into_the_future() -> None:
    (one,) = stretches([point(0)], STEP, NOON, NOON + STEP / 3)
    assert one.until == NOON + STEP / 3


def test_each_span_is_shown_by_hundreds_of_points_that_are_all_kept() -> None:
    for span in Span:
        points = span.length / span.tier.width
        assert 200 <= points <= 800
        assert points <= span.tier.kept
    assert COARSE.kept * COARSE.width >= timedelta(days=7)
    assert [tier.step % FINE.step for tier in TIERS] == [0, 0, 0]
    assert MIDDLE.start(NOON + timedelta(seconds=119)) == NOON


def unknown(number: int, head: int = 100) -> Point:
    """Return a look that did not learn how far the reader was."""
    return sampled(NOON + number * STEP, unseen(head=head))


def test_a_look_that_knew_nothing_is_a_point_without_figures() -> None:
    found = unknown(0)
    assert (found.lag, found.lag_seconds, found.rate) == (None, None, None)
    assert (found.samples, found.verdict) == (1, Verdict.UNKNOWN)


def test_looks_that_knew_nothing_make_no_figure_smaller() -> None:
    whole = joined(joined(point(0, 4), unknown(1)), joined(point(2, 8), unknown(3)))
    assert whole.lag == Spread(4, 6, 8)
    assert (whole.samples, whole.verdict) == (4, Verdict.UNKNOWN)
    assert joined(unknown(0), unknown(1)).lag is None
    three = joined(joined(unknown(0), point(1, 3)), joined(point(2, 3), point(3, 9)))
    assert three.lag == Spread(3, 5, 9)


def test_what_came_while_nobody_knew_is_counted_from_the_last_look_that_knew() -> None:
    looks = [point(0, head=100), unknown(1, head=100), unknown(2, head=100), point(3, head=190)]
    assert comes(looks) == [None, None, None, 2.0]
    assert comes([joined(looks[0], looks[1]), joined(looks[2], looks[3])]) == [None, 2.0]
    assert comes([unknown(0), point(1)]) == [None, None]
