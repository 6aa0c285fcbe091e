"""How much memory the services hold: their proportional share, so what several share is not counted several times."""

import asyncio
from collections.abc import Mapping, Sequence

import psutil

from deploy.services import NAMES
from deploy.stack import Stack

MEGABYTE = 1024 * 1024
SAMPLES = 3
PAUSE_SECONDS = 2.0


async def sampled_memory(stack: Stack) -> list[dict[str, float]]:
    """Return the services' memory in MB, several times with a pause before each; empty where it cannot be known."""
    samples = []
    for _ in range(SAMPLES):
        await asyncio.sleep(PAUSE_SECONDS)
        samples.append(await asyncio.to_thread(_memory, stack))
    return [one for one in samples if one]


def largest(samples: Sequence[Mapping[str, float]]) -> list[float]:
    """Return what the largest service held in each sample."""
    return [max(one.values()) for one in samples]


def by_service(samples: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """Return each service's memory, sample by sample."""
    names = [name for name in NAMES if samples and name in samples[0]]
    return {name: [one[name] for one in samples] for name in names}


def _memory(stack: Stack) -> dict[str, float]:
    pids = {name: stack.pid(name) for name in NAMES}
    try:
        return {name: _share(pid) for name, pid in pids.items() if pid is not None}
    except (psutil.Error, AttributeError):  # a system that does not count shares
        return {}


def _share(pid: int) -> float:
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return float(sum(one.memory_full_info().pss for one in family)) / MEGABYTE
