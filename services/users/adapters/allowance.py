"""Counts what a tenant imports, and who was never mailed. Next stop: migrations/009_imports.sql."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable

HOUR = timedelta(hours=1)

# One statement, so that of calls at once none is let in by the count before another.
_COUNT = """
WITH counted AS (
  INSERT INTO kept.imported AS i (tenant_id, since, people) VALUES ($1, $3, $2)
  ON CONFLICT (tenant_id) DO UPDATE SET since  = CASE WHEN i.since <= $4 THEN $3 ELSE i.since END,
                                        people = CASE WHEN i.since <= $4 THEN 0 ELSE i.people END + $2
  WHERE i.since <= $4 OR i.people + $2 <= $5 RETURNING 1)
SELECT EXISTS (SELECT FROM counted) AS counted, (SELECT since FROM kept.imported WHERE tenant_id = $1) AS since
"""
_UNMAILED = """
SELECT count(*) FROM (
  SELECT FROM rm.person
  WHERE tenant_id = $1 AND version > 0 AND NOT activated AND NOT deleted AND link_sent_at IS NULL LIMIT $2) unmailed
"""


class PostgresAllowance:
    """Counts in tables. See: ports.Allowance."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def count(self, tenant_id: UUID, people: int, at: datetime, most: int) -> datetime | None:
        """Count people of an import; None, or when the hour ends that has no room for them: they are not counted."""
        with reachable("the count of imports"):
            (row,) = await self._pool.fetch(_COUNT, tenant_id, people, at, at - HOUR, most)
        return None if row["counted"] else (row["since"] or at) + HOUR

    async def unmailed(self, tenant_id: UUID, most: int) -> int:
        """Return how many people hold an address and were never mailed a link, counted no further than *most*."""
        with reachable("the list of people"):
            return int(await self._pool.fetchval(_UNMAILED, tenant_id, most))
