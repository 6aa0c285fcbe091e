"""What administrators may look at: people, groups, and what changed of them. Next stop: adapters/directory.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel.application.ports import EventStore
from services.users.application.directory import Entry, GroupEntry, GroupName, GroupPage, Page, PeopleWanted
from services.users.application.history import Change, changes, group_says, policy_says, user_says
from services.users.application.knowing import known
from services.users.application.ports import Cursors, Directory
from services.users.application.streams import policy_stream
from services.users.domain.errors import GroupUnknown, UserUnknown
from services.users.domain.events import GroupCreated, JoinedGroup, UserRegistered
from services.users.domain.group import group
from services.users.domain.policy import policy
from services.users.domain.user import user

_USER = "user:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What this service shows of a tenant to its administrators."""

    store: EventStore
    directory: Directory
    cursors: Cursors

    async def people(self, tenant_id: UUID, wanted: PeopleWanted, limit: int, cursor: str | None) -> Page:
        """Return a part of the list of people. Raises: CursorUnreadable."""
        # A cursor holds for this tenant, these filters and this order alone.
        bound = f"{tenant_id} {wanted!r}"
        after = self.cursors.open(cursor, bound) if cursor else None
        total = await self.directory.count(tenant_id, wanted)
        found = await self.directory.page(tenant_id, wanted, limit + 1, after, total) if total else ()
        items = tuple(found[:limit])
        more = self.cursors.seal((items[-1].place, items[-1].user_id), bound) if len(found) > limit else None
        return Page(items=items, next_cursor=more, total=total)

    async def person(self, tenant_id: UUID, user_id: UUID) -> Entry:
        """Return one person. Raises: UserUnknown."""
        found = await self.directory.person(tenant_id, user_id)
        if found is None:
            raise UserUnknown
        return found

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

    async def history_of_user(self, tenant_id: UUID, user_id: UUID) -> Sequence[Change]:
        """Return what changed of a person, newest first. Raises: UserUnknown."""
        past = await known(self.store, user_id, tenant_id, UserRegistered, UserUnknown)
        joined = {fact.event.group_id for fact in past if isinstance(fact.event, JoinedGroup)}
        names = {one.group_id: one.name for one in await self.directory.group_names(tenant_id)} if joined else {}
        # What is no longer there is called as it was called last.
        names |= {group_id: await self._name(group_id) for group_id in joined - names.keys()}
        return changes(past, user, user_says(names))

    async def history_of_group(self, tenant_id: UUID, group_id: UUID) -> Sequence[Change]:
        """Return what changed of a group, newest first. Raises: GroupUnknown."""
        return changes(await known(self.store, group_id, tenant_id, GroupCreated, GroupUnknown), group, group_says)

    async def history_of_policy(self, tenant_id: UUID) -> Sequence[Change]:
        """Return what changed of a tenant's policy, newest first."""
        return changes(await self.store.load(policy_stream(tenant_id)), policy, policy_says)

    async def actors(self, tenant_id: UUID, of: Sequence[Change]) -> dict[str, str]:
        """Return the names of the actors that are people of the tenant."""
        ids = {UUID(one.actor.removeprefix(_USER)) for one in of if one.actor.startswith(_USER)}
        names = await self.directory.names(tenant_id, ids) if ids else {}
        return {f"{_USER}{user_id}": name for user_id, name in names.items()}

    async def _name(self, group_id: UUID) -> str:
        return group.fold(fact.event for fact in await self.store.load(group_id)).name
