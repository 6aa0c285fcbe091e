"""How much of each day services ran, as a chart shows it: pure arithmetic. Next stop: web/chart.py."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Changes = Sequence[tuple[datetime, str]]

DOWN, COUNTED = "ABNORMAL", frozenset({"NORMAL", "WARNING", "ABNORMAL"})
"""Of the time in which nobody looked at a service nobody can say whether it ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of somebody's zone: seconds by status, of all contracts together. A day may have 23 or 25 hours."""

    on: date
    seconds: dict[str, float]

    @property
    def available(self) -> float | None:
        """Return the part of the watched time in which the service ran; None when nobody watched."""
        watched = sum(self.seconds.get(status, 0.0) for status in COUNTED)
        return None if not watched else 1 - self.seconds.get(DOWN, 0.0) / watched


class Tally:
    """Adds up how many contracts ran on the last *count* days, today last and as far as it is."""

    def __init__(self, now: datetime, zone: ZoneInfo, count: int) -> None:
        today = now.astimezone(zone).date()
        dates = [today - timedelta(days=back) for back in range(count - 1, -1, -1)]
        self._begins = [datetime.combine(on, time(), zone).timestamp() for on in dates]
        self._ends = [*self._begins[1:], now.timestamp()]
        self.days: Sequence[Day] = [Day(on=on, seconds={}) for on in dates]

    def add(self, changes: Changes) -> None:
        """Add one contract's statuses, in the order of their moments; costs its days and changes, however many."""
        moments = [at.timestamp() for at, _ in changes]
        until = [*moments[1:], self._ends[-1]]
        for place in range(max(0, bisect_right(moments, self._begins[0]) - 1), len(changes)):
            self._span(moments[place], until[place], changes[place][1])

    def _span(self, begin: float, end: float, status: str) -> None:
        begin, end = max(begin, self._begins[0]), min(end, self._ends[-1])
        place = bisect_right(self._begins, begin) - 1
        while begin < end:
            cut = min(end, self._ends[place])
            seconds = self.days[place].seconds
            seconds[status] = seconds.get(status, 0.0) + cut - begin
            begin, place = cut, place + 1


def days(changes: Changes, now: datetime, zone: ZoneInfo, count: int) -> Sequence[Day]:
    """Return the last *count* days of one contract."""
    tally = Tally(now, zone, count)
    tally.add(changes)
    return tally.days


def available(of: Iterable[Day]) -> float | None:
    """Return the part of the watched time of all days together."""
    total: dict[str, float] = {}
    for day in of:
        for status, seconds in day.seconds.items():
            total[status] = total.get(status, 0.0) + seconds
    return Day(on=date.min, seconds=total).available
