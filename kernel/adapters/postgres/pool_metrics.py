"""How full the pools of connections are, on /metrics, looked up when somebody asks. Next stop: pool.py."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import asyncpg
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_pools: "list[tuple[asyncpg.Pool[Any], str]]" = []


class Pools(Collector):
    """Tells of each pool: connections used and idle, how many there may be, and who waits for one."""

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; pools of one name are added up."""
        states = GaugeMetricFamily("db_client_connections", "Connections, by what they do", labels=["pool", "state"])
        most = GaugeMetricFamily("db_client_connections_max", "Connections there may be", labels=["pool"])
        waiting = GaugeMetricFamily(
            "db_client_connections_pending_requests", "Who waits for a connection", labels=["pool"]
        )
        found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for pool, name in tuple(_pools):
            idle = pool.get_idle_size()
            figures = (pool.get_size() - idle, idle, pool.get_max_size(), _waiting(pool))
            found[name] = [sum(pair) for pair in zip(found[name], figures, strict=True)]
        for name, (used, idle, size, waits) in found.items():
            states.add_metric([name, "used"], used)
            states.add_metric([name, "idle"], idle)
            most.add_metric([name], size)
            waiting.add_metric([name], waits)
        yield from (states, most, waiting)


def watched(pool: "asyncpg.Pool[Any]", name: str) -> "asyncpg.Pool[Any]":
    """Have a pool be told of under a name for as long as it is open."""
    _pools[:] = [*(one for one in _pools if not one[0].is_closing()), (pool, name)]
    return pool


def _waiting(pool: "asyncpg.Pool[Any]") -> int:
    # asyncpg says nothing of it, and to count at every use of a connection would cost each of them.
    queue: Any = pool._queue  # type: ignore[attr-defined]  # noqa: SLF001
    return sum(not waiter.done() for waiter in list(queue._getters)) if queue is not None else 0  # noqa: SLF001


REGISTRY.register(Pools())
