"""What changed, and who was registered. Next stop: application/histories.py, application/registrations.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from kernel.adapters.http.moments import Moment
from services.users.api.answers import HistoryList, RegistrationList
from services.users.api.looking import Cursor, Limit
from services.users.api.use import ByReader, Use
from services.users.application.history import Window
from services.users.application.registered import LinkState

router = APIRouter()


async def window(
    since: Annotated[Moment | None, Query()] = None, until: Annotated[Moment | None, Query()] = None
) -> Window:
    """Return the time that is asked about."""
    return Window(since=since, until=until)


Within = Annotated[Window, Depends(window)]


@router.get("/users/{user_id}/history")
async def of_user(
    *, user_id: UUID, use: Use, by: ByReader, within: Within, limit: Limit = 50, cursor: Cursor = None
) -> HistoryList:
    """Return what changed of a person, newest first (M10); *limit* counts facts, each with all its fields."""
    return HistoryList.of(await use.histories.of_user(by.context().tenant_id, user_id, limit, cursor, within))


@router.get("/groups/{group_id}/history")
async def of_group(
    *, group_id: UUID, use: Use, by: ByReader, within: Within, limit: Limit = 50, cursor: Cursor = None
) -> HistoryList:
    """Return what changed of a group and who joined and left it, newest first (M10)."""
    return HistoryList.of(await use.histories.of_group(by.context().tenant_id, group_id, limit, cursor, within))


@router.get("/policy/history")
async def of_policy(*, use: Use, by: ByReader, within: Within, limit: Limit = 50, cursor: Cursor = None) -> HistoryList:
    """Return what changed of the tenant's policy, newest first (M10)."""
    return HistoryList.of(await use.histories.of_policy(by.context().tenant_id, limit, cursor, within))


@router.get("/registrations")
async def registrations(
    *, use: Use, by: ByReader, state: LinkState | None = None, limit: Limit = 50, cursor: Cursor = None
) -> RegistrationList:
    """Return who was registered by whom and how far they have come, newest first."""
    return RegistrationList.of(await use.registrations.page(by.context().tenant_id, state, limit, cursor))
