"""What every process tells about itself, on /metrics. No tenant, person or id is a label."""

import asyncio

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

# When a counter began is of use to nobody here, and would make every scrape half as long again.
disable_created_metrics()  # type: ignore[no-untyped-call]

REQUESTS = Counter("http_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "http_request_duration_seconds",
    "Time from the request to the end of its answer, or to the beginning of one that stays open",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
CALLS = Histogram(
    "http_client_request_duration_seconds",
    "Time of a call to another service",
    ["audience", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
ROLE_RESTARTS = Counter("role_restarts", "Times a background role ended by itself and was started again", ["role"])
LOOP_LAG = Gauge("event_loop_lag_seconds", "How late the event loop woke a sleeper, the worst of the last seconds")

_kept: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
"""Looked up once: to find them again by their labels takes longer than to count. Bounded by the routes there are."""

_PROBE_SECONDS = 0.25
_PROBES = 20


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answer. Only the route's pattern names it: paths hold ids, and nonsense would make new ones."""
    key = method, route, status
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = REQUESTS.labels(method, route, status), SECONDS.labels(method, route)
    found[0].inc()
    found[1].observe(seconds)


async def watch_loop() -> None:
    """Measure the loop's lag until cancelled: something that blocks it shows here first."""
    loop = asyncio.get_running_loop()
    late: list[float] = []
    while True:
        before = loop.time()
        await asyncio.sleep(_PROBE_SECONDS)
        late = [*late[1 - _PROBES :], max(0.0, loop.time() - before - _PROBE_SECONDS)]
        LOOP_LAG.set(max(late))
