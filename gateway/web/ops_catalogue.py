"""The catalogue of facts as pages of the ops console. Next stop: application/catalogue.py."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from gateway.application.door import CurrentViewer
from gateway.web.frame import Here

router = APIRouter(include_in_schema=False)

CATALOGUE = "/ops/catalogue"


@router.api_route(CATALOGUE, methods=["GET", "HEAD"])
async def catalogue(here: Here, viewer: CurrentViewer) -> Response:
    """List the facts by the service that records them."""
    return await here.page("ops/catalogue.html", services=here.use.catalogue.by_service(viewer))


@router.api_route(CATALOGUE + "/{fact_type}", methods=["GET", "HEAD"])
async def fact(here: Here, viewer: CurrentViewer, fact_type: Annotated[str, Path(max_length=100)]) -> Response:
    """Show one fact: its fields, its schema, a sample."""
    return await here.page("ops/fact.html", fact=here.use.catalogue.one(viewer, fact_type))
