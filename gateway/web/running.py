"""How the services run, and their incidents. Next stop: application/incidents.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from gateway.application.dashboard import STATUSES
from gateway.application.door import CurrentViewer, Use
from gateway.application.errors import IncidentUnknown
from gateway.application.freshness import Fresh
from gateway.application.journeys import Journeys
from gateway.application.service_availability import ServiceAvailability
from gateway.application.viewer import Viewer
from gateway.web.chart import Chart, chart_of
from gateway.web.frame import Frame, Here
from gateway.web.services import DAYS, ROWS, address

router = APIRouter(include_in_schema=False)

WORST_FIRST = ("ABNORMAL", "WARNING", "UNKNOWN", "NORMAL", "UNMONITORED")
INCIDENTS = 20
CHARTS = 3
"""Services whose days the overview shows at once; the others have a page of their own, as these have."""


@router.api_route("/service-status", methods=["GET", "HEAD"])
async def running(
    *,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    incidents: Annotated[str, Query(max_length=5)] = "",
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Show how the services run, what does not run well first."""
    board = await use.dashboard.show(viewer)
    ran = {name: await _ran(here, viewer, use, name) for name in list(board.services)[:CHARTS]}
    everything = incidents == "all"
    groups = [
        (status, (await use.contracts.page(viewer, limit=ROWS, service_status=status)).items)
        for status in WORST_FIRST
        if board.counts[status]
    ]
    return await here.page(
        "running/list.html",
        board=board,
        incidents=await use.incidents.page(viewer, limit=INCIDENTS, cursor=cursor, only_open=not everything),
        all=everything,
        cursor=cursor,
        ran={name: chart for name, (_, chart) in ran.items()},
        services=await use.dashboard.by_service(viewer, list(board.services)),
        statuses=STATUSES,
        groups=groups,
        rows=ROWS,
        address=address,
        stale=not fresh,
    )


@router.api_route("/service-status/services/{serviceName}", methods=["GET", "HEAD"])
async def service(
    *,
    serviceName: Annotated[str, Path(max_length=60)],  # noqa: N803 - the path's name is the API's
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
) -> Response:
    """Show how one service ran, and its contracts. Raises: ServiceUnknown."""
    found, chart = await _ran(here, viewer, use, serviceName)
    page = await use.contracts.page(viewer, limit=ROWS, service_name=serviceName)
    return await here.page(
        "running/service.html", service=found, chart=chart, rows_here=page.items, address=address, stale=not fresh
    )


async def _ran(here: Frame, viewer: Viewer, use: Journeys, service_name: str) -> tuple[ServiceAvailability, Chart]:
    found = await use.service_availability.show(viewer, service_name, DAYS)
    return found, chart_of(found.days, here.language, here.words, shares=True)


@router.api_route("/incidents/{incidentId}", methods=["GET", "HEAD"])
async def incident(incidentId: str, here: Here, viewer: CurrentViewer, use: Use, fresh: Fresh) -> Response:  # noqa: N803 - the path's name is the API's
    """Show an incident and its story."""
    try:
        wanted = UUID(incidentId)
    except ValueError:
        raise IncidentUnknown from None
    return await here.page("running/incident.html", row=await use.incidents.one(viewer, wanted), stale=not fresh)
