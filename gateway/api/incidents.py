"""Incidents as JSON. Next stop: application/incidents.py."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.contracts import IncidentAnswer, IncidentList
from gateway.application.door import CurrentViewer, Use
from gateway.application.freshness import Fresh

router = operations("services")

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=400)]


@router.get("/incidents", operation_id="incidents", responses=problems(401, 422, 503))
async def incidents(
    *,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    limit: Limit = 50,
    cursor: Cursor = None,
    only_open: Annotated[bool, Query(alias="open")] = False,
) -> IncidentList:
    """List the incidents that touch what the caller may see, the latest first."""
    _ = fresh
    page = await use.incidents.page(viewer, limit=limit, cursor=cursor, only_open=only_open)
    return IncidentList(items=[IncidentAnswer.model_validate(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/incidents/{incidentId}", operation_id="incident", responses=problems(401, 404, 422, 503))
async def incident(
    *,
    incidentId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
) -> IncidentAnswer:
    """Say everything about one incident."""
    _ = fresh
    return IncidentAnswer.model_validate(await use.incidents.one(viewer, incidentId))
