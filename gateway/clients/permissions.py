"""Permissions as they were, as typed calls. Next stop: services/users/api/lookback.py."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.directory import HistoryOf, HistoryPage
from gateway.application.permission_ports import AccessThen, TeamThen
from gateway.application.session import Session
from gateway.clients.answers import read
from gateway.clients.changes import Entries
from gateway.clients.moments import moment
from kernel.adapters.http.client import ServiceClient

READ = ("users:read",)


@dataclass(frozen=True, slots=True)
class PermissionsClient:
    """Calls users as the person who asks, and only looks."""

    http: ServiceClient

    async def of_person(self, session: Session, user_id: UUID, at: datetime, asked: Asked) -> AccessThen:
        """Return what a person might do. Raises: NotFound."""
        path = f"/users/{user_id}/permissions?{_query(at=moment(at))}"
        return read(AccessThen, await self._get(path, session, asked))

    async def changes(
        self, session: Session, of: HistoryOf, limit: int, cursor: str | None, asked: Asked
    ) -> HistoryPage:
        """Return what changed of a person's access in that time, newest first. Raises: NotFound."""
        query = _query(limit=limit, cursor=cursor, since=moment(of.since), until=moment(of.until))
        found = read(Entries, await self._get(f"/users/{of.id}/permissions/changes?{query}", session, asked))
        return HistoryPage(items=tuple(one.told() for one in found.items), next_cursor=found.next_cursor)

    async def of_group(
        self, session: Session, group_id: UUID, at: datetime, asked: Asked, *, limit: int, cursor: str | None
    ) -> TeamThen:
        """Return what a group permitted, and a part of those who were in it. Raises: NotFound."""
        path = f"/groups/{group_id}/permissions?{_query(at=moment(at), limit=limit, cursor=cursor)}"
        return read(TeamThen, await self._get(path, session, asked))

    async def _get(self, path: str, session: Session, asked: Asked) -> Mapping[str, Any]:
        # Looking changes nothing, so it has no key.
        context = replace(asked.context(f"user:{session.user_id}", session.tenant_id), command_id=None)
        return (await self.http.get(path, READ, context)).body


def _query(**query: object) -> str:
    return urlencode({name: str(value) for name, value in query.items() if value is not None})
