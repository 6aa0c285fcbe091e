"""Passkeys and the challenges that were given out, in guarded tables. Next stop: migrations/011_passkeys.sql."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.adapters.sealing import Sealer
from services.identity.application.passkey_ports import Passkey

_ASK = """
INSERT INTO guard.passkey_challenge (owner_id, challenge, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (owner_id) DO UPDATE SET challenge = excluded.challenge, expires_at = excluded.expires_at
"""
# Taken is gone: whatever the answer is worth, the question is not asked a second time.
_ASKED = "DELETE FROM guard.passkey_challenge WHERE owner_id = $1 RETURNING challenge, expires_at"
_KEEP = """
INSERT INTO guard.passkey (passkey_id, user_id, credential_id, public_key, sign_count, synced, transports,
                           name_sealed, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (credential_id) DO NOTHING RETURNING 1
"""
_OF = "SELECT * FROM guard.passkey WHERE user_id = $1 AND passkey_id = ANY ($2) ORDER BY at, passkey_id"
# A counter that stands still or goes back tells of a copy; authenticators that have none say zero for ever.
# See: section 7.2, step 22.
_USED = """
UPDATE guard.passkey SET sign_count = $2, used_at = $3
WHERE passkey_id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0)) RETURNING 1
"""
_SETTLE = "DELETE FROM guard.passkey WHERE user_id = $1 AND passkey_id <> ALL ($2)"
_ANY = "SELECT EXISTS (SELECT FROM guard.passkey WHERE user_id = $1)"


class GuardedPasskeys:
    """Passkeys in PostgreSQL. See: passkey_ports.Passkeys."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sealer: Sealer) -> None:
        self._pool = pool
        self._sealer = sealer

    async def ask(self, owner_id: UUID, challenge: bytes, expires_at: datetime) -> None:
        """Keep the challenge of a login or proof; the one before is dead."""
        with reachable("the guarded tables"):
            await self._pool.execute(_ASK, owner_id, challenge, expires_at)

    async def asked(self, owner_id: UUID, now: datetime) -> bytes | None:
        """Return the challenge of a login or proof, and use it up."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(_ASKED, owner_id)
        return bytes(row["challenge"]) if row and row["expires_at"] > now else None

    async def keep(self, passkey: Passkey) -> bool:
        """Keep a key before the fact that names it; false when it is known already."""
        with reachable("the guarded tables"):
            kept = await self._pool.fetchval(
                _KEEP,
                passkey.passkey_id,
                passkey.user_id,
                passkey.credential_id,
                passkey.public_key,
                passkey.sign_count,
                passkey.synced,
                list(passkey.transports),
                self._sealer.seal(passkey.name, f"passkey:{passkey.passkey_id}"),
                passkey.at,
            )
        return kept is not None

    async def of(self, user_id: UUID, which: Collection[UUID]) -> Sequence[Passkey]:
        """Return those of a person's keys that are named, the oldest first."""
        if not which:
            return []
        with reachable("the guarded tables"):
            rows = await self._pool.fetch(_OF, user_id, list(which))
        return [self._passkey(row) for row in rows]

    async def used(self, passkey: Passkey, sign_count: int, at: datetime) -> bool:
        """Note that a key signed; false when its counter did not move on, so that there may be two of it."""
        with reachable("the guarded tables"):
            return await self._pool.fetchval(_USED, passkey.passkey_id, sign_count, at) is not None

    async def settle(self, user_id: UUID, counting: Collection[UUID]) -> None:
        """Throw away a person's keys but those that count."""
        with reachable("the guarded tables"):
            await self._pool.execute(_SETTLE, user_id, list(counting))

    async def any_of(self, user_id: UUID) -> bool:
        """Tell whether a person has a key, counting or not."""
        with reachable("the guarded tables"):
            return bool(await self._pool.fetchval(_ANY, user_id))

    def _passkey(self, row: "asyncpg.Record") -> Passkey:
        return Passkey(
            passkey_id=row["passkey_id"],
            user_id=row["user_id"],
            credential_id=row["credential_id"],
            public_key=row["public_key"],
            sign_count=row["sign_count"],
            synced=row["synced"],
            transports=tuple(row["transports"]),
            name=self._sealer.open(row["name_sealed"], f"passkey:{row['passkey_id']}"),
            at=row["at"],
            used_at=row["used_at"],
        )
