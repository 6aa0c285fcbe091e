"""Time zones to choose from: the common ones first, then all by region. Next stop: templates/parts/form.html."""

from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from babel.dates import get_timezone_location

from gateway.web.words import Words

COMMON = (
    "Asia/Tokyo",
    "UTC",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Bangkok",
    "Asia/Kolkata",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Australia/Sydney",
)
REGIONS = (
    "Asia",
    "Europe",
    "America",
    "Africa",
    "Australia",
    "Pacific",
    "Atlantic",
    "Indian",
    "Antarctica",
)

Option = tuple[str, str]
Group = tuple[str, Sequence[Option]]


def zones(words: Words, chosen: str) -> Sequence[Group]:
    """Return groups of zones, each zone with the name of its place; *chosen* is among them whatever it is."""
    first = [_option(name, words.language) for name in COMMON]
    by_region = [(words(f"zone.{region}"), _region(region, words.language)) for region in REGIONS]
    known = {name for _, options in by_region for name, _ in options} | set(COMMON)
    if chosen and chosen not in known and chosen in _names():
        first.insert(0, (chosen, chosen))
    return [(words("zone.common"), first), *by_region]


def is_zone(name: str) -> bool:
    """Return whether there is such a zone."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _region(region: str, language: str) -> Sequence[Option]:
    return [_option(name, language) for name in sorted(_names()) if name.startswith(f"{region}/")]


def _option(name: str, language: str) -> Option:
    # The name comes first, so that typing it jumps there; in Japanese the place stands beside it.
    said = name.replace("_", " ")
    place = get_timezone_location(name, locale="ja", return_city=True) if language == "ja" and "/" in name else ""
    return name, f"{said} {place}".strip()
