"""Times as people read them, in their zone and language. Next stop: frame.py, which gives them to templates."""

from datetime import datetime

from babel.dates import format_datetime
from markupsafe import Markup

from gateway.application.timezones import zone

_FULL = {"ja": "y年M月d日(EEEEE) HH:mm", "en": "EEE d MMM y, HH:mm"}


def when(time: datetime, timezone: str, language: str) -> str:
    """Return `2026年11月23日(月) 09:00 JST` or `Mon 23 Nov 2026, 09:00 JST`."""
    there = time.astimezone(zone(timezone))
    return f"{format_datetime(there, _FULL[language], locale=_locale(language))} {there:%Z}"


def clock(time: datetime, timezone: str) -> str:
    """Return the time of day with its zone: `09:00 JST`."""
    return f"{time.astimezone(zone(timezone)):%H:%M %Z}"


def on(time: datetime, timezone: str, language: str) -> str:
    """Return the day alone, for lists where the hour says nothing."""
    there = time.astimezone(zone(timezone))
    return format_datetime(there, _FULL[language].removesuffix("HH:mm").rstrip(", "), locale=_locale(language))


def element(time: datetime, text: str) -> Markup:
    """Return a time element: what people read, what programs read, and UTC for who wants to compare."""
    moment = f"{time:%Y-%m-%dT%H:%M:%SZ}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment, f"{time:%Y-%m-%d %H:%M:%S} UTC", text)


def _locale(language: str) -> str:
    # en_GB puts the day before the month and has no comma of its own.
    return "en_GB" if language == "en" else "ja_JP"
