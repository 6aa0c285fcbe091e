"""Groups: time, ids and names that must be free become plain values here. Next stop: domain/group.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.errors import ClaimTaken, PreconditionFailed, StreamMoved
from kernel.domain.recorded import Appended, Claim
from services.users.application.knowing import known
from services.users.application.normal import normal
from services.users.application.ports import Fingerprint
from services.users.application.streams import all_permissions
from services.users.domain.commands import ChangeGroup, CreateGroup, DeleteGroup, GroupCommand, PermitGroup
from services.users.domain.errors import GroupNameTaken, GroupUnknown
from services.users.domain.events import GroupCreated, Language
from services.users.domain.group import Group, group
from services.users.domain.permission import EVERYTHING, Permission

GROUP_NAME = "group-name"
"""The scope of claims to names of groups; stored for ever."""

ALL_PERMISSIONS = {Language.JA: "全権限", Language.EN: "All permissions"}
"""What the built-in group is called where people read this language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupHandlers:
    """What this service can be asked to do about groups. Raises, where one is named: GroupUnknown."""

    store: EventStore
    now: Clock
    new_id: NewId
    fingerprint: Fingerprint

    async def build_in(self, language: Language, by: Context) -> UUID:
        """Make the group that permits everything, once, and return its id."""
        group_id, name = all_permissions(by.tenant_id), ALL_PERMISSIONS[language]
        asked = CreateGroup(group_id=group_id, name=name, built_in=True, permissions=(EVERYTHING,), at=self.now())
        await execute(self.store, group, group_id, asked, by, claims=[self._claim(name, by.tenant_id)])
        return group_id

    async def create(self, name: str, description: str, by: Context) -> Appended:
        """Make a group that permits nothing; the answer's stream is its id. Raises: GroupNameTaken."""
        group_id = self.new_id()
        asked = CreateGroup(group_id=group_id, name=name, description=description, at=self.now())
        try:
            return await execute(self.store, group, group_id, asked, by, claims=[self._claim(name, by.tenant_id)])
        except ClaimTaken:
            raise GroupNameTaken from None

    async def change(
        self, group_id: UUID, name: str | None, description: str | None, by: Context, expected: int | None
    ) -> Appended:
        """Call or describe a group otherwise.

        Raises: GroupNameTaken; GroupBuiltIn; PreconditionFailed; StreamMoved when somebody was quicker.
        """
        before, version = await self._known(group_id, by)
        asked = ChangeGroup(group_id=group_id, name=name, description=description, at=self.now())
        renamed = name is not None and before.known and not before.built_in
        try:
            return await execute(
                self.store,
                group,
                group_id,
                asked,
                by,
                claims=[self._claim(name, by.tenant_id)] if renamed and name else (),
                releases=[self._claim(before.name, by.tenant_id)] if renamed else (),
                # The name to be freed is the one of this version.
                expected=version if expected is None else expected,
            )
        except ClaimTaken:
            raise GroupNameTaken from None
        except PreconditionFailed:
            if expected is None:
                raise StreamMoved from None
            raise

    async def permit(
        self, group_id: UUID, permissions: Sequence[Permission], by: Context, expected: int | None
    ) -> Appended:
        """Say what members may do, all of it. Raises: GroupBuiltIn; PreconditionFailed."""
        asked = PermitGroup(group_id=group_id, permissions=tuple(permissions), at=self.now())
        return await self._amend(asked, by, expected=expected)

    async def delete(self, group_id: UUID, by: Context, expected: int | None = None) -> Appended:
        """Remove a group; its name is free again. Raises: GroupBuiltIn; PreconditionFailed."""
        before, _ = await self._known(group_id, by)
        asked = DeleteGroup(group_id=group_id, at=self.now())
        releases = [self._claim(before.name, by.tenant_id)]
        return await execute(self.store, group, group_id, asked, by, releases=releases, expected=expected)

    async def _amend(self, asked: GroupCommand, by: Context, *, expected: int | None) -> Appended:
        await self._known(asked.group_id, by)
        return await execute(self.store, group, asked.group_id, asked, by, expected=expected)

    async def _known(self, group_id: UUID, by: Context) -> tuple[Group, int]:
        past = await known(self.store, group_id, by.tenant_id, GroupCreated, GroupUnknown)
        return group.fold(fact.event for fact in past), past[-1].version

    def _claim(self, name: str, tenant_id: UUID) -> Claim:
        return Claim(GROUP_NAME, self.fingerprint(GROUP_NAME, f"{tenant_id} {normal(name)}"))
