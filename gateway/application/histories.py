"""What was changed, who was registered, who came in, for administrators. Next stop: clients/."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.credentials import LoginPage
from gateway.application.directory import (
    HistoryEntry,
    HistoryKind,
    HistoryOf,
    HistoryPage,
    LinkState,
    RegistrationPage,
)
from gateway.application.effects import Effects
from gateway.application.people_ports import Credentials, Directory
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer

EXPORTED = 200
"""How many facts one step of an export asks for."""
SHOWN = 50

_LOOK: Mapping[HistoryKind, Operation] = {
    HistoryKind.USER: Operation.USER_HISTORY,
    HistoryKind.GROUP: Operation.GROUP_HISTORY,
    HistoryKind.SETTINGS: Operation.TENANT_SETTINGS_HISTORY,
}
_EXPORT: Mapping[HistoryKind, Operation] = {
    HistoryKind.USER: Operation.EXPORT_USER_HISTORY,
    HistoryKind.GROUP: Operation.EXPORT_GROUP_HISTORY,
    HistoryKind.SETTINGS: Operation.EXPORT_TENANT_SETTINGS_HISTORY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoriesJourney:
    """Shows and exports what happened. Raises, everywhere: Denied for who is no administrator; NotFound; Unavailable.

    Invalid `cursor-unreadable` for a cursor of another list.
    """

    directory: Directory
    credentials: Credentials
    effects: Effects

    async def page(
        self, viewer: Viewer, of: HistoryOf, asked: Asked, *, limit: int = SHOWN, cursor: str | None = None
    ) -> HistoryPage:
        """Return what changed, newest first."""
        policy.demand(viewer, _LOOK[of.kind])
        return await self.directory.history(viewer.session, of, limit, cursor, asked)

    async def export(
        self, viewer: Viewer, token: str, of: HistoryOf, asked: Asked
    ) -> AsyncIterator[Sequence[HistoryEntry]]:
        """Return all of a history in steps; the first is read before this returns, so that a refusal is still one.

        It breaks off as soon as the session is over or administers nothing any more.
        """
        policy.demand(viewer, _EXPORT[of.kind])
        first = await self.directory.history(viewer.session, of, EXPORTED, None, asked)
        return self._all(viewer, token, of, asked, first)

    async def _all(
        self, viewer: Viewer, token: str, of: HistoryOf, asked: Asked, page: HistoryPage
    ) -> AsyncIterator[Sequence[HistoryEntry]]:
        yield page.items
        while page.next_cursor is not None:
            await self.effects.still(viewer, token, _EXPORT[of.kind])
            page = await self.directory.history(viewer.session, of, EXPORTED, page.next_cursor, asked)
            yield page.items

    async def registrations(
        self,
        viewer: Viewer,
        asked: Asked,
        *,
        state: LinkState | None = None,
        limit: int = SHOWN,
        cursor: str | None = None,
    ) -> RegistrationPage:
        """Return who was registered by whom and how far they have come, newest first."""
        policy.demand(viewer, Operation.REGISTRATIONS)
        return await self.directory.registrations(viewer.session, state, limit, cursor, asked)

    async def logins(
        self, viewer: Viewer, user_id: UUID, asked: Asked, *, limit: int = SHOWN, cursor: str | None = None
    ) -> LoginPage:
        """Return a person's logins, those that were refused too, newest first."""
        policy.demand(viewer, Operation.USER_LOGINS)
        return await self.credentials.logins_of(viewer.session, user_id, limit, cursor, asked)
