"""Wishes for new links, kept until somebody looked at each. Next stop: migrations/001_guard.sql."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.adapters.sealing import Sealer
from services.identity.application.ports import Fingerprint, Said
from services.identity.application.registration import EMAIL
from services.identity.application.wishes import ResetRequest
from services.identity.domain.errors import Busy

LEASE = timedelta(seconds=30)
"""How long one process has a wish for itself; if it dies, another takes it then."""

_ADD = """
INSERT INTO guard.reset_request
    (request_id, email_key, name_key, phone_key, said_sealed, correlation_id, traceparent, at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8
WHERE (SELECT count(*) FROM (SELECT 1 FROM guard.reset_request LIMIT $9) waiting) < $9
ON CONFLICT (request_id) DO UPDATE SET at = guard.reset_request.at RETURNING request_id
"""
_TAKE = """
UPDATE guard.reset_request SET taken_until = $2 WHERE request_id = (
    SELECT request_id FROM guard.reset_request WHERE taken_until <= $1 ORDER BY at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *
"""
_DONE = "DELETE FROM guard.reset_request WHERE request_id = $1"
_REGISTERED = """
SELECT p.user_id, p.email_key, p.name_key, p.phone_key
FROM es.claims c JOIN guard.person p ON p.user_id = c.stream_id WHERE c.scope = $1 AND c.key = $2
"""


class GuardedRequests:
    """Wishes in PostgreSQL. See: wishes.ResetRequests."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sealer: Sealer, most: int) -> None:
        self._pool = pool
        self._sealer = sealer
        self._most = most

    async def add(self, request: ResetRequest) -> None:
        """Keep a wish; the same one again is harmless. Raises: Busy when too many wait."""
        said = self._sealer.seal(json.dumps(asdict(request.said), ensure_ascii=False), f"wish:{request.request_id}")
        claimed = request.claimed
        with reachable("the guarded tables"):
            kept = await self._pool.fetchval(
                _ADD,
                request.request_id,
                claimed.email,
                claimed.name,
                claimed.phone,
                said,
                request.correlation_id,
                request.traceparent,
                request.at,
                self._most,
            )
        if kept is None:
            raise Busy(retry_after=10)

    async def take(self, now: datetime) -> ResetRequest | None:
        """Return the oldest wish that nobody works on, and have it for a while."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(_TAKE, now, now + LEASE)
        if row is None:
            return None
        said = self._sealer.open(row["said_sealed"], f"wish:{row['request_id']}")
        return ResetRequest(
            request_id=row["request_id"],
            claimed=_fingerprint(row),
            said=Said(**json.loads(said)),
            correlation_id=row["correlation_id"],
            traceparent=row["traceparent"],
            at=row["at"],
        )

    async def done(self, request_id: UUID) -> None:
        """Forget a wish."""
        with reachable("the guarded tables"):
            await self._pool.execute(_DONE, request_id)

    async def registered(self, email: bytes) -> tuple[UUID, Fingerprint] | None:
        """Return the person who has a mail address."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(_REGISTERED, EMAIL, email)
        return (row["user_id"], _fingerprint(row)) if row else None


def _fingerprint(row: "asyncpg.Record") -> Fingerprint:
    return Fingerprint(email=row["email_key"], name=row["name_key"], phone=row["phone_key"])
