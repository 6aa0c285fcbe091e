"""Permissions as they were at a moment, and what changed of a person's between two. Next stop: domain/access.py.

The moment is when a fact was written down, as in the histories: nobody is put into a group in arrears.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

from kernel.application.ports import EventStore
from kernel.domain.recorded import Recorded
from services.users.application.histories import EVER, HistoryPage
from services.users.application.history import Moment, Said, Window, difference, moment, permission_says
from services.users.application.knowing import known
from services.users.application.ports import Cursors, Records
from services.users.application.telling import Telling
from services.users.domain.access import Access, evolve
from services.users.domain.errors import GroupUnknown, UserUnknown
from services.users.domain.events import GroupCreated, JoinedGroup, Role, UserRegistered
from services.users.domain.group import Group, group
from services.users.domain.permission import Permission
from services.users.domain.user import Life

Facts = Sequence[Recorded[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupThen:
    """A group as it was called and what it permitted."""

    group_id: UUID
    name: str
    permissions: Sequence[Permission]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonThen:
    """What a person might do at a moment."""

    life: Life
    role: Role
    groups: Sequence[GroupThen]
    permissions: Sequence[Permission]
    """What all the groups permitted together; it was of no use to who was suspended or gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberThen:
    """Somebody who was in a group; nameless once they were forgotten."""

    user_id: UUID
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamThen:
    """A group at a moment, and a part of those who were in it."""

    group: GroupThen
    members: Sequence[MemberThen]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookback:
    """Looks back at who might do what."""

    store: EventStore
    records: Records
    cursors: Cursors
    telling: Telling

    async def person(self, tenant_id: UUID, user_id: UUID, at: datetime) -> PersonThen:
        """Return what a person might do. Raises: UserUnknown, also when they were not registered yet."""
        state = as_of(await self._facts(tenant_id, user_id), at)
        if not state.begun or state.who.role is None:
            raise UserUnknown
        return PersonThen(
            life=state.who.life,
            role=state.who.role,
            groups=[_then(group_id, one) for group_id, one in state.memberships],
            permissions=state.permissions,
        )

    async def changes(
        self, tenant_id: UUID, user_id: UUID, limit: int, cursor: str | None = None, window: Window = EVER
    ) -> HistoryPage:
        """Return what changed of a person's access, newest first, by whom and why; *limit* counts facts.

        That is also what changed of the groups that they were in just then. Raises: UserUnknown; CursorUnreadable.
        """
        past, bound = await self._facts(tenant_id, user_id), f"access {tenant_id} {user_id}"
        # Of several streams the facts of one instant have no order but that of the log.
        before = None if cursor is None else int(self.cursors.open(cursor, bound)[0])
        found = [
            (position, one)
            for position, one in reversed(_changes(past))
            if window.holds(one.at) and (before is None or position < before)
        ]
        shown = found[:limit]
        return HistoryPage(
            items=await self.telling.changes(tenant_id, [one for _, one in shown]),
            next_cursor=self.cursors.seal((str(shown[-1][0]), user_id), bound) if len(found) > limit else None,
        )

    async def group(
        self, tenant_id: UUID, group_id: UUID, at: datetime, limit: int, cursor: str | None = None
    ) -> TeamThen:
        """Return a group as it was. Raises: GroupUnknown, also when it was not there then; CursorUnreadable."""
        past = await known(self.store, group_id, tenant_id, GroupCreated, GroupUnknown)
        state = group.fold(fact.event for fact in past if fact.recorded_at <= at)
        if not state.known:
            raise GroupUnknown
        bound = f"members {tenant_id} {group_id}"
        after = self.cursors.open(cursor, bound)[1] if cursor else None
        found = await self.records.members(tenant_id, group_id, at, limit + 1, after)
        shown = found[:limit]
        names = await self.telling.names(tenant_id, shown)
        return TeamThen(
            group=_then(group_id, state),
            members=[MemberThen(user_id=one, name=names.get(one)) for one in shown],
            next_cursor=self.cursors.seal(("", shown[-1]), bound) if len(found) > limit else None,
        )

    async def _facts(self, tenant_id: UUID, user_id: UUID) -> Facts:
        """Return the facts of a person and of every group that they ever were in."""
        past = await known(self.store, user_id, tenant_id, UserRegistered, UserUnknown)
        groups = await self.store.load_many({one.event.group_id for one in past if isinstance(one.event, JoinedGroup)})
        return [*past, *(fact for facts in groups.values() for fact in facts)]


def in_order(facts: Iterable[Recorded[Any]]) -> Facts:
    """Return the facts of several streams of one log in the order in which they were written."""
    return sorted(facts, key=lambda fact: fact.position)


def as_of(facts: Iterable[Recorded[Any]], at: datetime) -> Access:
    """Return the state that those facts led to which were written down by then."""
    return reduce(evolve, (fact.event for fact in in_order(facts) if fact.recorded_at <= at), Access())


def _changes(facts: Iterable[Recorded[Any]]) -> list[tuple[int, Moment]]:
    """Return what each fact changed of somebody's access, with its position; who changed nothing is left out."""
    state, found = Access(), list[tuple[int, Moment]]()
    before = access_says(state)
    for fact in in_order(facts):
        state = evolve(state, fact.event)
        after = access_says(state)
        changed, before = difference(before, after), after
        if changed:
            found.append((fact.position, moment(fact, changed)))
    return found


def access_says(state: Access) -> Said:
    """Return what is said of somebody's access, field by field."""
    if not state.begun or state.who.role is None:
        return {}
    return {
        "life": state.who.life.name,
        "role": state.who.role.value,
        "groups": ", ".join(sorted(one.name for _, one in state.memberships)) or None,
        "permissions": "; ".join(map(permission_says, state.permissions)) or None,
    }


def _then(group_id: UUID, of: Group) -> GroupThen:
    return GroupThen(group_id=group_id, name=of.name, permissions=of.permissions)
