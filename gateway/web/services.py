"""The contracted services: list, one of them, how they run. Next stop: application/contracts.py."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Response

from gateway.application.dashboard import STATUSES
from gateway.application.door import CurrentViewer, Use
from gateway.application.errors import ContractUnknown
from gateway.application.freshness import Fresh
from gateway.web.frame import Here

router = APIRouter(include_in_schema=False)

ROWS = 50


def address(**filters: str | None) -> str:
    """Return the address of the list under these filters."""
    query = {name: value for name, value in filters.items() if value}
    return f"/services?{urlencode(query)}" if query else "/services"


@router.api_route("/services", methods=["GET", "HEAD"])
async def listed(
    *,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    status: Annotated[str | None, Query(alias="serviceStatus", max_length=20)] = None,
    service: Annotated[str | None, Query(alias="serviceName", max_length=50)] = None,
) -> Response:
    """List the contracts; the address keeps the filters."""
    chosen = status if status in STATUSES else None
    board = await use.dashboard.show(viewer)
    page = await use.contracts.page(
        viewer, limit=ROWS, cursor=cursor or None, service_name=service or None, service_status=chosen
    )
    return await here.page(
        "services.html",
        page=page,
        board=board,
        chosen=chosen,
        service=service or None,
        address=address,
        cursor=cursor,
        stale=not fresh,
    )


@router.api_route("/services/{contractId}", methods=["GET", "HEAD"])
async def one(contractId: str, here: Here, viewer: CurrentViewer, use: Use, fresh: Fresh) -> Response:  # noqa: N803 - the path's name is the API's
    """Show everything about one contract."""
    try:
        contract_id = UUID(contractId)
    except ValueError:
        raise ContractUnknown from None
    row = await use.contracts.one(viewer, contract_id)
    return await here.page("service.html", row=row, leads_on=use.hop.leads_on(viewer, row), stale=not fresh)


@router.api_route("/service-status", methods=["GET", "HEAD"])
async def running(here: Here, viewer: CurrentViewer, use: Use, fresh: Fresh) -> Response:
    """Show how the services run, those that do not run well first."""
    board = await use.dashboard.show(viewer)
    groups = [
        (status, (await use.contracts.page(viewer, limit=ROWS, service_status=status)).items)
        for status in ("ABNORMAL", "WARNING", "UNKNOWN", "NORMAL", "UNMONITORED")
        if board.counts[status]
    ]
    return await here.page(
        "service_status.html", board=board, groups=groups, rows=ROWS, address=address, stale=not fresh
    )
