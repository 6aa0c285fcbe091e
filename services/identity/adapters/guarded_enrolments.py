"""Seeds of which it is not known whether they count, in a guarded table. Next stop: migrations/012_enrolments.sql."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.application.records import UnsettledEnrolment

_UNSETTLED = """
SELECT e.enrolment_id, e.user_id FROM guard.enrolment e LEFT JOIN guard.activation a USING (activation_id)
WHERE NOT e.settled AND e.at < $1 AND (a.activation_id IS NULL OR a.expires_at < $1) ORDER BY e.at LIMIT 100
"""
_SETTLE = "UPDATE guard.enrolment SET settled = true WHERE enrolment_id = $1"
_DISCARD = "DELETE FROM guard.enrolment WHERE enrolment_id = $1 AND NOT settled"


class GuardedEnrolments:
    """Seeds in PostgreSQL. See: records.Enrolments."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def unsettled(self, before: datetime) -> Sequence[UnsettledEnrolment]:
        """Return seeds whose links were over before then, and of which it is not known whether a fact names them."""
        with reachable("the guarded tables"):
            rows = await self._pool.fetch(_UNSETTLED, before)
        return [UnsettledEnrolment(enrolment_id=row["enrolment_id"], user_id=row["user_id"]) for row in rows]

    async def settle(self, enrolment_id: UUID) -> None:
        """Keep a seed for good that a fact names."""
        with reachable("the guarded tables"):
            await self._pool.execute(_SETTLE, enrolment_id)

    async def discard(self, enrolment_id: UUID) -> None:
        """Throw a seed away that no fact names."""
        with reachable("the guarded tables"):
            await self._pool.execute(_DISCARD, enrolment_id)
