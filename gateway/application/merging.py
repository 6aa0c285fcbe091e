"""Looks into several logs made one page, by time. Next stop: ops_events.py, which asks for them."""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile

from gateway.application.ops_events_ports import Found
from kernel.application.browsing import Look


@dataclass(frozen=True, slots=True)
class Merged:
    """One page, and where to look on in each log that has more."""

    items: tuple[Found, ...]
    places: Mapping[str, int]


def merged(looks: Mapping[str, Look], places: Mapping[str, int], limit: int, *, oldest_first: bool) -> Merged:
    """Return the first facts of all looks; *places* says from where each was taken, where it was not the beginning.

    Each log keeps its own order whatever its clock said. No fact is shown behind which another log may still have an
    earlier one: where that one's look ended, the page ends.
    """
    sign = 1 if oldest_first else -1
    ends = [_end(look, sign) for look in looks.values() if look.place is not None]
    edge = min((end for end in ends if end is not None), default=None)
    lists: list[Iterator[tuple[float, Found]]] = [_timed(name, look, sign) for name, look in looks.items()]
    ordered = heapq.merge(*lists, key=lambda one: one[0])
    shown = [one for _, one in islice(takewhile(lambda one: edge is None or one[0] <= edge, ordered), limit)]
    count: dict[str, int] = {}
    for one in shown:
        count[one.service] = count.get(one.service, 0) + 1
    after = {
        name: place
        for name, look in looks.items()
        if (place := _place(look, count.get(name, 0), places.get(name), oldest_first=oldest_first)) is not None
    }
    return Merged(tuple(shown), after)


def _timed(name: str, look: Look, sign: int) -> Iterator[tuple[float, Found]]:
    return ((_time(one.recorded_at, sign), Found(service=name, envelope=one)) for one in look.items)


def _time(at: datetime, sign: int) -> float:
    return sign * at.timestamp()


def _end(look: Look, sign: int) -> float | None:
    """Return up to when a look that has more behind it found everything."""
    times = [_time(one.recorded_at, sign) for one in look.items]
    if look.until is not None:
        times.append(_time(look.until, sign))
    # The latest of its own, so that a clock that was put back never keeps a log from going on.
    return max(times, default=None)


def _place(look: Look, shown: int, before: int | None, *, oldest_first: bool) -> int | None:
    """Return where a log is looked into next; None when there is nothing behind."""
    if shown == len(look.items):
        return look.place
    if shown:
        return look.items[shown - 1].position
    if before is not None:
        return before
    return 0 if oldest_first else look.head + 1
