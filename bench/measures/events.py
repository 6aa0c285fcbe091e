"""P13: searching the events of all services, and what that costs who writes them. Next stop: ours/searching.py."""

import time
from collections.abc import Callable, Mapping

import asyncpg

from bench.figures import percentile, ratios
from bench.lab import Lab
from bench.machine import postgres_settings, versions
from bench.measures.append import WARM_SECONDS, WRITERS
from bench.ours.searching import SERVICES, Search, kinds, searching
from bench.outcome import Outcome
from bench.peers.child import Child
from bench.rounds import alternate

INDEXES = ("events_by_tenant", "events_by_type", "events_by_correlation", "events_by_cause")
DEEP = "all, ten pages on"
PAGES = 10


async def searched(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure P13."""
    await lab.start("postgres")
    times: dict[str, list[list[float]]] = {}
    async with searching(lab, lab.plan.events, lab.plan.asks) as search:
        await _round(search)
        for _ in range(lab.plan.rounds):
            for name, took in (await _round(search)).items():
                times.setdefault(name, []).append(took)
            done()
    rates = await _appending(lab, done)
    slowest = [max(percentile(took[number], 0.95) for took in times.values()) for number in range(lab.plan.rounds)]
    return Outcome(
        judged={
            "slowest": [seconds * 1000 for seconds in slowest],
            "append": ratios(rates["with indexes"], rates["without"]),
        },
        raw={
            **{f"{name}, p50 ms": [percentile(one, 0.5) * 1000 for one in took] for name, took in times.items()},
            **{f"{name}, p95 ms": [percentile(one, 0.95) * 1000 for one in took] for name, took in times.items()},
            **{f"append {name}, events/s": rate for name, rate in rates.items()},
        },
        settings={
            "events": lab.plan.events,
            "services": len(SERVICES),
            "asked a round": lab.plan.asks,
            "writers": WRITERS,
            **versions(),
            **await postgres_settings(lab.postgres_url),
        },
        notes=[_NOTE],
    )


async def _round(search: Search) -> Mapping[str, list[float]]:
    """Ask for each thing about every sample, in turn, so that no kind has the caches to itself."""
    took: dict[str, list[float]] = {}
    for sample in search.samples:
        for name, wanted in kinds(sample).items():
            begin = time.perf_counter()
            cursor = await search.look(wanted)
            took.setdefault(name, []).append(time.perf_counter() - begin)
            if name == "all":
                took.setdefault(DEEP, []).append(await _deep(search, cursor, sample))
    return took


async def _deep(search: Search, cursor: str | None, sample: "asyncpg.Record") -> float:
    """Return the seconds that a page far behind the first one takes."""
    begin = time.perf_counter()
    for _ in range(PAGES):
        begin = time.perf_counter()
        cursor = await search.look(kinds(sample)["all"], cursor)
    return time.perf_counter() - begin


async def _appending(lab: Lab, done: Callable[[], None]) -> Mapping[str, list[float]]:
    """Return how fast events are appended with the indexes of the search, and without."""
    secrets = str(lab.stack.plan.places.secrets)
    whole, bare = await lab.log_database("bench_indexed"), await lab.log_database("bench_bare")
    owner = await asyncpg.connect(lab.postgres_url, database="bench_bare")
    try:
        for index in INDEXES:
            await owner.execute(f"DROP INDEX es.{index}")
    finally:
        await owner.close()
    asked = {"writers": WRITERS, "batch": 1}
    async with (
        Child.python("bench.ours.append", url=whole, secrets=secrets) as indexed,
        Child.python("bench.ours.append", url=bare, secrets=secrets) as plain,
    ):
        for child in (indexed, plain):
            await child.measure(WARM_SECONDS, **asked)
        seconds = lab.plan.seconds
        contestants = {
            "with indexes": lambda: indexed.rate(seconds, **asked),
            "without": lambda: plain.rate(seconds, **asked),
        }
        return await alternate(lab.plan.rounds, contestants, done)


_NOTE = (
    "A search asks four services at once over HTTP and merges their pages by time, as the gateway does; drawing the "
    "page is not counted. Tenants and types are as unequal as companies are. The samples are from the whole log, so "
    "most of what is asked for is old."
)
