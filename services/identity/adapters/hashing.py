"""Hashes passwords with argon2id in threads of its own. Next stop: a login's code, application/login.py.

libsodium picks the quickest code for the processor and lets go of the interpreter's lock. See: RFC 9106.
"""

import asyncio
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id
from prometheus_client import Gauge

from services.identity.domain.errors import Busy

T = TypeVar("T")

_PARAMETERS = re.compile(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$")

WAITING = Gauge("hash_queue", "Passwords that wait to be hashed or checked, or are at it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a hash costs. See: OWASP Password Storage Cheat Sheet."""

    kib: int
    passes: int


class Argon2Hasher:
    """Argon2id in a pool of threads with a bounded queue. See: ports.Hasher."""

    def __init__(self, cost: Cost, *, threads: int, queue: int) -> None:
        self._cost = cost
        self._most = threads + queue
        self._waiting = 0
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argon2id")
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

    async def _in_turn(self, work: Callable[[], T]) -> T:
        # Who would wait for seconds is told at once to come back: the queue would only make everybody late.
        if self._waiting >= self._most:
            raise Busy(retry_after=1)
        self._waiting += 1
        WAITING.set(self._waiting)
        job = asyncio.get_running_loop().run_in_executor(self._pool, work)
        job.add_done_callback(self._left)
        return await job

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
