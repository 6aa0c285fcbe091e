"""The digests of calendar feeds' secrets, in their guarded table. See: application/ports.py."""

from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable

_KEEP = "INSERT INTO guard.calendar (digest, feed_id, user_id) VALUES ($1, $2, $3)"
_OTHERS = "DELETE FROM guard.calendar WHERE user_id = $1 AND at < now() - interval '1 hour'"
_FORGET = "DELETE FROM guard.calendar WHERE user_id = $1"
_FIND = "SELECT feed_id, user_id FROM guard.calendar WHERE digest = $1"


class PostgresCalendarSecrets:
    """The table guard.calendar. Raises, in every method: Unavailable."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def keep(self, digest: bytes, feed_id: UUID, user_id: UUID) -> None:
        """Keep a secret's digest; those of the person that are old go, for at most one of them opens anything."""
        with reachable("the secrets of calendars"):
            await self._pool.execute(_OTHERS, user_id)
            await self._pool.execute(_KEEP, digest, feed_id, user_id)

    async def find(self, digest: bytes) -> tuple[UUID, UUID] | None:
        """Return the feed of a secret and its person."""
        with reachable("the secrets of calendars"):
            row = await self._pool.fetchrow(_FIND, digest)
        return None if row is None else (row["feed_id"], row["user_id"])

    async def forget(self, user_id: UUID) -> None:
        """Forget all secrets of a person."""
        with reachable("the secrets of calendars"):
            await self._pool.execute(_FORGET, user_id)
