"""A month of planned work in somebody's zone, as rows of weeks. Next stop: templates/maintenance/calendar.html."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from gateway.projections.maintenance_board import MaintenanceRow

FIRST, LAST = date(2000, 1, 1), date(2099, 12, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Work on a day, and when on that day."""

    row: MaintenanceRow
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay:
    """A day and its work."""

    on: date
    outside: bool
    """Whether it belongs to the month before or after."""
    today: bool
    items: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month as it is drawn."""

    words: str
    before: str
    after: str
    weekdays: Sequence[str]
    weeks: Sequence[Sequence[MonthDay]]


def month_of(text: str, today: date) -> date:
    """Return the first day of a month as the address names it; this month for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return min(max(found, FIRST), LAST)


def span(first: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the moments between which the weeks of a month lie."""
    days = _days(first)
    return _midnight(days[0], zone), _midnight(days[-1] + timedelta(days=1), zone)


def month(first: date, rows: Sequence[MaintenanceRow], today: date, zone: ZoneInfo, language: str) -> Month:
    """Return a month with its work; work across midnight stands on each of its days."""
    days = [_day(on, first, rows, today, zone) for on in _days(first)]
    locale = "ja_JP" if language == "ja" else "en_GB"
    return Month(
        words=format_date(first, "y年M月" if language == "ja" else "MMMM y", locale=locale),
        before=_named(first - timedelta(days=1)),
        after=_named(first + timedelta(days=31)),
        weekdays=[format_date(day.on, "EEE", locale=locale) for day in days[:7]],
        weeks=[days[begin : begin + 7] for begin in range(0, len(days), 7)],
    )


def _days(first: date) -> Sequence[date]:
    # Weeks begin on Sunday, as calendars in Japan do.
    begin = first - timedelta(days=(first.weekday() + 1) % 7)
    after = (first + timedelta(days=31)).replace(day=1)
    weeks = -(-(after - begin).days // 7)
    return [begin + timedelta(days=number) for number in range(weeks * 7)]


def _day(on: date, first: date, rows: Sequence[MaintenanceRow], today: date, zone: ZoneInfo) -> MonthDay:
    begin, end = _midnight(on, zone), _midnight(on + timedelta(days=1), zone)
    here = [row for row in rows if row.starts_at < end and row.ends_at > begin]
    items = [
        Entry(row=row, words=f"{row.starts_at.astimezone(zone):%H:%M}" if row.starts_at >= begin else "…")
        for row in sorted(here, key=lambda row: row.starts_at)
    ]
    return MonthDay(on=on, outside=on.month != first.month, today=on == today, items=items)


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), zone)


def _named(day: date) -> str:
    return f"{day:%Y-%m}"
