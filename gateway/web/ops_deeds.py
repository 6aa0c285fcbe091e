"""The page of what operators did and who was refused. Next stop: templates/ops/deeds.html."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gateway.application.door import AskedHere, CurrentViewer
from gateway.web.frame import Here
from gateway.web.ops_words import link

router = APIRouter(include_in_schema=False)


@router.api_route("/ops/deeds", methods=["GET", "HEAD"])
async def deeds(
    *, here: Here, viewer: CurrentViewer, asked: AskedHere, cursor: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """List deeds and refusals, newest first; each leads to the fact that says so."""
    found = await here.use.ops_deeds.page(viewer, asked, cursor=cursor or None)
    return await here.page("ops/deeds.html", found=found, cursor=cursor, link=link)
