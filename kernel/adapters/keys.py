"""Keys for personal data in a database of their own: who forgets the key forgets the person. Next: codec.py."""

import hmac
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.adapters import sealing
from kernel.adapters.postgres.pool import reachable
from kernel.adapters.sealing import Sealed
from kernel.domain.errors import Unsealable

TTL_SECONDS = 60.0
"""How long another process may still open what was forgotten."""
MOST_KEYS = 20_000

_FIND = "SELECT subject_id, wrapped FROM keys.subject WHERE subject_id = ANY($1)"
_MAKE = """
INSERT INTO keys.subject (subject_id, wrapped) SELECT * FROM unnest($1::uuid[], $2::bytea[])
ON CONFLICT (subject_id) DO NOTHING
"""
_FORGET = """
INSERT INTO keys.subject (subject_id, forgotten_at) VALUES ($1, clock_timestamp())
ON CONFLICT (subject_id) DO UPDATE SET wrapped = NULL, forgotten_at = clock_timestamp()
WHERE keys.subject.wrapped IS NOT NULL
"""


class PostgresKeyring:
    """The keyring of every process; those that may only read can open, not seal. See: ports.Keyring."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kek: bytes, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = pool
        self._kek = AESGCM(kek)
        self._clock = clock
        self._known: dict[UUID, tuple[float, AESGCM | None]] = {}
        """Keys at hand and until when; None for those that were forgotten."""

    async def prepare(self, subjects: Collection[UUID]) -> None:
        """Have a key at hand for each of *subjects*, made where there is none. Raises: Unavailable."""
        found = await self._find(subjects)
        missing = [subject for subject in dict.fromkeys(subjects) if subject not in found]
        if missing:
            wrapped = [sealing.wrap(self._kek, subject, sealing.new_key()) for subject in missing]
            with reachable("the keys"):
                await self._pool.execute(_MAKE, missing, wrapped)
            # Somebody may have made one in the same moment, and the first one counts.
            await self._find(missing)

    async def seal(self, subject: UUID, plain: dict[str, str], *, stream_id: UUID, version: int) -> dict[str, str]:
        """Return the texts sealed, by field name. Raises: Unsealable when the subject was forgotten; Unavailable."""
        key = self._at_hand(subject)
        if key is None:
            await self.prepare([subject])
            key = self._at_hand(subject)
        if key is None:
            raise Unsealable("the person was forgotten")
        return {name: sealing.seal(key, subject, f"{stream_id}:{version}:{name}", plain[name]) for name in plain}

    async def open(self, sealed: Sequence[str]) -> list[str | None]:
        """Return the texts in order, None where the key is gone. Raises: Unreadable, Unavailable."""
        parsed = [Sealed.parse(text) for text in sealed]
        keys = await self._find({one.subject for one in parsed})
        return [one.open(key) if (key := keys.get(one.subject)) else None for one in parsed]

    async def shred(self, subject: UUID) -> None:
        """Forget the subject's key for ever; other processes follow within a minute. Raises: Unavailable."""
        with reachable("the keys"):
            await self._pool.execute(_FORGET, subject)
        self._known[subject] = (self._clock() + TTL_SECONDS, None)

    async def _find(self, subjects: Iterable[UUID]) -> dict[UUID, AESGCM | None]:
        """Return the keys there are, None for those forgotten; one query for all that are not at hand."""
        now = self._clock()
        asked = set(subjects)
        found = {subject: self._known[subject][1] for subject in asked if self._fresh(subject, now)}
        if unknown := [subject for subject in asked if subject not in found]:
            with reachable("the keys"):
                rows = await self._pool.fetch(_FIND, unknown)
            for row in rows:
                found[row["subject_id"]] = self._keep(row["subject_id"], row["wrapped"], now)
        return found

    def _keep(self, subject: UUID, wrapped: bytes | None, asked_at: float) -> AESGCM | None:
        if self._fresh(subject, asked_at) and self._known[subject][1] is None:
            # It was forgotten here while the answer was on its way.
            return None
        key = None if wrapped is None else sealing.unwrap(self._kek, subject, wrapped)
        if len(self._known) >= MOST_KEYS:
            del self._known[next(iter(self._known))]
        self._known.pop(subject, None)
        self._known[subject] = (asked_at + TTL_SECONDS, key)
        return key

    def _at_hand(self, subject: UUID) -> AESGCM | None:
        return self._known[subject][1] if self._fresh(subject, self._clock()) else None

    def _fresh(self, subject: UUID, now: float) -> bool:
        return subject in self._known and self._known[subject][0] > now


def fingerprint(pepper: bytes, scope: str, text: str) -> bytes:
    """Return what stands for *text* where it must be found or compared without being readable: an HMAC-SHA256.

    The same text has another one in each *scope*.
    """
    return hmac.digest(pepper, scope.encode() + b"\0" + text.encode(), sha256)
