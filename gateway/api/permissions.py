"""Who might do what at a moment, and what changed between two, as JSON. Next stop: application/permissions.py."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.histories import HistoryList, HistoryPart
from gateway.api.schemas.permissions import GroupPermissionsAnswer, MemberThenAnswer, UserPermissionsAnswer
from gateway.application.directory import HistoryKind, HistoryOf
from gateway.application.door import AskedHere, CurrentViewer, Use
from kernel.adapters.http.moments import Moment

router = operations("permissions")

_LOOK = problems(401, 403, 404, 422, 503)


async def _as_of(
    use: Use,
    as_of: Annotated[Moment | None, Query(alias="asOf", description="At this moment; without it, now.")] = None,
) -> datetime:
    return as_of or use.permissions.now()


AsOf = Annotated[datetime, Depends(_as_of)]


@router.get("/users/{userId}/permissions", operation_id="userPermissions", responses=_LOOK)
async def of_user(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    at: AsOf,
) -> UserPermissionsAnswer:
    """Say what a person may do, or might at a moment: role, groups, and what those permit together."""
    then = await use.permissions.of_person(viewer, userId, at, asked)
    return UserPermissionsAnswer.model_validate(
        {
            "user_id": userId,
            "as_of": at,
            "life": then.life,
            "role": then.role,
            "groups": then.groups,
            "permissions": then.permissions,
        }
    )


@router.get("/users/{userId}/permissions/changes", operation_id="userPermissionChanges", responses=_LOOK)
async def changes(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    part: Annotated[HistoryPart, Query()],
) -> HistoryList:
    """Say what changed of that between two moments, by whom and why; what the groups permit otherwise is in it."""
    of = part.of(HistoryOf(HistoryKind.USER, userId))
    found = await use.permissions.changes(viewer, of, asked, limit=part.limit, cursor=part.cursor)
    return HistoryList.model_validate(found)


@router.get("/groups/{groupId}/permissions", operation_id="groupPermissions", responses=_LOOK)
async def of_group(
    *,
    groupId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    at: AsOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> GroupPermissionsAnswer:
    """Say what a group permits and who is in it, or what it was at a moment. What changed says its history."""
    then = await use.permissions.of_group(viewer, groupId, at, asked, limit=limit, cursor=cursor)
    return GroupPermissionsAnswer.model_validate(
        {
            "group_id": groupId,
            "as_of": at,
            "name": then.group.name,
            "permissions": then.group.permissions,
            "members": [MemberThenAnswer.model_validate(one) for one in then.members],
            "next_cursor": then.next_cursor,
        }
    )
