"""Trusted browsers, their tokens hashed, in a guarded table. Next stop: migrations/005_browsers.sql."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.adapters.guarded_links import token_hash
from services.identity.adapters.sealing import Sealer
from services.identity.application.ports import Client
from services.identity.application.trusted_ports import BrowserTrust, Skip, TrustedBrowser
from services.identity.domain.events import SecondFactor

MOST = 100
"""More trusted browsers than that nobody looks through."""

_KEEP = """
INSERT INTO guard.trusted_browser (browser_id, token_hash, user_id, tenant_id, client_sealed, since, used_at,
                                   expires_at)
SELECT session_id, $2, user_id, $3, client_sealed, $4, $4, $5 FROM guard.session WHERE session_id = $1
ON CONFLICT (browser_id) DO UPDATE SET token_hash = excluded.token_hash
"""
# As with any login, nothing is waited for that the session's fact flushes.
_SKIP = """
SELECT skipped, set_config('synchronous_commit', 'off', true)
FROM guard.skip_second_step($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) skipped
"""
_LATEST = """
SELECT browser_id, client_sealed, since, used_at, expires_at FROM guard.trusted_browser
WHERE user_id = $1 AND ($2::timestamptz IS NULL OR since > $2) AND expires_at > $3
ORDER BY used_at DESC, browser_id DESC LIMIT $4
"""
_FORGET = "DELETE FROM guard.trusted_browser WHERE user_id = $1 AND ($2::uuid IS NULL OR browser_id = $2) RETURNING 1"

_DECIDE = "UPDATE guard.person SET browser_trust = $2 WHERE user_id = $1"
# Were it allowed again later, none of their browsers of before would be trusted.
_END = "DELETE FROM guard.trusted_browser WHERE user_id = $1 AND NOT guard.trusts_browsers(user_id, tenant_id)"
_ALLOWED = "SELECT guard.trusts_browsers($1, $2)"


class GuardedBrowsers:
    """Trusted browsers in PostgreSQL. See: trusted_ports.TrustedBrowsers."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sealer: Sealer) -> None:
        self._pool = pool
        self._sealer = sealer

    async def decide(self, user_id: UUID, trust: BrowserTrust) -> None:
        """Keep what was decided for a person; where their browsers may be trusted no more, none of them is."""
        with reachable("the guarded tables"):
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_DECIDE, user_id, trust)
                await connection.execute(_END, user_id)

    async def allowed(self, user_id: UUID, tenant_id: UUID) -> bool:
        """Tell whether a person's browsers may be trusted."""
        with reachable("the guarded tables"):
            return bool(await self._pool.fetchval(_ALLOWED, user_id, tenant_id))

    async def keep(self, session_id: UUID, tenant_id: UUID, token: str, since: datetime, until: datetime) -> None:
        """Trust the browser of a session; again under the same session, the token before is dead."""
        with reachable("the guarded tables"):
            await self._pool.execute(_KEEP, session_id, token_hash(token), tenant_id, since, until)

    async def skip(self, skip: Skip) -> bool:
        """Let a login pass when the browser is trusted for this person now, and put off when that ends."""
        known, state = skip.known, skip.known.state
        with reachable("the guarded tables"):
            (row,) = await self._pool.fetch(
                _SKIP,
                token_hash(skip.browser),
                skip.keys,
                known.user_id,
                known.tenant_id,
                state.distrusted_at,
                skip.login_id,
                token_hash(skip.login),
                (state.second_factor or SecondFactor.TOTP).value,
                known.version,
                state.enrolment_id,
                self._sealer.seal(json.dumps(asdict(skip.client)), f"client:{known.user_id}"),
                skip.session_id,
                skip.at,
                skip.until,
                skip.expires_at,
            )
        return bool(row["skipped"])

    async def latest(self, user_id: UUID, after: datetime | None, now: datetime) -> Sequence[TrustedBrowser]:
        """Return a person's browsers that have been trusted since *after*, the one used last first."""
        with reachable("the guarded tables"):
            rows = await self._pool.fetch(_LATEST, user_id, after, now, MOST)
        return [self._browser(row, user_id) for row in rows]

    async def forget(self, user_id: UUID, browser_id: UUID | None) -> bool:
        """Trust a person's browser no more, or none of them; false when there was none."""
        with reachable("the guarded tables"):
            return bool(await self._pool.fetch(_FORGET, user_id, browser_id))

    def _browser(self, row: "asyncpg.Record", user_id: UUID) -> TrustedBrowser:
        client = json.loads(self._sealer.open(row["client_sealed"], f"client:{user_id}"))
        return TrustedBrowser(
            browser_id=row["browser_id"],
            since=row["since"],
            used_at=row["used_at"],
            expires_at=row["expires_at"],
            client=Client(**client),
        )
