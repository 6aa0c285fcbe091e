"""Kills services where they are told to die, and brings each back with its next death in store. Next: journeys.py."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from redis.asyncio import Redis

from deploy.part import PartFailed
from deploy.stack import Stack

DIES_WITHIN = 60.0
"""Seconds in which traffic must have led a service to its point."""
LOOK = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """One kill, and how long it took until the service answered again."""

    service: str
    point: str
    nth: int
    lived: float
    back: float


class NeverDied(AssertionError):
    """No traffic led a service to its point, so nothing was shown."""


@dataclass(slots=True)
class Reaper:
    """Leads each service through its deaths, all services at the same time."""

    stack: Stack
    say: Callable[[Death], None] = lambda _: None
    deaths: list[Death] = field(default_factory=list)

    async def reap(self, plan: Mapping[str, Sequence[tuple[str, int]]]) -> None:
        """Kill each service at each of its points, at the n-th pass; leave all of them sound. Raises: NeverDied."""
        async with asyncio.TaskGroup() as group:
            for service, points in plan.items():
                group.create_task(self._lead(service, points))

    async def _lead(self, service: str, points: Sequence[tuple[str, int]]) -> None:
        died: tuple[str, int, float, float] | None = None
        for point, nth in points:
            born = time.monotonic()
            survived = await self._start(service, f"{point}:{nth}")
            self._note(service, died)
            if point == "C11":
                await self._wipe()
            while survived and self.stack.pid(service) is not None:
                if time.monotonic() - born > DIES_WITHIN:
                    raise NeverDied(f"{service} never came to {point} for the {nth}. time")
                await asyncio.sleep(LOOK)
            now = time.monotonic()
            died = point, nth, now - born, now
        await asyncio.to_thread(self.stack.restart, service)
        self._note(service, died)

    async def _start(self, service: str, failpoints: str) -> bool:
        """Start a service with a death in store; false when it met it before it was ready."""
        try:
            await asyncio.to_thread(lambda: self.stack.restart(service, PORTAL_FAILPOINTS=failpoints))
        except PartFailed as failed:
            if "ended as it started" not in str(failed):
                raise
            return False
        return True

    def _note(self, service: str, died: tuple[str, int, float, float] | None) -> None:
        if died is not None:
            point, nth, lived, at = died
            death = Death(service=service, point=point, nth=nth, lived=lived, back=time.monotonic() - at)
            self.deaths.append(death)
            self.say(death)

    async def _wipe(self) -> None:
        async with Redis.from_url(self.stack.plan.redis_url) as redis:
            await redis.flushdb()


async def cut_append(stack: Stack, service: str, seconds: float = DIES_WITHIN) -> float:
    """Hold a log's head until an append waits inside its transaction, then cut that connection (C2).

    Returns the seconds it took until the service had another one. Raises: NeverDied.
    """
    url = f"{stack.plan.postgres.url.rpartition('/')[0]}/{service}"
    # Two connections: within a transaction the server keeps showing the activity of its first look.
    holder, watcher = await asyncpg.connect(url), await asyncpg.connect(url)
    try:
        async with holder.transaction():
            await holder.execute("SELECT pos FROM es.head FOR UPDATE")
            backend = await _found(watcher, _WAITS, seconds)
            await watcher.execute("SELECT pg_terminate_backend($1)", backend)
        cut = time.monotonic()
        await _found(watcher, f"{_ANY} AND pid <> {backend}", seconds)
        return time.monotonic() - cut
    finally:
        await holder.close()
        await watcher.close()


_ANY = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'appender'"
_WAITS = f"{_ANY} AND wait_event_type = 'Lock'"


async def _found(connection: "asyncpg.Connection[Any]", query: str, seconds: float) -> int:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (backend := await connection.fetchval(query)) is not None:
            return int(backend)
        await asyncio.sleep(LOOK / 5)
    raise NeverDied("no append came")
