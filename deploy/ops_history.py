"""How a reader stood over time, as lines of text. Next stop: gateway/api/ops_history.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from deploy.ops_figures import UNKNOWN, figure, who_is_silent

WIDE = 60
BARS = "▁▂▃▄▅▆▇█"
NOTHING = "·"
"""Where nothing was recorded, or known."""


class Range(StrEnum):
    """How far back."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


def told(history: Mapping[str, Any]) -> str:
    """Return a history as the API gives it as text: a line of bars for each figure, then what was not well."""
    since, until = _moment(history["since"]), _moment(history["until"])
    lines = [
        f"{history['consumer']} <- {history['topic']}",
        f"{since.astimezone():%Y-%m-%d %H:%M} to {until.astimezone():%Y-%m-%d %H:%M %Z}, each bar the most of its part",
    ]
    for name, words in (("lag", "lag"), ("lagSeconds", "lag s"), ("rate", "facts/s")):
        spreads = [(_moment(one["at"]), one[name]) for one in history["points"] if one[name]]
        lines.append(f"{words:<8}{bars([(at, one['most']) for at, one in spreads], since, until)}  {_figures(spreads)}")
    flow = history["now"]
    lines.append(f"now     {_standing(flow) if flow else UNKNOWN}")
    lines += [
        f"        {one['verdict'] or 'not recorded'} "
        f"{_moment(one['since']).astimezone():%m-%d %H:%M:%S} to {_moment(one['until']).astimezone():%m-%d %H:%M:%S}"
        for one in history["verdicts"]
        if one["verdict"] != "OK"
    ]
    return "\n".join(lines)


def _standing(flow: Mapping[str, Any]) -> str:
    seconds = f", {flow['lagSeconds']:.1f} s" if flow["lagSeconds"] is not None else ""
    why = f", {who_is_silent(flow['silent'])}" if flow["silent"] else ""
    return f"{flow['verdict']}, lag {figure(flow['lag'])}{seconds}{why}"


def bars(values: Sequence[tuple[datetime, float]], since: datetime, until: datetime, wide: int = WIDE) -> str:
    """Return values as bars: each as high as the most that was seen in its part of the time."""
    part = max((until - since) / wide, timedelta(seconds=1))
    most: dict[int, float] = {}
    for at, value in values:
        place = min(int((at - since) / part), wide - 1)
        most[place] = max(value, most.get(place, 0.0))
    highest = max(most.values(), default=0.0)
    return "".join(_bar(most[place], highest) if place in most else NOTHING for place in range(wide))


def _bar(value: float, highest: float) -> str:
    # What is little beside the most is still not nothing.
    return BARS[max(1, round(value / highest * (len(BARS) - 1)))] if value else BARS[0]


def _figures(spreads: Sequence[tuple[datetime, Mapping[str, float]]]) -> str:
    if not spreads:
        return "not recorded"
    least, most = min(one["least"] for _, one in spreads), max(one["most"] for _, one in spreads)
    mean = sum(one["mean"] for _, one in spreads) / len(spreads)
    return f"least {least:,.1f}, mean {mean:,.1f}, most {most:,.1f}"


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said)
