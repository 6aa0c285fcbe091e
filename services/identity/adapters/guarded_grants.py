"""Codes for settings sites and what they gave, in guarded tables. Next stop: migrations/009_sites.sql."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.application.site_ports import Grant, NewCode, Shown

_KEEP = """
INSERT INTO guard.site_code (code_hash, grant_id, client_id, redirect_uri, challenge, nonce, scope, session_id, user_id,
                             tenant_id, contract_id, at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
# One statement decides: whoever comes second finds the code used, however close behind.
_REDEEM = """
WITH used AS (
    UPDATE guard.site_code SET used_at = $6
    WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $6
      AND client_id = $2 AND redirect_uri = $3 AND challenge = $4
    RETURNING grant_id, client_id, scope, session_id, user_id, tenant_id, contract_id, nonce),
made AS (
    INSERT INTO guard.site_grant (grant_id, token_hash, client_id, scope, session_id, user_id, tenant_id, contract_id,
                                  at, expires_at)
    SELECT grant_id, $5, client_id, scope, session_id, user_id, tenant_id, contract_id, $6, $7 FROM used)
SELECT * FROM used
"""
_REVOKE_USED = """
UPDATE guard.site_grant g SET revoked_at = coalesce(g.revoked_at, $2)
FROM guard.site_code c WHERE c.code_hash = $1 AND c.used_at IS NOT NULL AND g.grant_id = c.grant_id
RETURNING g.grant_id
"""
_FIND = """
SELECT grant_id, client_id, scope, session_id, user_id, tenant_id, contract_id FROM guard.site_grant
WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2
"""
_REVOKE = "UPDATE guard.site_grant SET revoked_at = coalesce(revoked_at, $2) WHERE grant_id = $1"


class GuardedGrants:
    """Codes and grants in PostgreSQL. See: site_ports.Grants."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def keep(self, code: NewCode) -> None:
        """Keep a code."""
        with reachable("the guarded tables"):
            await self._pool.execute(
                _KEEP,
                _hash(code.code),
                code.grant_id,
                code.client_id,
                code.redirect_uri,
                code.challenge,
                code.nonce,
                code.scope,
                code.session_id,
                code.user_id,
                code.tenant_id,
                code.contract_id,
                code.at,
                code.expires_at,
            )

    async def redeem(self, shown: Shown, token: str, now: datetime, life: timedelta) -> Grant | None:
        """Use a code up and keep its token; None unless it is fresh, unused, and shown as it was asked for."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(
                _REDEEM,
                _hash(shown.code),
                shown.client_id,
                shown.redirect_uri,
                shown.challenge,
                _hash(token),
                now,
                now + life,
            )
        return Grant(**row) if row else None

    async def revoke_used(self, code: str, now: datetime) -> UUID | None:
        """Revoke what a code gave that was used before; return what that was, None for any other code."""
        with reachable("the guarded tables"):
            revoked: UUID | None = await self._pool.fetchval(_REVOKE_USED, _hash(code), now)
        return revoked

    async def find(self, token: str, now: datetime) -> Grant | None:
        """Return what a token stands for while it counts."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(_FIND, _hash(token), now)
        return Grant(**row) if row else None

    async def revoke(self, grant_id: UUID, now: datetime) -> None:
        """Have a token count no more."""
        with reachable("the guarded tables"):
            await self._pool.execute(_REVOKE, grant_id, now)


def _hash(secret: str) -> bytes:
    # 256 random bits: a plain digest is enough, there is nothing to guess.
    return sha256(secret.encode()).digest()
