"""Routes A and B: on from a contract to its settings site. Next stop: application/hop.py, then web/authorize.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from gateway.application.door import CurrentViewer, Use
from gateway.application.errors import ContractUnknown, SettingsDenied, SiteMissing
from gateway.web.frame import Here, go

router = APIRouter(include_in_schema=False)

MOST_SHOWN = 100
"""Contracts to choose from at once; the others are found under services."""


@router.api_route("/hop", methods=["GET", "HEAD"])
async def choose(
    here: Here, viewer: CurrentViewer, use: Use, service: Annotated[str, Query(alias="serviceName")]
) -> Response:
    """Send the browser on for the one contract of a service, or show which there are."""
    site = use.hop.sites.of_service(service)
    if site is None:
        raise SiteMissing
    rows = [row for row in await use.hop.service_ways(viewer) if row.service_name == service]
    if not rows:
        raise SettingsDenied
    if len(rows) == 1:
        return go(f"/hop/{rows[0].contract_id}")
    ways = [(row, f"/hop/{row.contract_id}") for row in rows[:MOST_SHOWN]]
    return await here.page("choose_contract.html", ways=ways, site=site.name(here.language))


@router.api_route("/hop/{contractId}", methods=["GET", "HEAD", "POST"])
async def hop(contractId: str, viewer: CurrentViewer, use: Use) -> Response:  # noqa: N803 - the path's name is the API's
    """Send the browser to where the site begins its login; nothing is changed by that, so a link may do it."""
    try:
        contract_id = UUID(contractId)
    except ValueError:
        raise ContractUnknown from None
    _, address = await use.hop.begin(viewer, contract_id)
    return go(address)
