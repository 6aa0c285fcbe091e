"""The two kinds of load: as much as so many can ask for, and so much a second whatever the answers do."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bench.figures import percentile

MOST_IN_FLIGHT = 5_000

Act = Callable[[], Awaitable[str]]
"""Does one thing and returns how it ended, `ok` when well; trouble of the connection is counted by its name."""


@dataclass(slots=True)
class Load:
    """What a load met."""

    seconds: float = 0.0
    ends: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    """Seconds that those that ended well took; in an open load since each was due, not since it was sent."""

    @property
    def rate(self) -> float:
        """Return how many ended well a second."""
        return self.ends["ok"] / self.seconds if self.seconds else 0.0

    def wait(self, share: float) -> float:
        """Return a percentile of the waits in milliseconds. Raises: ValueError when nothing ended well."""
        return percentile(self.waits, share) * 1000


async def closed_load(act: Act, *, workers: int, seconds: float) -> Load:
    """Have *workers* do it again and again for a while; what is under way at the end is waited for, not counted."""
    load, begin = Load(seconds=seconds), time.perf_counter()
    until = begin + seconds

    async def work() -> None:
        while (start := time.perf_counter()) < until:
            end = await _done(act)
            now = time.perf_counter()
            if now <= until:
                load.ends[end] += 1
                if end == "ok":
                    load.waits.append(now - start)

    await asyncio.gather(*(work() for _ in range(workers)))
    return load


async def open_load(act: Act, *, rate: float, seconds: float, ramp: float = 0.0) -> Load:
    """Begin *rate* a second, evenly, whether or not earlier ones have ended: nobody is spared a slow moment.

    What ends in the first *ramp* seconds, while queues fill, or behind the last beginning is not counted in the rate.
    """
    load, begin = Load(seconds=seconds), time.perf_counter()
    counted, until = begin + ramp, begin + ramp + seconds
    flying: set[asyncio.Task[None]] = set()
    aside = Counter[str]()

    async def one(due: float) -> None:
        end = await _done(act)
        now = time.perf_counter()
        (load.ends if counted <= now <= until else aside)[end] += 1
        if end == "ok" and now >= counted:
            load.waits.append(now - due)

    for number in range(int(rate * (ramp + seconds))):
        due = begin + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if len(flying) >= MOST_IN_FLIGHT:
            load.ends["not begun"] += 1
            continue
        task = asyncio.create_task(one(due))
        flying.add(task)
        task.add_done_callback(flying.discard)
    await asyncio.sleep(max(0.0, until - time.perf_counter()))
    if flying:
        await asyncio.gather(*flying)
    load.ends.update({f"{end}, early or late": count for end, count in aside.items()})
    return load


async def _done(act: Act) -> str:
    try:
        return await act()
    except (OSError, TimeoutError) as trouble:
        return type(trouble).__name__
