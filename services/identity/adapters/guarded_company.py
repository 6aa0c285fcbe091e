"""Where the logins of a company came from, in guarded tables. Next stop: migrations/014_company_logins.sql."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.adapters.sealing import Sealer
from services.identity.application.ports import Client
from services.identity.application.records import Before, CompanyRecord, LoginsWanted, Outcome, Result
from services.identity.domain.events import Proof

# Both tables are read from a place on, along an index, and no further than a page: what is asked for by a person goes
# along theirs. A table that is not wanted is not looked at.
_PAGE = """
SELECT * FROM (
    (SELECT session_id AS record_id, user_id, at, 'PASSED' AS outcome, NULL AS method, client_sealed FROM guard.session
     WHERE $7 AND {whose} AND at > coalesce($3, '-infinity'::timestamptz)
       AND (at, session_id) < (coalesce($4, 'infinity'::timestamptz), $5)
     ORDER BY at DESC, session_id DESC LIMIT $2)
    UNION ALL
    (SELECT attempt_id, user_id, at, outcome, method, client_sealed FROM guard.attempt
     WHERE $8 AND {whose} AND at > coalesce($3, '-infinity'::timestamptz)
       AND (at, attempt_id) < (coalesce($4, 'infinity'::timestamptz), $5)
     ORDER BY at DESC, attempt_id DESC LIMIT $2)
) both_kinds ORDER BY at DESC, record_id DESC LIMIT $2
"""
_OF_ALL = _PAGE.format(whose="tenant_id = $1 AND $6::uuid IS NULL")
# No index serves this way to say "equal": else the company's might be gone along to find the few of one person.
_OF_ONE = _PAGE.format(whose="user_id = $6::uuid AND tenant_id IS NOT DISTINCT FROM $1")
PLANNED_ANEW = "SET LOCAL plan_cache_mode = force_custom_plan"
"""Only who knows how few are wanted goes along an index; a plan for all cases would read and sort what it finds."""
LAST = UUID(int=2**128 - 1)
"""Stands behind every record of the same moment."""


class GuardedCompany:
    """Logins of companies in PostgreSQL. See: records.CompanyRecords."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sealer: Sealer) -> None:
        self._pool = pool
        self._sealer = sealer

    async def of_company(self, wanted: LoginsWanted, most: int, before: Before | None) -> Sequence[CompanyRecord]:
        """Return a company's logins, the refused too, newest first, from before a place."""
        with reachable("the guarded tables"):
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(PLANNED_ANEW)
                rows = await connection.fetch(*page_query(wanted, most, before))
        return [
            CompanyRecord(
                record_id=row["record_id"],
                user_id=row["user_id"],
                at=row["at"],
                outcome=Outcome(row["outcome"]),
                method=row["method"] and Proof(row["method"]),
                client=self._client(row),
            )
            for row in rows
        ]

    def _client(self, row: "asyncpg.Record") -> Client:
        return Client(**json.loads(self._sealer.open(row["client_sealed"], f"client:{row['user_id']}")))


def page_query(wanted: LoginsWanted, most: int, before: Before | None) -> tuple[Any, ...]:
    """Return the statement of a page and what it is given."""
    ends = [one for one in (before, wanted.until and (wanted.until, LAST)) if one]
    at, record_id = min(ends, default=(None, LAST))
    return (
        _OF_ALL if wanted.user_id is None else _OF_ONE,
        wanted.tenant_id,
        most,
        wanted.since,
        at,
        record_id,
        wanted.user_id,
        wanted.result is not Result.REFUSED,
        wanted.result is not Result.SUCCEEDED,
    )
