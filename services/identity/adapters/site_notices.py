"""What sites are still to be told, in a guarded table. Next stop: telling.py."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from kernel.application.ports import NewId
from services.identity.application.parting import PATIENCE, kinds
from services.identity.application.site_ports import Ended, Notice, NoticeKind, Sites
from services.identity.domain.events import EndReason

_LEASE = """
UPDATE guard.site_notice SET lease_until = $2::timestamptz + $3
WHERE notice_id IN (
    SELECT notice_id FROM guard.site_notice
    WHERE closed_at IS NULL AND due_at <= $2 AND lease_until <= $2 ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING notice_id, client_id, kind, session_id, user_id, reason, ended_at, traceparent, tries, not_after
"""
_PUT_OFF = """
UPDATE guard.site_notice SET due_at = $2, tries = tries + 1, lease_until = '-infinity' WHERE notice_id = $1
"""
_CLOSE = "UPDATE guard.site_notice SET closed_at = $3, outcome = $2 WHERE notice_id = $1"
_OF_SESSION = "SELECT DISTINCT client_id, session_id FROM guard.site_grant WHERE session_id = $1"
_OF_PERSON = """
SELECT DISTINCT client_id, session_id FROM guard.site_grant
WHERE user_id = $1 AND at < $2 AND session_id IS DISTINCT FROM $3
"""
_QUEUE = """
INSERT INTO guard.site_notice (notice_id, client_id, kind, session_id, user_id, reason, ended_at, traceparent, due_at,
                               not_after)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (client_id, session_id, kind) DO NOTHING
"""


class GuardedNotices:
    """Notices in PostgreSQL. See: site_ports.Notices."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def lease(self, most: int, now: datetime, lease: timedelta) -> Sequence[Notice]:
        """Take notices that are due; nobody else gets them until the lease ends."""
        with reachable("the guarded tables"):
            return [_notice(row) for row in await self._pool.fetch(_LEASE, most, now, lease)]

    async def put_off(self, notice_id: UUID, until: datetime) -> None:
        """Give a notice back until then, and count the try."""
        with reachable("the guarded tables"):
            await self._pool.execute(_PUT_OFF, notice_id, until)

    async def close(self, notice_id: UUID, outcome: str, now: datetime) -> None:
        """Take a notice out for good."""
        with reachable("the guarded tables"):
            await self._pool.execute(_CLOSE, notice_id, outcome, now)


class NoticeIntake:
    """Queues what follows from an end, in the transaction of its reader. See: consumers/own_log.py."""

    def __init__(self, sites: Sites, new_id: NewId) -> None:
        self._sites = sites
        self._new_id = new_id

    async def queue(self, transaction: "asyncpg.Connection[Any]", ended: Ended) -> None:
        """Queue a notice for every site that the ended sessions went on to; none twice."""
        if ended.session_id is not None:
            rows = await transaction.fetch(_OF_SESSION, ended.session_id)
        else:
            rows = await transaction.fetch(_OF_PERSON, ended.user_id, ended.at, ended.kept_session_id)
        values = [
            (
                self._new_id(),
                row["client_id"],
                kind,
                row["session_id"],
                ended.user_id,
                ended.reason,
                ended.at,
                ended.traceparent,
                ended.at,
                ended.at + PATIENCE,
            )
            for row in rows
            if (site := self._sites.get(row["client_id"]))
            for kind in kinds(site, ended.reason)
        ]
        if values:
            await transaction.executemany(_QUEUE, values)


def _notice(row: Any) -> Notice:
    return Notice(**{**row, "kind": NoticeKind(row["kind"]), "reason": EndReason(row["reason"])})
