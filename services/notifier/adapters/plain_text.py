"""Names, times and spans as mails write them. Next stop: letters.py."""

import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def one_line(text: str) -> str:
    """Return a text without line ends and other characters that steer instead of being read."""
    kept = "".join(" " if char.isspace() else char for char in text if char.isspace() or _is_read(char))
    return " ".join(kept.split())


def _is_read(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def local_time(at: datetime, zone: str) -> str:
    """Return an instant in a zone, with the zone's name: `2026/11/24 10:46:36 JST (Asia/Tokyo)`."""
    try:
        local = at.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone, local = "UTC", at.astimezone(ZoneInfo("UTC"))
    short = local.tzname()
    return f"{local:%Y/%m/%d %H:%M:%S} {zone if short == zone else f'{short} ({zone})'}"


def span(of: timedelta, language: str) -> str:
    """Return a span of time in words: `5 minutes`, or seconds where it is none."""
    seconds = round(of.total_seconds())
    n, unit = (seconds // 60, "minute") if seconds and seconds % 60 == 0 else (seconds, "second")
    if language == "ja":
        return f"{n}{'分' if unit == 'minute' else '秒'}"
    return f"{n} {unit}" if n == 1 else f"{n} {unit}s"
