"""Where sessions and logins came from, in guarded tables. Next stop: migrations/003_people.sql."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.adapters.sealing import Sealer
from services.identity.application.ports import Client
from services.identity.application.records import Before, LoginRecord, Outcome, SessionRecord
from services.identity.domain.events import Proof

_LATEST = """
SELECT session_id, client_sealed, at FROM guard.session
WHERE user_id = $1 AND ($3::timestamptz IS NULL OR at >= $3)
ORDER BY at DESC, session_id DESC LIMIT $2
"""
# A list goes on from a place, never from a number of rows: what comes in meanwhile shifts nothing.
_LOGINS = """
SELECT * FROM (
    (SELECT session_id AS record_id, at, 'PASSED' AS outcome, NULL AS method, client_sealed FROM guard.session
     WHERE user_id = $1 AND ($3::timestamptz IS NULL OR (at, session_id) < ($3, $4))
     ORDER BY at DESC, session_id DESC LIMIT $2)
    UNION ALL
    (SELECT attempt_id, at, outcome, method, client_sealed FROM guard.attempt
     WHERE user_id = $1 AND ($3::timestamptz IS NULL OR (at, attempt_id) < ($3, $4))
     ORDER BY at DESC, attempt_id DESC LIMIT $2)
) both_kinds ORDER BY at DESC, record_id DESC LIMIT $2
"""


class GuardedSessions:
    """Sessions in PostgreSQL. See: records.SessionRecords."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sealer: Sealer) -> None:
        self._pool = pool
        self._sealer = sealer

    async def latest(self, user_id: UUID, most: int, *, since: datetime | None = None) -> Sequence[SessionRecord]:
        """Return a person's sessions, newest first, none from before *since*."""
        with reachable("the guarded tables"):
            rows = await self._pool.fetch(_LATEST, user_id, most, since)
        return [
            SessionRecord(session_id=row["session_id"], started_at=row["at"], client=self._client(row, user_id))
            for row in rows
        ]

    async def logins(self, user_id: UUID, most: int, before: Before | None) -> Sequence[LoginRecord]:
        """Return a person's logins, the refused too, newest first, from before a place."""
        with reachable("the guarded tables"):
            rows = await self._pool.fetch(_LOGINS, user_id, most, *(before or (None, None)))
        return [
            LoginRecord(
                record_id=row["record_id"],
                at=row["at"],
                outcome=Outcome(row["outcome"]),
                method=row["method"] and Proof(row["method"]),
                client=self._client(row, user_id),
            )
            for row in rows
        ]

    def _client(self, row: "asyncpg.Record", user_id: UUID) -> Client:
        return Client(**json.loads(self._sealer.open(row["client_sealed"], f"client:{user_id}")))
