"""How often a company may hear of one kind of news, and when a mail of the day is due. Next: application/rounds.py."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAILY_AT = time(8)
"""When the mail of the day goes, by the person's own clock."""

DIGEST_LIFE = timedelta(hours=12)
"""How long after that it is still the mail of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What comes alone goes out at once; what follows too soon waits, and the longer the more keeps coming."""

    settle: timedelta = timedelta(seconds=2)
    """How long the first waits for what comes with it, and for people who are only just being let see it."""
    gap: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(minutes=5)

    def next_gap(self, before: timedelta, *, held: bool) -> timedelta:
        """Return how long to be quiet after a round; twice as long as before when this one had to wait already."""
        return min(max(before * 2, self.gap), self.longest) if held else self.gap


def next_daily(after: datetime, timezone: str) -> datetime:
    """Return when the next mail of the day is due in somebody's zone; in UTC where that is unknown."""
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    local = after.astimezone(zone)
    day = local.date() if local.time() < DAILY_AT else local.date() + timedelta(days=1)
    return datetime.combine(day, DAILY_AT, zone)
