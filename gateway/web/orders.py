"""The company's applications. Next stop: application/orders.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from gateway.application.door import CurrentViewer, Use
from gateway.application.errors import ApplicationUnknown
from gateway.application.freshness import Fresh
from gateway.web.frame import Here

router = APIRouter(include_in_schema=False)

ROWS = 50


@router.api_route("/applications", methods=["GET", "HEAD"])
async def applications(
    *,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    under_way: Annotated[str, Query(alias="underWay", max_length=5)] = "",
) -> Response:
    """List the company's applications, newest first."""
    page = await use.orders.page(viewer, limit=ROWS, cursor=cursor, under_way=bool(under_way))
    return await here.page(
        "applications/list.html", page=page, cursor=cursor, under_way=bool(under_way), stale=not fresh
    )


@router.api_route("/applications/{applicationId}", methods=["GET", "HEAD"])
async def one(applicationId: str, here: Here, viewer: CurrentViewer, use: Use, fresh: Fresh) -> Response:  # noqa: N803 - the path's name is the API's
    """Show an application and how its work went."""
    try:
        wanted = UUID(applicationId)
    except ValueError:
        raise ApplicationUnknown from None
    return await here.page("applications/one.html", row=await use.orders.one(viewer, wanted), stale=not fresh)
