"""Maintenance and applications. Next stop: application/contracts.py."""

from fastapi import APIRouter, Response

from gateway.application.door import CurrentViewer, Use
from gateway.application.freshness import Fresh
from gateway.web.frame import Here

router = APIRouter(include_in_schema=False)


@router.api_route("/maintenance", methods=["GET", "HEAD"])
async def maintenance(here: Here, viewer: CurrentViewer) -> Response:
    """Say what is planned; nothing announces planned work to this portal yet, and the page says so."""
    _ = viewer
    return await here.page("maintenance.html")


@router.api_route("/applications", methods=["GET", "HEAD"])
async def applications(here: Here, viewer: CurrentViewer, use: Use, fresh: Fresh) -> Response:
    """List the company's applications, newest first."""
    return await here.page("applications.html", rows=(await use.orders.page(viewer)).items, stale=not fresh)
