"""Looks up what happened over time: registrations, and who joined and left a group. Next stop: api/histories.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from kernel.domain.event import event_type
from services.users.application.history import Field, Moment, Window
from services.users.application.registered import LinkState, Registered
from services.users.application.telling import MEMBERS, USER
from services.users.domain.events import JoinedGroup, LeftGroup, Origin, Role

_STATES: Mapping[LinkState, str] = {
    LinkState.DELETED: "deleted",
    LinkState.ACTIVATED: "NOT deleted AND activated",
    LinkState.NOT_SENT: "NOT deleted AND NOT activated AND (link_expires_at IS NULL OR suspended)",
    LinkState.EXPIRED: "NOT deleted AND NOT activated AND NOT suspended AND link_expires_at <= $5",
    LinkState.WAITING: "NOT deleted AND NOT activated AND NOT suspended AND link_expires_at > $5",
}
_REGISTRATIONS = """
SELECT user_id, name, email, role, origin, registered_at, registered_by, link_sent_at, link_expires_at, activated_at,
       suspended, deleted
FROM rm.person
WHERE tenant_id = $1 AND version > 0 AND registered_at IS NOT NULL AND $5::timestamptz IS NOT NULL
  AND ($3::timestamptz IS NULL OR (registered_at, user_id) < ($3, $4))
"""
_MEMBERSHIPS = """
SELECT at, user_id, version, joined, actor, cause, correlation_id, client FROM rm.membership_change
WHERE group_id = $1 AND tenant_id = $2 AND ($4::timestamptz IS NULL OR (at, user_id, version) < ($4, $5, $6))
  AND at > coalesce($7::timestamptz, '-infinity') AND at <= coalesce($8::timestamptz, 'infinity')
ORDER BY at DESC, user_id DESC, version DESC LIMIT $3
"""
# The last thing that each did up to then, walked along an index: a page costs what stands before its end and no more.
_MEMBERS = """
SELECT user_id FROM (
    SELECT DISTINCT ON (user_id) user_id, joined FROM rm.membership_change
    WHERE group_id = $1 AND tenant_id = $2 AND at <= $3 AND ($5::uuid IS NULL OR user_id > $5)
    ORDER BY user_id, version DESC
) AS last WHERE joined ORDER BY user_id LIMIT $4
"""


class PostgresRecords:
    """The tables of what happened. See: ports.Records."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def registrations(
        self, tenant_id: UUID, state: LinkState | None, now: datetime, limit: int, after: tuple[datetime, UUID] | None
    ) -> Sequence[Registered]:
        """Return who was registered, newest first, the first ones or those after a place. Raises: Unavailable."""
        condition = f" AND {_STATES[state]}" if state else ""
        query = f"{_REGISTRATIONS}{condition} ORDER BY registered_at DESC, user_id DESC LIMIT $2"
        at, user_id = after or (None, None)
        with reachable("the list of people"):
            rows = await self._pool.fetch(query, tenant_id, limit, at, user_id, now)
        return [_registered(row) for row in rows]

    async def memberships(
        self, tenant_id: UUID, group_id: UUID, limit: int, after: tuple[datetime, UUID, int] | None, window: Window
    ) -> Sequence[Moment]:
        """Return who joined and left a group, newest first, as changes of its members by `user:<id>`."""
        place, time = after or (None, None, None), (window.since, window.until)
        with reachable("the list of groups"):
            rows = await self._pool.fetch(_MEMBERSHIPS, group_id, tenant_id, limit, *place, *time)
        return [_membership(row) for row in rows]

    async def members(
        self, tenant_id: UUID, group_id: UUID, at: datetime, limit: int, after: UUID | None
    ) -> Sequence[UUID]:
        """Return who was in a group at a moment, in the order of their ids, the first ones or those after one."""
        with reachable("the list of groups"):
            rows = await self._pool.fetch(_MEMBERS, group_id, tenant_id, at, limit, after)
        return [row["user_id"] for row in rows]


def _registered(row: Any) -> Registered:
    return Registered(
        user_id=row["user_id"],
        name=row["name"],
        email=row["email"],
        role=Role(row["role"]),
        origin=Origin(row["origin"]),
        registered_at=row["registered_at"],
        actor=row["registered_by"],
        link_sent_at=row["link_sent_at"],
        link_expires_at=row["link_expires_at"],
        activated_at=row["activated_at"],
        suspended=row["suspended"],
        deleted=row["deleted"],
    )


def _membership(row: Any) -> Moment:
    who, joined = f"{USER}{row['user_id']}", row["joined"]
    return Moment(
        at=row["at"],
        stream_id=row["user_id"],
        version=row["version"],
        actor=row["actor"],
        cause=row["cause"],
        correlation_id=row["correlation_id"],
        fact=event_type(JoinedGroup if joined else LeftGroup).wire_name,
        client=row["client"],
        fields=[Field(name=MEMBERS, old=None if joined else who, new=who if joined else None)],
    )
