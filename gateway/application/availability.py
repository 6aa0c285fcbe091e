"""How much of each day a service ran, as a chart shows it: pure arithmetic. Next stop: web/chart.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Changes = Sequence[tuple[datetime, str]]

DOWN, COUNTED = "ABNORMAL", frozenset({"NORMAL", "WARNING", "ABNORMAL"})
"""Of the time in which nobody looked at a service nobody can say whether it ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of somebody's zone: seconds by status. A day may have 23 or 25 hours."""

    on: date
    seconds: dict[str, float]

    @property
    def available(self) -> float | None:
        """Return the part of the watched time in which the service ran; None when nobody watched."""
        watched = sum(self.seconds.get(status, 0.0) for status in COUNTED)
        return None if not watched else 1 - self.seconds.get(DOWN, 0.0) / watched


def days(changes: Changes, now: datetime, zone: ZoneInfo, count: int) -> Sequence[Day]:
    """Return the last *count* days, today last and as far as it is."""
    today = now.astimezone(zone).date()
    return [_day(changes, today - timedelta(days=back), now, zone) for back in range(count - 1, -1, -1)]


def available(of: Sequence[Day]) -> float | None:
    """Return the part of the watched time of all days together."""
    total: dict[str, float] = {}
    for day in of:
        for status, seconds in day.seconds.items():
            total[status] = total.get(status, 0.0) + seconds
    return Day(on=date.min, seconds=total).available


def _day(changes: Changes, on: date, now: datetime, zone: ZoneInfo) -> Day:
    begin = datetime.combine(on, time(), zone).timestamp()
    end = min(datetime.combine(on + timedelta(days=1), time(), zone).timestamp(), now.timestamp())
    seconds: dict[str, float] = {}
    ends = [*(at.timestamp() for at, _ in changes[1:]), now.timestamp()]
    for (at, status), until in zip(changes, ends, strict=False):
        inside = min(until, end) - max(at.timestamp(), begin)
        if inside > 0:
            seconds[status] = seconds.get(status, 0.0) + inside
    return Day(on=on, seconds=seconds)
