"""The company's applications as JSON. Next stop: application/orders.py."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.contracts import ApplicationAnswer, ApplicationList
from gateway.application.door import CurrentViewer, Use
from gateway.application.freshness import Fresh

router = operations("services")

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=400)]


@router.get("/applications", operation_id="applications", responses=problems(401, 422, 503))
async def applications(
    *,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    limit: Limit = 50,
    cursor: Cursor = None,
    under_way: Annotated[bool, Query(alias="underWay")] = False,
) -> ApplicationList:
    """List the company's applications, newest first."""
    _ = fresh
    page = await use.orders.page(viewer, limit=limit, cursor=cursor, under_way=under_way)
    items = [ApplicationAnswer.model_validate(row) for row in page.items]
    return ApplicationList(items=items, next_cursor=page.next_cursor)


@router.get("/applications/{applicationId}", operation_id="application", responses=problems(401, 404, 422, 503))
async def application(
    *,
    applicationId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
) -> ApplicationAnswer:
    """Say everything about one application."""
    _ = fresh
    return ApplicationAnswer.model_validate(await use.orders.one(viewer, applicationId))
