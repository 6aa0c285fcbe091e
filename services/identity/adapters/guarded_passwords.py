"""Password hashes in a guarded table, and what follows from a new one. Next stop: migrations/."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.application.password_ports import Unsettled

_KEEP = "INSERT INTO guard.password (password_id, user_id, hash, at) VALUES ($1, $2, $3, $4)"
_REPLACE = "UPDATE guard.password SET hash = $3 WHERE password_id = $1 AND hash = $2"
_SETTLE = "SELECT guard.settle_password($1, $2, $3)"
_FORGIVE = "SELECT guard.forgive($1, $2)"
_UNSETTLED = """
SELECT password_id, user_id, at FROM guard.password WHERE NOT settled AND at < $1 ORDER BY at LIMIT 100
"""
_DISCARD = "DELETE FROM guard.password WHERE password_id = $1 AND NOT settled"


class GuardedPasswords:
    """Passwords in PostgreSQL. See: password_ports.Passwords."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def keep(self, password_id: UUID, user_id: UUID, hashed: str, at: datetime) -> None:
        """Keep a hash before the fact that names it."""
        with reachable("the guarded tables"):
            await self._pool.execute(_KEEP, password_id, user_id, hashed, at)

    async def replace(self, password_id: UUID, old: str, new: str) -> None:
        """Put a stronger hash of the same password in the place of *old*."""
        with reachable("the guarded tables"):
            await self._pool.execute(_REPLACE, password_id, old, new)

    async def settle(self, user_id: UUID, password_id: UUID, at: datetime) -> None:
        """Throw away the passwords before, forget failures from before *at*, end logins that began before it."""
        with reachable("the guarded tables"):
            await self._pool.execute(_SETTLE, user_id, password_id, at)

    async def forgive(self, user_id: UUID, at: datetime) -> None:
        """Forget failures from before *at*, and end logins that began before it."""
        with reachable("the guarded tables"):
            await self._pool.execute(_FORGIVE, user_id, at)

    async def unsettled(self, before: datetime) -> list[Unsettled]:
        """Return passwords older than *before* of which it is not known whether a fact names them."""
        with reachable("the guarded tables"):
            rows = await self._pool.fetch(_UNSETTLED, before)
        return [Unsettled(password_id=row["password_id"], user_id=row["user_id"], at=row["at"]) for row in rows]

    async def discard(self, password_id: UUID) -> None:
        """Throw a password away that no fact names."""
        with reachable("the guarded tables"):
            await self._pool.execute(_DISCARD, password_id)
