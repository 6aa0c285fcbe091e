"""What works and what does not, for everybody. Next stop: application/service_health.py."""

from fastapi import APIRouter, Response

from gateway.application.door import Use
from gateway.web.frame import Here

router = APIRouter(include_in_schema=False)


@router.api_route("/status", methods=["GET", "HEAD"])
async def show(here: Here, use: Use) -> Response:
    """Show what works; answers also while nothing else does."""
    return await here.page("status.html", health=await use.health.show())
