"""Looks into several logs made one page: by time, each log in its own order, nothing skipped, nothing twice."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random

import pytest

from gateway.application.merging import merged
from kernel.application.browsing import Envelope, Look
from tests.unit.gateway.fakes import NOW
from tests.unit.gateway.fakes_ops_events import envelope

Log = Sequence[Envelope]


def log_of(*seconds: int) -> Log:
    """Return a log whose facts were recorded at those seconds."""
    return [envelope(position, recorded_at=NOW + timedelta(seconds=at)) for position, at in enumerate(seconds, start=1)]


def look(log: Log, place: int | None, limit: int, window: int, *, oldest_first: bool) -> Look:
    """Look as a service does: through a window, of which every third fact is wanted."""
    ordered = log if oldest_first else log[::-1]
    behind = [
        one for one in ordered if place is None or (one.position > place if oldest_first else one.position < place)
    ][:window]
    items = tuple(one for one in behind if one.position % 3 != 1)[:limit]
    if len(items) == limit:
        return Look(items=items, place=items[-1].position, until=items[-1].recorded_at, head=len(log))
    if len(behind) == window:
        return Look(items=items, place=behind[-1].position, until=behind[-1].recorded_at, head=len(log))
    return Look(items=items, place=None, until=None, head=len(log))


def pages(logs: Mapping[str, Log], limit: int, window: int, *, oldest_first: bool) -> list[list[tuple[str, Envelope]]]:
    """Return all pages, one behind the other."""
    found, places, first = [], dict[str, int](), True
    for _ in range(1000):
        names = logs if first else places
        looks = {
            name: look(logs[name], places.get(name), limit + 1, window, oldest_first=oldest_first) for name in names
        }
        page = merged(looks, places, limit, oldest_first=oldest_first)
        found.append([(one.service, one.envelope) for one in page.items])
        places, first = dict(page.places), False
        if not places:
            return found
    raise AssertionError("no end")


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_all_pages_hold_every_wanted_fact_once_and_in_the_order_of_time(seed: int, *, oldest_first: bool) -> None:
    random = Random(seed)  # noqa: S311 - a test that can be run again
    logs = {
        name: log_of(*sorted(random.randrange(200) for _ in range(random.choice((0, 1, 7, 60)))))
        for name in ("identity", "users", "contracts", "notifier")
    }
    limit, window = random.choice((1, 3, 50)), random.choice((2, 5, 1000))
    shown = [one for page in pages(logs, limit, window, oldest_first=oldest_first) for one in page]
    wanted = {(name, one.position) for name, log in logs.items() for one in log if one.position % 3 != 1}
    assert sorted((name, one.position) for name, one in shown) == sorted(wanted)
    times = [one.recorded_at for _, one in shown]
    assert times == sorted(times, reverse=not oldest_first)


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_a_clock_that_was_put_back_loses_nothing_and_repeats_nothing(seed: int, *, oldest_first: bool) -> None:
    random = Random(seed)  # noqa: S311 - a test that can be run again
    logs = {name: log_of(*(random.randrange(50) for _ in range(30))) for name in ("users", "contracts")}
    shown = [one for page in pages(logs, 4, 6, oldest_first=oldest_first) for one in page]
    for name, log in logs.items():
        own = [one.position for service, one in shown if service == name]
        wanted = [one.position for one in log if one.position % 3 != 1]
        assert own == (wanted if oldest_first else wanted[::-1])
