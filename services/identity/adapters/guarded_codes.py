"""Recovery codes and seeds in use, in guarded tables. Next stop: migrations/003_people.sql."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.adapters.sealing import Sealer
from services.identity.application.ports import Judged, RecoveryKey, Verdict
from services.identity.application.records import NewRecoveryCode
from services.identity.application.rules import Rules

_KEEP = "INSERT INTO guard.recovery_code (codes_id, key, user_id, hash, at) VALUES ($1, $2, $3, $4, $5)"
_SETTLE = "DELETE FROM guard.recovery_code WHERE user_id = $1 AND codes_id <> $2 AND at <= $3"
_FIND = "SELECT hash FROM guard.recovery_code WHERE codes_id = $1 AND key = $2 AND used_at IS NULL"
_LEFT = "SELECT count(*) FROM guard.recovery_code WHERE codes_id = $1 AND used_at IS NULL"
_SEED = "SELECT seed_sealed FROM guard.enrolment WHERE enrolment_id = $1"
_JUDGE = "SELECT verdict, locked_at FROM guard.try_own_code($1, $2, $3, $4)"


class GuardedCodes:
    """Recovery codes in PostgreSQL. See: records.RecoveryCodes."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def keep(self, codes_id: UUID, user_id: UUID, codes: Sequence[NewRecoveryCode], at: datetime) -> None:
        """Keep a set before the fact that names it."""
        with reachable("the guarded tables"):
            await self._pool.executemany(_KEEP, [(codes_id, code.key, user_id, code.hashed, at) for code in codes])

    async def settle(self, user_id: UUID, codes_id: UUID, at: datetime) -> None:
        """Throw away the sets before."""
        with reachable("the guarded tables"):
            await self._pool.execute(_SETTLE, user_id, codes_id, at)

    async def find(self, key: RecoveryKey) -> str | None:
        """Return the hash of a code that was not used yet."""
        with reachable("the guarded tables"):
            hashed: str | None = await self._pool.fetchval(_FIND, key.codes_id, key.key)
        return hashed

    async def left(self, codes_id: UUID) -> int:
        """Return how many codes of a set were not used yet."""
        with reachable("the guarded tables"):
            return int(await self._pool.fetchval(_LEFT, codes_id))


class GuardedAuthenticators:
    """Seeds in use in PostgreSQL. See: records.Authenticators."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sealer: Sealer, rules: Rules) -> None:
        self._pool = pool
        self._sealer = sealer
        self._rules = rules

    async def seed(self, enrolment_id: UUID) -> str | None:
        """Return a seed."""
        with reachable("the guarded tables"):
            sealed = await self._pool.fetchval(_SEED, enrolment_id)
        return self._sealer.open(sealed, f"seed:{enrolment_id}") if sealed else None

    async def judge(self, user_id: UUID, step: int | None, at: datetime) -> Judged:
        """Decide about one code of the app (step None is wrong); each step of the clock counts once."""
        with reachable("the guarded tables"):
            (row,) = await self._pool.fetch(_JUDGE, user_id, step, at, self._rules.day_tries)
        return Judged(verdict=Verdict(row["verdict"]), at=row["locked_at"])
