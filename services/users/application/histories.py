"""The history of a person, a group and a tenant's settings, a part at a time. Next stop: history.py, telling.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from kernel.application.ports import EventStore
from services.users.application.errors import CursorUnreadable
from services.users.application.history import (
    Change,
    Moment,
    Window,
    group_says,
    image_says,
    moments,
    policy_says,
    user_says,
)
from services.users.application.knowing import known
from services.users.application.ports import Cursors, Directory, Records
from services.users.application.streams import image_stream, policy_stream
from services.users.application.telling import Telling
from services.users.domain.errors import GroupUnknown, UserUnknown
from services.users.domain.events import GroupCreated, JoinedGroup, UserRegistered
from services.users.domain.group import group
from services.users.domain.image import image
from services.users.domain.policy import policy
from services.users.domain.user import user

At: TypeAlias = tuple[datetime, UUID, int]
"""A place in a history: when, and which fact of which stream."""

EVER = Window()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """A part of a history: whole facts, all fields of each."""

    items: Sequence[Change]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """What changed, newest first. The streams are short; only who joined and left a group is many rows."""

    store: EventStore
    directory: Directory
    records: Records
    cursors: Cursors
    telling: Telling

    async def of_user(
        self, tenant_id: UUID, user_id: UUID, limit: int, cursor: str | None = None, window: Window = EVER
    ) -> HistoryPage:
        """Return what changed of a person. Raises: UserUnknown; CursorUnreadable."""
        past = await known(self.store, user_id, tenant_id, UserRegistered, UserUnknown)
        joined = {fact.event.group_id for fact in past if isinstance(fact.event, JoinedGroup)}
        names = await self._group_names(tenant_id, joined)
        found = moments(past, user, user_says(names))
        return await self._page(tenant_id, user_id, window.of(found), limit, cursor)

    async def of_group(
        self, tenant_id: UUID, group_id: UUID, limit: int, cursor: str | None = None, window: Window = EVER
    ) -> HistoryPage:
        """Return what changed of a group, and who joined and left it. Raises: GroupUnknown; CursorUnreadable."""
        past = await known(self.store, group_id, tenant_id, GroupCreated, GroupUnknown)
        after = self._opened(tenant_id, group_id, cursor)
        members = await self.records.memberships(tenant_id, group_id, limit + 1, after, window)
        found = sorted([*moments(past, group, group_says), *members], key=lambda one: one.place, reverse=True)
        return await self._page(tenant_id, group_id, window.of(found), limit, cursor)

    async def of_policy(
        self, tenant_id: UUID, limit: int, cursor: str | None = None, window: Window = EVER
    ) -> HistoryPage:
        """Return what changed of a tenant's settings. Raises: CursorUnreadable."""
        stream_id = policy_stream(tenant_id)
        decided = moments(await self.store.load(stream_id), policy, policy_says)
        shown = moments(await self.store.load(image_stream(tenant_id)), image, image_says)
        found = sorted([*decided, *shown], key=lambda one: one.place, reverse=True)
        return await self._page(tenant_id, stream_id, window.of(found), limit, cursor)

    async def _page(
        self, tenant_id: UUID, stream_id: UUID, found: Sequence[Moment], limit: int, cursor: str | None
    ) -> HistoryPage:
        after = self._opened(tenant_id, stream_id, cursor)
        left = [one for one in found if after is None or one.place < after]
        shown = left[:limit]
        more = self._sealed(tenant_id, stream_id, shown[-1]) if len(left) > limit else None
        return HistoryPage(items=await self.telling.changes(tenant_id, shown), next_cursor=more)

    async def _group_names(self, tenant_id: UUID, group_ids: set[UUID]) -> Mapping[UUID, str]:
        if not group_ids:
            return {}
        names = {one.group_id: one.name for one in await self.directory.group_names(tenant_id)}
        # Groups that are gone are in no list; their streams remember what they were called.
        pasts = await self.store.load_many(group_ids - names.keys())
        gone = {one: group.fold(fact.event for fact in past).name for one, past in pasts.items()}
        return {**names, **gone}

    def _sealed(self, tenant_id: UUID, stream_id: UUID, last: Moment) -> str:
        return self.cursors.seal(
            (f"{last.at.isoformat()} {last.version}", last.stream_id), _bound(tenant_id, stream_id)
        )

    def _opened(self, tenant_id: UUID, stream_id: UUID, cursor: str | None) -> At | None:
        if cursor is None:
            return None
        said, where = self.cursors.open(cursor, _bound(tenant_id, stream_id))
        try:
            at, _, version = said.partition(" ")
            return datetime.fromisoformat(at), where, int(version)
        except ValueError:
            raise CursorUnreadable from None


def _bound(tenant_id: UUID, stream_id: UUID) -> str:
    return f"history {tenant_id} {stream_id}"
