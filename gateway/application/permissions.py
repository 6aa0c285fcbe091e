"""Who might do what at a moment, and what changed between two. Next stop: clients/permissions.py."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.directory import HistoryOf, HistoryPage
from gateway.application.permission_ports import AccessThen, PastPermissions, TeamThen
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from kernel.application.ports import Clock

MEMBERS = 50
CHANGES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsJourney:
    """Looks back at permissions. Raises, everywhere: Denied for who is no administrator; NotFound; Unavailable.

    NotFound is also what was not there at the moment that is asked about.
    """

    past: PastPermissions
    now: Clock

    async def of_person(self, viewer: Viewer, user_id: UUID, at: datetime | None, asked: Asked) -> AccessThen:
        """Return what a person might do at a moment, or may now."""
        policy.demand(viewer, Operation.USER_PERMISSIONS)
        return await self.past.of_person(viewer.session, user_id, at or self.now(), asked)

    async def changes(
        self, viewer: Viewer, of: HistoryOf, asked: Asked, *, limit: int = CHANGES, cursor: str | None = None
    ) -> HistoryPage:
        """Return what changed of a person's access, newest first, by whom and why.

        Raises: Invalid `cursor-unreadable`.
        """
        policy.demand(viewer, Operation.USER_PERMISSION_CHANGES)
        until_now = replace(of, until=of.until or self.now())
        return await self.past.changes(viewer.session, until_now, limit, cursor, asked)

    async def of_group(
        self,
        viewer: Viewer,
        group_id: UUID,
        at: datetime,
        asked: Asked,
        *,
        limit: int = MEMBERS,
        cursor: str | None = None,
    ) -> TeamThen:
        """Return what a group permitted, and a part of those who were in it. Raises: Invalid `cursor-unreadable`."""
        policy.demand(viewer, Operation.GROUP_PERMISSIONS)
        return await self.past.of_group(viewer.session, group_id, at, asked, limit=limit, cursor=cursor)
