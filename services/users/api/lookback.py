"""Permissions as they were at a moment, and what changed between two. Next stop: application/lookback.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from kernel.adapters.http.moments import Moment
from services.users.api.answers import AccessThen, HistoryList, TeamThen
from services.users.api.histories import Within
from services.users.api.looking import Cursor, Limit
from services.users.api.use import ByReader, Use

router = APIRouter()

At = Annotated[Moment, Query()]


@router.get("/users/{user_id}/permissions")
async def of_user(*, user_id: UUID, use: Use, by: ByReader, at: At) -> AccessThen:
    """Say what a person might do at a moment."""
    return AccessThen.model_validate(await use.lookback.person(by.context().tenant_id, user_id, at))


@router.get("/users/{user_id}/permissions/changes")
async def changes(
    *, user_id: UUID, use: Use, by: ByReader, within: Within, limit: Limit = 50, cursor: Cursor = None
) -> HistoryList:
    """Say what changed of what a person may do between two moments, by whom and why; newest first, *limit* facts."""
    return HistoryList.of(await use.lookback.changes(by.context().tenant_id, user_id, limit, cursor, within))


@router.get("/groups/{group_id}/permissions")
async def of_group(
    *, group_id: UUID, use: Use, by: ByReader, at: At, limit: Limit = 50, cursor: Cursor = None
) -> TeamThen:
    """Say what a group permitted at a moment, and who was in it."""
    return TeamThen.model_validate(await use.lookback.group(by.context().tenant_id, group_id, at, limit, cursor))
