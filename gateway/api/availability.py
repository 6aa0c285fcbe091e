"""How a service ran, on one contract and over all of them, as JSON. Next stop: application/availability.py."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.contracts import AvailabilityAnswer, DayAnswer, ServiceAvailabilityAnswer
from gateway.application import availability as arithmetic
from gateway.application.door import CurrentViewer, Use
from gateway.application.freshness import Fresh
from gateway.application.timezones import zone

router = operations("services")


@router.get("/contracts/{contractId}/availability", operation_id="availability", responses=problems(401, 404, 422, 503))
async def availability(
    *,
    contractId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    days: Annotated[int, Query(ge=1, le=92)] = 30,
) -> AvailabilityAnswer:
    """Say how the service on a contract ran, day by day in the caller's zone."""
    _ = fresh
    history = await use.contracts.history(viewer, contractId)
    found = arithmetic.days(history.changes, use.dashboard.now(), zone(viewer.timezone), days)
    return AvailabilityAnswer(
        contract_id=contractId,
        timezone=viewer.timezone,
        available=arithmetic.available(found),
        days=[DayAnswer(on=one.on, seconds=one.seconds, available=one.available) for one in found],
    )


@router.get(
    "/services/{serviceName}/availability",
    operation_id="serviceAvailability",
    responses=problems(401, 404, 422, 503),
)
async def service_availability(
    *,
    serviceName: Annotated[str, Path(max_length=60)],  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    days: Annotated[int, Query(ge=1, le=92)] = 30,
) -> ServiceAvailabilityAnswer:
    """Say how a service ran, day by day in the caller's zone; at most half a minute old."""
    _ = fresh
    found = await use.service_availability.show(viewer, serviceName, days)
    return ServiceAvailabilityAnswer(
        service_name=serviceName,
        contracts=found.contracts,
        timezone=viewer.timezone,
        available=found.available,
        days=[DayAnswer(on=one.on, seconds=one.seconds, available=one.available) for one in found.days],
        as_of=found.as_of,
    )
