"""Groups over HTTP: a body in, a command out. Next stop: application/group_handlers.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from kernel.adapters.http.body import LINES, Body, Reply, unset
from kernel.adapters.http.preconditions import Expected
from kernel.adapters.http.texts import Name, Short
from kernel.domain.recorded import Appended
from services.users.api.use import ByAdministrator, Use
from services.users.domain.permission import EVERY_SERVICE, Action, Permission

router = APIRouter()

MOST_PERMISSIONS = 200
MOST_MEMBERS = 100

Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), LINES]


class GroupForm(Body):
    """A group that is to be."""

    name: Name
    description: Description = ""


class GroupChanges(Body):
    """What of a group may change; what is left out keeps its value."""

    name: Name = Field(default_factory=unset)
    description: Description = Field(default_factory=unset)


class PermissionForm(Body):
    """What may be done with a contract, or with every contract of a service."""

    service_name: Short
    contract_id: UUID | None = None
    actions: Annotated[tuple[Action, ...], Field(min_length=1, max_length=len(Action))]

    @field_validator("contract_id")
    @classmethod
    def _of_one_service(cls, contract_id: UUID | None, info: object) -> UUID | None:
        if contract_id is not None and getattr(info, "data", {}).get("service_name") == EVERY_SERVICE:
            raise PydanticCustomError("malformed", "A contract belongs to one service")
        return contract_id

    def permission(self) -> Permission:
        """Return it as the domain knows it: each action once, in their order."""
        actions = tuple(one for one in Action if one in self.actions)
        return Permission(service_name=self.service_name, contract_id=self.contract_id, actions=actions)


class Permissions(Body):
    """All that the members of a group may do."""

    permissions: Annotated[tuple[PermissionForm, ...], Field(max_length=MOST_PERMISSIONS)]

    @field_validator("permissions")
    @classmethod
    def _each_once(cls, permissions: tuple[PermissionForm, ...]) -> tuple[PermissionForm, ...]:
        if len({(one.service_name, one.contract_id) for one in permissions}) < len(permissions):
            raise PydanticCustomError("repeated", "Each service and contract must stand only once")
        return permissions


class Members(Body):
    """People who are to be in a group."""

    user_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_MEMBERS)]


class GroupReply(Reply):
    """Which group was asked about, and at which version it is."""

    group_id: UUID
    version: int


@router.post("/groups", status_code=status.HTTP_201_CREATED)
async def create(*, body: GroupForm, use: Use, by: ByAdministrator, response: Response) -> GroupReply:
    """Make a group that permits nothing yet."""
    return await _reply(use, response, await use.groups.create(body.name, body.description, by.context()))


@router.patch("/groups/{group_id}")
async def change(
    *, group_id: UUID, body: GroupChanges, use: Use, by: ByAdministrator, at: Expected, response: Response
) -> GroupReply:
    """Call or describe a group otherwise."""
    said = body.model_dump(exclude_unset=True)
    name, description = said.get("name"), said.get("description")
    return await _reply(use, response, await use.groups.change(group_id, name, description, by.context(), at))


@router.delete("/groups/{group_id}")
async def delete(*, group_id: UUID, use: Use, by: ByAdministrator, at: Expected, response: Response) -> GroupReply:
    """Remove a group."""
    return await _reply(use, response, await use.groups.delete(group_id, by.context(), at))


@router.put("/groups/{group_id}/permissions")
async def permit(
    *, group_id: UUID, body: Permissions, use: Use, by: ByAdministrator, at: Expected, response: Response
) -> GroupReply:
    """Say what members may do, all of it."""
    permissions = [one.permission() for one in body.permissions]
    return await _reply(use, response, await use.groups.permit(group_id, permissions, by.context(), at))


@router.post("/groups/{group_id}/members")
async def add_members(
    *, group_id: UUID, body: Members, use: Use, by: ByAdministrator, response: Response
) -> GroupReply:
    """Put people into a group."""
    context = by.context()
    version = await use.references.check_group(context.tenant_id, group_id)
    await use.shown(response, *await use.users.join(body.user_ids, group_id, context))
    return GroupReply(group_id=group_id, version=version)


@router.delete("/groups/{group_id}/members/{user_id}")
async def remove_member(
    *, group_id: UUID, user_id: UUID, use: Use, by: ByAdministrator, response: Response
) -> GroupReply:
    """Take a person out of a group."""
    context = by.context()
    version = await use.references.check_group(context.tenant_id, group_id)
    await use.shown(response, await use.users.leave(user_id, group_id, context))
    return GroupReply(group_id=group_id, version=version)


async def _reply(use: Use, response: Response, done: Appended) -> GroupReply:
    await use.shown(response, done)
    return GroupReply(group_id=done.stream_id, version=done.version)
