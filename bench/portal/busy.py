"""How much of a core the whole portal takes. Next stop: measures/unwatched.py."""

import asyncio
import time
from collections.abc import Iterable, Mapping

import psutil

from deploy.services import NAMES
from deploy.stack import Stack

SERVERS = ("postgres", "kafka", "redis")


async def busy_shares(stack: Stack, seconds: float) -> Mapping[str, float]:
    """Return how much each service and server works in some time, in percent of a core."""
    before, began = await asyncio.to_thread(_used, stack), time.perf_counter()
    await asyncio.sleep(seconds)
    after, took = await asyncio.to_thread(_used, stack), time.perf_counter() - began
    return {name: 100 * _more(before[name], used) / took for name, used in after.items()}


def _more(before: Mapping[int, float], after: Mapping[int, float]) -> float:
    return sum(used - before.get(pid, 0.0) for pid, used in after.items())


def _used(stack: Stack) -> Mapping[str, Mapping[int, float]]:
    """Return the seconds that each process has worked, by its number, of each service and server."""
    return {name: dict(_times(pid)) for name in (*NAMES, *SERVERS) if (pid := stack.pid(name)) is not None}


def _times(pid: int) -> Iterable[tuple[int, float]]:
    process = psutil.Process(pid)
    for one in [process, *process.children(recursive=True)]:
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        yield one.pid, times.user + times.system
