"""What administrators may look at: people and groups. Next stop: adapters/directory.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel.application.ports import EventStore
from services.users.application.directory import (
    Entry,
    GroupEntry,
    GroupName,
    GroupPage,
    Notification,
    Page,
    PeopleWanted,
    Place,
)
from services.users.application.knowing import known
from services.users.application.ports import Cursors, Directory
from services.users.domain.errors import GroupUnknown, UserUnknown
from services.users.domain.events import UserRegistered
from services.users.domain.notifications import MailKind, refusable
from services.users.domain.user import user

BACK = "back."
"""What a cursor begins with that leads to the part before its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What this service shows of a tenant to its administrators."""

    store: EventStore
    directory: Directory
    cursors: Cursors

    async def people(self, tenant_id: UUID, wanted: PeopleWanted, limit: int, cursor: str | None) -> Page:
        """Return a part of the list of people, behind or before the place of a cursor. Raises: CursorUnreadable."""
        # A cursor holds for this tenant, these filters, this order and this direction alone.
        bound = f"{tenant_id} {wanted!r}"
        back = cursor is not None and cursor.startswith(BACK)
        there = f"{bound} {BACK}" if back else bound
        place = self.cursors.open(cursor.removeprefix(BACK), there) if cursor else None
        total = await self.directory.count(tenant_id, wanted)
        found = await self.directory.page(tenant_id, wanted, limit + 1, place, total, back=back) if total else ()
        # One more than is shown says whether there is more that way; the other way there is where one came from.
        beyond, came = len(found) > limit, place is not None
        items = tuple(found[-limit:] if back else found[:limit])
        before, behind = (beyond, came) if back else (came, beyond)
        return Page(
            items=items,
            next_cursor=self.cursors.seal(_place(items[-1]), bound) if items and behind else None,
            previous_cursor=BACK + self.cursors.seal(_place(items[0]), f"{bound} {BACK}") if items and before else None,
            total=total,
        )

    async def person(self, tenant_id: UUID, user_id: UUID) -> Entry:
        """Return one person. Raises: UserUnknown."""
        found = await self.directory.person(tenant_id, user_id)
        if found is None:
            raise UserUnknown
        return found

    async def notifications(self, tenant_id: UUID, user_id: UUID) -> tuple[Sequence[Notification], int]:
        """Return each kind of mail as it stands with a person, and their version. Raises: UserUnknown."""
        past = await known(self.store, user_id, tenant_id, UserRegistered, UserUnknown)
        state = user.fold(fact.event for fact in past)
        if not state.known:
            raise UserUnknown
        kinds = [
            Notification(
                kind,
                wanted=kind not in state.refused_mail,
                daily=kind in state.daily_mail,
                refusable=refusable(kind, represents=state.represents),
            )
            for kind in MailKind
        ]
        return kinds, past[-1].version

    async def groups(self, tenant_id: UUID, limit: int, cursor: str | None) -> GroupPage:
        """Return a part of the list of groups. Raises: CursorUnreadable."""
        bound = f"{tenant_id} groups"
        after = self.cursors.open(cursor, bound) if cursor else None
        found = await self.directory.groups(tenant_id, limit + 1, after)
        items = tuple(found[:limit])
        more = self.cursors.seal(items[-1].place, bound) if len(found) > limit else None
        return GroupPage(items=items, next_cursor=more, total=len(await self.directory.group_names(tenant_id)))

    async def group_names(self, tenant_id: UUID) -> Sequence[GroupName]:
        """Return what all groups are called."""
        return await self.directory.group_names(tenant_id)

    async def group(self, tenant_id: UUID, group_id: UUID) -> GroupEntry:
        """Return one group. Raises: GroupUnknown."""
        found = await self.directory.group(tenant_id, group_id)
        if found is None:
            raise GroupUnknown
        return found


def _place(of: Entry) -> Place:
    return of.place, of.user_id
