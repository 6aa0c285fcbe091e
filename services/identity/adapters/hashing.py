"""Hashes passwords with argon2id in threads of its own. Next stop: a login's code, application/first_step.py.

libsodium picks the quickest code for the processor and lets go of the interpreter's lock. See: RFC 9106.
"""

import asyncio
import os
import re
import secrets
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id
from prometheus_client import Counter, Gauge, Histogram

from services.identity.domain.errors import Busy

T = TypeVar("T")

_PARAMETERS = re.compile(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$")

PATIENCE_SECONDS = 1.0
"""Who would wait longer for a thread is told at once to come back."""
MEMORY = 0.9
"""How much of what was known about the time a hash takes outlives the next one."""
NICENESS = 10
"""How far hashes stand back: whatever is quick, such as the code of a login already paid for, goes first."""

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
WAITING = Gauge("hash_queue", "Passwords that wait to be hashed or checked, or are at it")
THREADS = Gauge("hash_threads", "Threads that hash")
QUEUED = Histogram("hash_queue_seconds", "Time for which a password waited for a thread", buckets=_SECONDS)
HASHING = Histogram("hash_seconds", "Time in which a thread hashed or checked a password", buckets=_SECONDS)
REFUSED = Counter("hash_refused", "Passwords that were turned away, for the queue was too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a hash costs. See: OWASP Password Storage Cheat Sheet."""

    kib: int
    passes: int


class Argon2Hasher:
    """Argon2id in a pool of threads, with a queue that is bounded in length and in time. See: ports.Hasher."""

    def __init__(self, cost: Cost, *, threads: int, queue: int) -> None:
        self._cost = cost
        self._threads = threads
        self._most = threads + queue
        self._waiting = 0
        self._takes = 0.0
        THREADS.set(threads)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argon2id", initializer=_stand_back)
        # Nobody knows its password: it is checked where there is nobody, so that this takes as long.
        self._nobody = self._hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """Return a hash with the parameters of now. Raises: Busy."""
        return await self._in_turn(lambda: self._hash(password))

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Tell whether the password is right; None takes as long and is wrong. Raises: Busy."""
        right = await self._in_turn(lambda: _verify(hashed or self._nobody, password))
        return right and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Tell whether the hash was made with other parameters than those of now."""
        found = _PARAMETERS.match(hashed)
        return found is None or (int(found[1]), int(found[2])) != (self._cost.kib, self._cost.passes)

    async def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def see_room(self) -> None:
        """See that a password that comes now would be hashed soon. Raises: Busy."""
        # Who would wait for seconds is told at once to come back: the queue would only make everybody late.
        ahead = self._waiting - self._threads
        if self._waiting >= self._most or ahead * self._takes > PATIENCE_SECONDS * self._threads:
            REFUSED.inc()
            raise Busy(retry_after=1)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        self.see_room()
        self._waiting += 1
        WAITING.set(self._waiting)
        job = asyncio.get_running_loop().run_in_executor(self._pool, self._timed, work, time.perf_counter())
        job.add_done_callback(self._left)
        return await job

    def _timed(self, work: Callable[[], T], came: float) -> T:
        before = time.perf_counter()
        QUEUED.observe(before - came)
        try:
            return work()
        finally:
            took = time.perf_counter() - before
            HASHING.observe(took)
            # Two threads may each forget the other's figure, which does not matter to an estimate.
            self._takes = MEMORY * self._takes + (1 - MEMORY) * took

    def _left(self, _job: object) -> None:
        self._waiting -= 1
        WAITING.set(self._waiting)

    def _hash(self, password: str) -> str:
        return argon2id.str(password.encode(), self._cost.passes, self._cost.kib * 1024).decode()


def _verify(hashed: str, password: str) -> bool:
    try:
        return argon2id.verify(hashed.encode(), password.encode())
    except InvalidkeyError:
        return False


def _stand_back() -> None:
    """Have this thread run when nothing quicker wants to; only Linux gives each thread a niceness of its own."""
    if sys.platform == "linux":
        os.nice(NICENESS)
