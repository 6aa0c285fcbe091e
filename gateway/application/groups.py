"""Groups of people and what they permit. Next stop: clients/users.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.directory import Group, GroupName, GroupPage
from gateway.application.effects import Effects
from gateway.application.people_ports import Directory
from gateway.application.permittable import Permittables, ids_in
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from kernel.domain.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsJourney:
    """Keeps groups, members and permissions. Raises, everywhere: Denied for who is no administrator; Unavailable.

    What the users service refuses comes through with its code: `group-unknown`, `user-unknown` (NotFound),
    `group-name-taken`, `group-built-in` (Refused), `stale`, Invalid with `errors`.
    """

    directory: Directory
    permittables: Permittables
    effects: Effects

    async def page(self, viewer: Viewer, asked: Asked, *, limit: int = 50, cursor: str | None = None) -> GroupPage:
        """Return groups after *cursor*, the built-in one first, then by name. Raises: Invalid `cursor-unreadable`."""
        policy.demand(viewer, Operation.GROUPS)
        return await self.directory.groups(viewer.session, limit, cursor, asked)

    async def names(self, viewer: Viewer, asked: Asked) -> Sequence[GroupName]:
        """Return what all groups are called, to choose from."""
        policy.demand(viewer, Operation.GROUPS)
        return await self.directory.group_names(viewer.session, asked)

    async def one(self, viewer: Viewer, group_id: UUID, asked: Asked) -> Group:
        """Return one group. Raises: NotFound, also when it is another tenant's."""
        policy.demand(viewer, Operation.GROUP)
        return await self.directory.group(viewer.session, group_id, asked)

    async def add(self, viewer: Viewer, token: str, fields: Mapping[str, Any], asked: Asked) -> UUID:
        """Make a group that permits nothing yet; return which it is. Raises: Invalid; Refused."""
        policy.demand(viewer, Operation.ADD_GROUP)
        done = await self.directory.add_group(viewer.session, fields, asked)
        await self.effects.show(token, done.positions)
        return UUID(done.body["groupId"])

    async def change(
        self,
        viewer: Viewer,
        token: str,
        group_id: UUID,
        fields: Mapping[str, Any],
        asked: Asked,
        *,
        if_match: str | None = None,
    ) -> Group:
        """Change name or description; return the group afterwards. Raises: NotFound; Invalid; Refused."""
        policy.demand(viewer, Operation.CHANGE_GROUP)
        done = await self.directory.change_group(viewer.session, group_id, fields, if_match, asked)
        await self.effects.show(token, done.positions)
        return self.effects.current(done, await self.directory.group(viewer.session, group_id, asked))

    async def delete(
        self, viewer: Viewer, token: str, group_id: UUID, asked: Asked, *, if_match: str | None = None
    ) -> None:
        """Remove a group; what it permitted is gone before this returns.

        Raises: NotFound; Refused; PreconditionFailed.
        """
        policy.demand(viewer, Operation.DELETE_GROUP)
        done = await self.directory.delete_group(viewer.session, group_id, if_match, asked)
        await self.effects.hold(token, done.positions)

    async def permit(
        self,
        viewer: Viewer,
        token: str,
        group_id: UUID,
        permissions: Sequence[Mapping[str, Any]],
        asked: Asked,
        *,
        if_match: str | None = None,
    ) -> Group:
        """Say what members may do, all of it; return the group afterwards. Raises: NotFound; Invalid; Refused."""
        policy.demand(viewer, Operation.PERMIT_GROUP)
        await self._know_contracts(viewer, permissions)
        done = await self.directory.permit(viewer.session, group_id, permissions, if_match, asked)
        await self.effects.hold(token, done.positions)
        return self.effects.current(done, await self.directory.group(viewer.session, group_id, asked))

    async def add_members(
        self, viewer: Viewer, token: str, group_id: UUID, user_ids: Sequence[UUID], asked: Asked
    ) -> Group:
        """Put people into a group; return it afterwards. Raises: NotFound; Invalid; Refused."""
        policy.demand(viewer, Operation.ADD_MEMBERS)
        done = await self.directory.add_members(viewer.session, group_id, user_ids, asked)
        await self.effects.hold(token, done.positions)
        return await self.directory.group(viewer.session, group_id, asked)

    async def remove_member(self, viewer: Viewer, token: str, group_id: UUID, user_id: UUID, asked: Asked) -> None:
        """Take a person out; what the group permitted them is gone before this returns. Raises: NotFound."""
        policy.demand(viewer, Operation.REMOVE_MEMBER)
        done = await self.directory.remove_member(viewer.session, group_id, user_id, asked)
        await self.effects.hold(token, done.positions)

    async def _know_contracts(self, viewer: Viewer, permissions: Sequence[Mapping[str, Any]]) -> None:
        """Refuse contracts that are not the tenant's. Another tenant's and one that never was are the same here."""
        named = [str(one["contractId"]) for one in permissions if one.get("contractId")]
        found = await self.permittables.those(viewer, ids_in(named))
        known = {str(one.contract_id): one.service_name for one in found.values()}
        errors = [
            {
                "pointer": f"/permissions/{number}/contractId",
                "code": "contract-unknown",
                "detail": "There is no such contract of this service",
            }
            for number, one in enumerate(permissions)
            if one.get("contractId") and known.get(str(one["contractId"]).lower()) != one.get("serviceName")
        ]
        if errors:
            raise Invalid(errors=errors)
