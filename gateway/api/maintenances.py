"""Planned work as JSON. Next stop: application/maintenances.py."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.contracts import MaintenanceAnswer, MaintenanceList
from gateway.application.door import CurrentViewer, Use
from gateway.application.freshness import Fresh

router = operations("services")

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=400)]


@router.get("/maintenances", operation_id="maintenances", responses=problems(401, 422, 503))
async def maintenances(
    *,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    limit: Limit = 50,
    cursor: Cursor = None,
    coming: Annotated[bool, Query(description="Only what is planned and not over, the next first.")] = False,
) -> MaintenanceList:
    """List the work on what the caller may see, the last to begin first."""
    _ = fresh
    ask = use.maintenances.coming if coming else use.maintenances.page
    page = await ask(viewer, limit=limit, cursor=cursor)
    items = [MaintenanceAnswer.model_validate(one) for one in page.items]
    return MaintenanceList(items=items, next_cursor=page.next_cursor)


@router.get("/maintenances/{maintenanceId}", operation_id="maintenance", responses=problems(401, 404, 422, 503))
async def maintenance(
    *,
    maintenanceId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
) -> MaintenanceAnswer:
    """Say everything about one piece of work."""
    _ = fresh
    return MaintenanceAnswer.model_validate(await use.maintenances.one(viewer, maintenanceId))
