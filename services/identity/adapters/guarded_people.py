"""Who people are and how all that is theirs ends, in guarded tables. Next stop: migrations/003_people.sql."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable

_EMAIL = "SELECT email_key FROM guard.person WHERE user_id = $1"
_CHANGE = "UPDATE guard.person SET name_key = $2, phone_key = $3, language = $4 WHERE user_id = $1"
_REVOKE = "SELECT guard.revoke($1, $2, $3) AS session_id"
_FORGET = (
    "DELETE FROM guard.login WHERE user_id = $1",
    "DELETE FROM guard.passkey WHERE user_id = $1",
    "DELETE FROM guard.step_up WHERE user_id = $1",
    "DELETE FROM guard.enrolment WHERE user_id = $1",
    "DELETE FROM guard.recovery_code WHERE user_id = $1",
    "DELETE FROM guard.trusted_browser WHERE user_id = $1",
    "DELETE FROM guard.password WHERE user_id = $1",
    "UPDATE guard.activation SET token_sealed = NULL, said_sealed = NULL WHERE user_id = $1",
    "DELETE FROM guard.session WHERE user_id = $1",
    "DELETE FROM guard.attempt WHERE user_id = $1",
    "DELETE FROM guard.person WHERE user_id = $1",
)
_TRIES = "SELECT confirm_tries, code_tries FROM guard.activation WHERE activation_id = $1"
_LAST = "SELECT max(at) FROM guard.session WHERE user_id = $1"


class GuardedPeople:
    """People in PostgreSQL. See: records.People."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def email_key(self, user_id: UUID) -> bytes | None:
        """Return the fingerprint of a person's mail address."""
        with reachable("the guarded tables"):
            key: bytes | None = await self._pool.fetchval(_EMAIL, user_id)
        return key

    async def change(self, user_id: UUID, name: bytes, phone: bytes, language: str) -> None:
        """Keep what a person is called from now on; again with the same is harmless."""
        with reachable("the guarded tables"):
            await self._pool.execute(_CHANGE, user_id, name, phone, language)

    async def revoke(self, user_id: UUID, at: datetime, factor_at: datetime | None) -> Sequence[UUID]:
        """End logins that began before *at*, and second factors from before *factor_at*.

        Returns the sessions that such a login has opened since *at*.
        """
        with reachable("the guarded tables"):
            rows = await self._pool.fetch(_REVOKE, user_id, at, factor_at)
        return [row["session_id"] for row in rows]

    async def forget(self, user_id: UUID) -> None:
        """Throw away who a person is and all that they could prove it with."""
        with reachable("the guarded tables"):
            async with self._pool.acquire() as connection, connection.transaction():
                for statement in _FORGET:
                    await connection.execute(statement, user_id)

    async def tries(self, activation_id: UUID) -> tuple[int, int]:
        """Return how many confirmations and first codes of a link were wrong."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(_TRIES, activation_id)
        return (row["confirm_tries"], row["code_tries"]) if row else (0, 0)

    async def last_login(self, user_id: UUID) -> datetime | None:
        """Return when a person logged in last."""
        with reachable("the guarded tables"):
            at: datetime | None = await self._pool.fetchval(_LAST, user_id)
        return at
