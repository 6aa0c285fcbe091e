"""Planned work as an iCalendar object. See: RFC 5545. Next stop: somebody's calendar."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from gateway.projections.maintenance_board import MaintenanceRow
from gateway.web.words import Words
from kernel.adapters.http.body import with_plain_breaks

MEDIA_TYPE = "text/calendar; charset=utf-8"
LONGEST_LINE = 75
"""Octets of a line, which goes on in the next after a blank. See: RFC 5545, section 3.1."""

STATUS = {"PLANNED": "CONFIRMED", "COMPLETED": "CONFIRMED", "CANCELLED": "CANCELLED"}


def calendar(rows: Sequence[MaintenanceRow], words: Words, host: str) -> str:
    """Return a calendar of some work; times in UTC, which every calendar shows in its own zone."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Business portal//Maintenance//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(words('maintenance.title'))}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *(line for row in rows for line in _event(row, words, host)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _event(row: MaintenanceRow, words: Words, host: str) -> Iterator[str]:
    contracts = ", ".join(one.contract_number for one in row.contracts)
    text = "\n".join(part for part in (row.text, f"{words('operations.contracts')}: {contracts}") if part)
    yield "BEGIN:VEVENT"
    yield f"UID:{row.maintenance_id}@{host}"
    yield f"SEQUENCE:{row.version}"
    yield f"DTSTAMP:{_moment(row.moves[-1].at)}"
    yield f"DTSTART:{_moment(row.starts_at)}"
    yield f"DTEND:{_moment(row.ends_at)}"
    yield f"STATUS:{STATUS[row.state]}"
    yield f"SUMMARY:{_text(row.name)}"
    yield f"DESCRIPTION:{_text(text)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Return a text whose own commas and line ends are no part of the format. See: RFC 5545, section 3.3.11."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    # An old fact may hold line ends that calendars take for some, and that no form takes any more.
    lines: str = with_plain_breaks(plain)
    return lines.replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    part, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > LONGEST_LINE:
            yield part
            # The blank that says that the line goes on counts too.
            part, size = " ", 1
        part += char
        size += octets
    yield part
