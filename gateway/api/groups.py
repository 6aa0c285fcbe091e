"""Groups, their members and what they permit, as JSON. Next stop: application/groups.py."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response, status

from gateway.api.guard import IfMatch
from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.groups import (
    GroupAnswer,
    GroupChanges,
    GroupList,
    NewGroup,
    NewGroupAnswer,
    NewMembers,
    Permissions,
)
from gateway.application.directory import Group
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, KeyedHere, SessionToken, Use

router = operations("groups")

_CHANGE = problems(401, 403, 404, 409, 412, 422, 428, 503)
_MEMBERS = problems(401, 403, 404, 409, 422, 503)


@router.get("/groups", operation_id="groups", responses=problems(401, 403, 422, 503))
async def groups(
    *,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> GroupList:
    """List the groups of the tenant, the one that permits everything first, then by name."""
    return GroupList.model_validate(await use.groups.page(viewer, asked, limit=limit, cursor=cursor))


@router.post(
    "/groups", operation_id="addGroup", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 409, 422, 503)
)
async def add(
    *, body: NewGroup, viewer: CheckedViewer, token: SessionToken, use: Use, asked: KeyedHere, response: Response
) -> NewGroupAnswer:
    """Make a group; it permits nothing yet."""
    group_id = await use.groups.add(viewer, token, body.model_dump(mode="json", by_alias=True), asked)
    response.headers["Location"] = f"/api/v1/groups/{group_id}"
    return NewGroupAnswer(group_id=group_id)


@router.get("/groups/{groupId}", operation_id="group", responses=problems(401, 403, 404, 422, 503))
async def group(
    *,
    groupId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    response: Response,
) -> GroupAnswer:
    """Say everything about one group."""
    return _answer(response, await use.groups.one(viewer, groupId, asked))


@router.patch("/groups/{groupId}", operation_id="changeGroup", responses=_CHANGE)
async def change(
    *,
    groupId: UUID,  # noqa: N803 - the path's name is the API's
    body: GroupChanges,
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    response: Response,
    if_match: IfMatch,
) -> GroupAnswer:
    """Change a group's name or description."""
    fields = body.model_dump(mode="json", by_alias=True, exclude_unset=True)
    done = await use.groups.change(viewer, token, groupId, fields, asked, if_match=if_match)
    return _answer(response, done)


@router.delete(
    "/groups/{groupId}", operation_id="deleteGroup", status_code=status.HTTP_204_NO_CONTENT, responses=_CHANGE
)
async def delete(
    *,
    groupId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    if_match: IfMatch,
) -> None:
    """Remove a group; what it permitted its members is gone before the answer."""
    await use.groups.delete(viewer, token, groupId, asked, if_match=if_match)


@router.put("/groups/{groupId}/permissions", operation_id="permitGroup", responses=_CHANGE)
async def permit(
    *,
    groupId: UUID,  # noqa: N803 - the path's name is the API's
    body: Permissions,
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    response: Response,
    if_match: IfMatch,
) -> GroupAnswer:
    """Say what members may do, all of it; it is in force before the answer."""
    given = [one.model_dump(mode="json", by_alias=True) for one in body.permissions]
    return _answer(response, await use.groups.permit(viewer, token, groupId, given, asked, if_match=if_match))


@router.post("/groups/{groupId}/members", operation_id="addMembers", responses=_MEMBERS)
async def add_members(
    *,
    groupId: UUID,  # noqa: N803 - the path's name is the API's
    body: NewMembers,
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: KeyedHere,
    response: Response,
) -> GroupAnswer:
    """Put people into a group; they have what it permits before the answer."""
    return _answer(response, await use.groups.add_members(viewer, token, groupId, body.user_ids, asked))


@router.delete(
    "/groups/{groupId}/members/{userId}",
    operation_id="removeMember",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_MEMBERS,
)
async def remove_member(
    *,
    groupId: UUID,  # noqa: N803 - the path's name is the API's
    userId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> None:
    """Take a person out of a group; what it permitted them is gone before the answer."""
    await use.groups.remove_member(viewer, token, groupId, userId, asked)


def _answer(response: Response, group: Group) -> GroupAnswer:
    response.headers["ETag"] = f'"{group.version}"'
    return GroupAnswer.model_validate(group)
