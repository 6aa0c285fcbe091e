"""How often people hear of contracts."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.domain.pace import Pace, next_daily

PACE = Pace(gap=timedelta(minutes=1), longest=timedelta(minutes=5))


def test_what_comes_alone_is_followed_by_a_short_quiet() -> None:
    assert PACE.next_gap(timedelta(minutes=5), held=False) == timedelta(minutes=1)


def test_while_news_keep_coming_the_quiet_doubles_up_to_a_bound() -> None:
    gap, gaps = timedelta(0), []
    for held in (False, True, True, True, True):
        gap = PACE.next_gap(gap, held=held)
        gaps.append(gap // timedelta(minutes=1))
    assert gaps == [1, 2, 4, 5, 5]


def test_an_hour_of_storm_is_little_more_than_a_dozen_mails() -> None:
    at, gap, mails = timedelta(0), timedelta(0), 0
    while at < timedelta(hours=1):
        gap = PACE.next_gap(gap, held=mails > 0)
        at, mails = at + gap, mails + 1
    assert mails <= 15


@pytest.mark.parametrize(
    ("now", "zone", "due"),
    [
        (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), "Asia/Tokyo", datetime(2026, 11, 23, 23, tzinfo=UTC)),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), "Asia/Tokyo", datetime(2026, 11, 24, 23, tzinfo=UTC)),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "UTC", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), "Europe/Berlin", datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (datetime(2026, 11, 23, 7, 0, tzinfo=UTC), "No/Where", datetime(2026, 11, 23, 8, tzinfo=UTC)),
    ],
    ids=["just before", "just after", "utc", "across a change of clocks", "unknown zone"],
)
def test_n11_the_mail_of_the_day_goes_at_eight_by_the_persons_own_clock(
    now: datetime, zone: str, due: datetime
) -> None:
    assert next_daily(now, zone) == due
