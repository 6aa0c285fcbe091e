"""When a mail is tried again. Next stop: application/delivery.py."""

from datetime import datetime, timedelta

WAITS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
SHORTEST = timedelta(seconds=5)
NOBODY_THERE = timedelta(seconds=15)
"""The longest wait while nobody answers: that is soon over, and says nothing against the mail."""


def next_try(tries: int, now: datetime, not_after: datetime, longest: timedelta = WAITS[-1]) -> datetime | None:
    """Return when to try again after *tries* failed ones; None when no time is left for it.

    It never waits past the middle of what is left, so that a code which lives ten minutes gets its last chances too.
    """
    left = not_after - now
    wait = min(WAITS[min(max(tries, 1), len(WAITS)) - 1], longest, left / 2)
    return now + wait if wait >= SHORTEST else None
