"""Days of a service as a picture drawn here: no script, every part with its words. Next: services/status.html."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_date

from gateway.application.availability import Day, available
from gateway.web.words import Words

BAR, GAP, HEIGHT, FOOT = 22, 4, 120, 24
ORDER = ("ABNORMAL", "WARNING", "UNKNOWN", "UNMONITORED", "NORMAL")
"""From the bottom up."""

LABEL_EVERY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A part of a day."""

    status: str
    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A day's name under it."""

    x: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayWords:
    """A day as a row of the table beside the picture."""

    words: str
    percent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The picture and the same as words."""

    width: int
    height: int
    bars: Sequence[Bar]
    labels: Sequence[Label]
    days: Sequence[DayWords]
    """Today first."""
    total: str | None


def chart_of(found: Sequence[Day], language: str, words: Words, *, shares: bool = False) -> Chart:
    """Return the picture of some days; with *shares* it tells parts of a day, as of many contracts, and not hours."""
    return Chart(
        width=len(found) * (BAR + GAP),
        height=HEIGHT + FOOT,
        bars=[bar for place, day in enumerate(found) for bar in _bars(place, day, language, words, shares=shares)],
        labels=[
            Label(x=place * (BAR + GAP), words=f"{day.on.month}/{day.on.day}")
            for place, day in enumerate(found)
            if place % LABEL_EVERY == 0
        ],
        days=[DayWords(words=_on(day, language), percent=percent(day.available)) for day in reversed(found)],
        total=percent(available(found)),
    )


def percent(part: float | None) -> str | None:
    """Return a part as people read it; what is not whole is never rounded up to it."""
    if part is None:
        return None
    return "100%" if part >= 1 else f"{int(part * 100_000) / 1000:.3f}%"


def _bars(place: int, day: Day, language: str, words: Words, *, shares: bool) -> Sequence[Bar]:
    whole = sum(day.seconds.values())
    bars, y = list[Bar](), float(HEIGHT)
    for status in ORDER:
        seconds = day.seconds.get(status, 0.0)
        if not seconds:
            continue
        # What lasted a minute is seen too: a faulty moment must not vanish in a picture of days.
        height = max(seconds / whole * HEIGHT, 2.0)
        y = max(0.0, y - height)
        lasted = percent(seconds / whole) if shares else _lasted(seconds, words)
        said = f"{_on(day, language)} {words(f'status.{status}')} {lasted}"
        bars.append(
            Bar(
                status=status,
                x=place * (BAR + GAP),
                y=round(y, 1),
                width=BAR,
                height=round(min(height, HEIGHT - y), 1),
                words=said,
            )
        )
    return bars


def _on(day: Day, language: str) -> str:
    return format_date(day.on, "y年M月d日(EEEEE)" if language == "ja" else "EEE d MMM y", locale=language)


def _lasted(seconds: float, words: Words) -> str:
    minutes = round(seconds / 60)
    return words("availability.lasted", hours=minutes // 60, minutes=minutes % 60)
