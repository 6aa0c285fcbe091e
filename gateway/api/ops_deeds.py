"""What operators did and who was refused, as JSON. Next stop: application/ops_deeds.py."""

from typing import Annotated

from fastapi import Query

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.ops_deeds import DeedList
from gateway.application.door import AskedHere, CurrentViewer, Use

router = operations("ops")


@router.get("/ops/deeds", operation_id="opsDeeds", responses=problems(401, 403, 422, 503))
async def deeds(
    *,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> DeedList:
    """List what operators ordered and whom the console refused, newest first: who, what, why and when."""
    return DeedList.of(await use.ops_deeds.page(viewer, asked, limit=limit, cursor=cursor))
