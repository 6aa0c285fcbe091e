"""Where sessions came from, in a guarded table. Next stop: migrations/003_people.sql."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.adapters.sealing import Sealer
from services.identity.application.ports import Client
from services.identity.application.records import SessionRecord

_LATEST = """
SELECT session_id, client_sealed, at FROM guard.session
WHERE user_id = $1 AND ($3::timestamptz IS NULL OR at >= $3)
ORDER BY at DESC, session_id DESC LIMIT $2
"""
# A list goes on from a row, never from a number of rows: what comes in meanwhile shifts nothing.
_BEFORE = """
SELECT s.session_id, s.client_sealed, s.at
FROM guard.session s, (SELECT at, session_id FROM guard.session WHERE user_id = $1 AND session_id = $4) b
WHERE s.user_id = $1 AND ($3::timestamptz IS NULL OR s.at >= $3) AND (s.at, s.session_id) < (b.at, b.session_id)
ORDER BY s.at DESC, s.session_id DESC LIMIT $2
"""


class GuardedSessions:
    """Sessions in PostgreSQL. See: records.SessionRecords."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sealer: Sealer) -> None:
        self._pool = pool
        self._sealer = sealer

    async def latest(
        self, user_id: UUID, most: int, *, before: UUID | None = None, since: datetime | None = None
    ) -> Sequence[SessionRecord]:
        """Return a person's sessions, newest first, older than that of *before*, none from before *since*."""
        with reachable("the guarded tables"):
            if before is None:
                rows = await self._pool.fetch(_LATEST, user_id, most, since)
            else:
                rows = await self._pool.fetch(_BEFORE, user_id, most, since, before)
        return [self._record(row, user_id) for row in rows]

    def _record(self, row: "asyncpg.Record", user_id: UUID) -> SessionRecord:
        client = json.loads(self._sealer.open(row["client_sealed"], f"client:{user_id}"))
        return SessionRecord(session_id=row["session_id"], started_at=row["at"], client=Client(**client))
