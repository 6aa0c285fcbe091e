"""Who was registered when and by whom, and how their way in stands. Next stop: adapters/records.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.application.ports import Clock
from services.users.application.errors import CursorUnreadable
from services.users.application.ports import Cursors, Directory, Records
from services.users.application.registered import LinkState, Registered
from services.users.application.telling import USER


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One line of the list: the person, who registered them, how far they have come."""

    who: Registered
    by: str
    """The actor's name where they are a person of the tenant, else the actor itself."""
    state: LinkState


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationPage:
    """A part of the list."""

    items: tuple[Registration, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrations:
    """Lists registrations, newest first, the deleted too."""

    records: Records
    directory: Directory
    cursors: Cursors
    now: Clock

    async def page(
        self, tenant_id: UUID, state: LinkState | None, limit: int, cursor: str | None = None
    ) -> RegistrationPage:
        """Return a part of the list. Raises: CursorUnreadable."""
        bound, now = f"registrations {tenant_id} {state}", self.now()
        found = await self.records.registrations(tenant_id, state, now, limit + 1, self._opened(cursor, bound))
        shown = found[:limit]
        more = None
        if len(found) > limit:
            more = self.cursors.seal((shown[-1].registered_at.isoformat(), shown[-1].user_id), bound)
        ids = {UUID(one.actor.removeprefix(USER)) for one in shown if one.actor.startswith(USER)}
        names: Mapping[UUID, str] = await self.directory.names(tenant_id, ids) if ids else {}
        by = {f"{USER}{user_id}": name for user_id, name in names.items()}
        items = (Registration(who=one, by=by.get(one.actor, one.actor), state=one.state(now)) for one in shown)
        return RegistrationPage(items=tuple(items), next_cursor=more)

    def _opened(self, cursor: str | None, bound: str) -> tuple[datetime, UUID] | None:
        if cursor is None:
            return None
        at, user_id = self.cursors.open(cursor, bound)
        try:
            return datetime.fromisoformat(at), user_id
        except ValueError:
            raise CursorUnreadable from None
