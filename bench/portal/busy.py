"""How much of a core the whole portal takes. Next stop: measures/unwatched.py."""

import asyncio
import time

import psutil

from deploy.services import NAMES
from deploy.stack import Stack

SERVERS = ("postgres", "kafka", "redis")


async def busy_share(stack: Stack, seconds: float) -> float:
    """Return how much services and servers work in some time, in percent of a core."""
    before, began = await asyncio.to_thread(_used, stack), time.perf_counter()
    await asyncio.sleep(seconds)
    after, took = await asyncio.to_thread(_used, stack), time.perf_counter() - began
    return 100 * sum(used - before.get(pid, 0.0) for pid, used in after.items()) / took


def _used(stack: Stack) -> dict[int, float]:
    """Return the seconds that each process has worked, by its number."""
    found: dict[int, float] = {}
    for name in (*NAMES, *SERVERS):
        pid = stack.pid(name)
        if pid is None:
            continue
        process = psutil.Process(pid)
        for one in [process, *process.children(recursive=True)]:
            try:
                times = one.cpu_times()
            except psutil.NoSuchProcess:
                continue
            found[one.pid] = times.user + times.system
    return found
