"""Time zones by their names. Next stop: availability.py, web/dates.py."""

from zoneinfo import ZoneInfo


def zone(name: str) -> ZoneInfo:
    """Return a zone by its IANA name; Tokyo's for a name that the zone data does not hold."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("Asia/Tokyo")
