"""One contract, its past, applications, incidents and planned work as JSON. Next stop: application/contracts.py."""

from datetime import UTC
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response, status
from pydantic import AwareDatetime

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.contracts import (
    ApplicationAnswer,
    ApplicationList,
    AvailabilityAnswer,
    CalendarAnswer,
    ContractAnswer,
    ContractChangeAnswer,
    ContractChangeList,
    ContractThenAnswer,
    DayAnswer,
    IncidentAnswer,
    IncidentList,
    MaintenanceAnswer,
    MaintenanceList,
    MemoChange,
    ServiceAvailabilityAnswer,
)
from gateway.application import availability as arithmetic
from gateway.application.calendar import calendar_path
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, KeyedHere, SessionToken, Use
from gateway.application.freshness import Fresh
from gateway.application.lookback import NamedChange
from gateway.application.timezones import zone

router = operations("services")

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=400)]
Moment = Annotated[AwareDatetime | None, Query()]


@router.get("/contracts/{contractId}", operation_id="contract", responses=problems(401, 404, 422, 503))
async def contract(
    *,
    contractId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    asked: AskedHere,
    response: Response,
    as_of: Annotated[AwareDatetime | None, Query(alias="asOf", description="Say what it was at this moment.")] = None,
) -> ContractAnswer | ContractThenAnswer:
    """Say everything about one contract, as it is or as it was."""
    _ = fresh
    if as_of is not None:
        then = await use.lookback.then(viewer, contractId, as_of, asked)
        return ContractThenAnswer(
            contract_id=contractId,
            contract_number=then.contract_number,
            service_name=then.service_name,
            as_of=as_of.astimezone(UTC),
            says=dict(then.says),
        )
    row = await use.contracts.one(viewer, contractId)
    response.headers["ETag"] = f'"{row.version}"'
    return ContractAnswer.model_validate(row)


@router.get("/contracts/{contractId}/changes", operation_id="contractChanges", responses=problems(401, 404, 422, 503))
async def changes(
    *,
    contractId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    asked: AskedHere,
    since: Moment = None,
    until: Moment = None,
) -> ContractChangeList:
    """Say what changed of a contract between two moments, when, and by whom."""
    _ = fresh
    found = await use.lookback.changes(viewer, contractId, since, until, asked)
    return ContractChangeList(items=[_change(one) for one in found])


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


@router.put(
    "/contracts/{contractId}/memo",
    operation_id="changeMemo",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def change_memo(
    *,
    contractId: UUID,  # noqa: N803 - the path's name is the API's
    body: MemoChange,
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> None:
    """Note something on a contract, for everybody of the company who may see it; needs the permission to edit."""
    await use.contracts.change_memo(viewer, token, contractId, body.memo, asked)


@router.get("/applications", operation_id="applications", responses=problems(401, 422, 503))
async def applications(
    *,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    limit: Limit = 50,
    cursor: Cursor = None,
    under_way: Annotated[bool, Query(alias="underWay")] = False,
) -> ApplicationList:
    """List the company's applications, newest first."""
    _ = fresh
    page = await use.orders.page(viewer, limit=limit, cursor=cursor, under_way=under_way)
    items = [ApplicationAnswer.model_validate(row) for row in page.items]
    return ApplicationList(items=items, next_cursor=page.next_cursor)


@router.get("/applications/{applicationId}", operation_id="application", responses=problems(401, 404, 422, 503))
async def application(
    *,
    applicationId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
) -> ApplicationAnswer:
    """Say everything about one application."""
    _ = fresh
    return ApplicationAnswer.model_validate(await use.orders.one(viewer, applicationId))


@router.get("/incidents", operation_id="incidents", responses=problems(401, 422, 503))
async def incidents(
    *,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    limit: Limit = 50,
    cursor: Cursor = None,
    only_open: Annotated[bool, Query(alias="open")] = False,
) -> IncidentList:
    """List the incidents that touch what the caller may see, the latest first."""
    _ = fresh
    page = await use.incidents.page(viewer, limit=limit, cursor=cursor, only_open=only_open)
    return IncidentList(items=[IncidentAnswer.model_validate(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/incidents/{incidentId}", operation_id="incident", responses=problems(401, 404, 422, 503))
async def incident(
    *,
    incidentId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
) -> IncidentAnswer:
    """Say everything about one incident."""
    _ = fresh
    return IncidentAnswer.model_validate(await use.incidents.one(viewer, incidentId))


@router.get("/maintenances", operation_id="maintenances", responses=problems(401, 422, 503))
async def maintenances(
    *,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    limit: Limit = 50,
    cursor: Cursor = None,
    coming: Annotated[bool, Query(description="Only what is planned and not over, the next first.")] = False,
) -> MaintenanceList:
    """List the work on what the caller may see, the last to begin first."""
    _ = fresh
    ask = use.maintenances.coming if coming else use.maintenances.page
    page = await ask(viewer, limit=limit, cursor=cursor)
    items = [MaintenanceAnswer.model_validate(one) for one in page.items]
    return MaintenanceList(items=items, next_cursor=page.next_cursor)


@router.get("/maintenances/{maintenanceId}", operation_id="maintenance", responses=problems(401, 404, 422, 503))
async def maintenance(
    *,
    maintenanceId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
) -> MaintenanceAnswer:
    """Say everything about one piece of work."""
    _ = fresh
    return MaintenanceAnswer.model_validate(await use.maintenances.one(viewer, maintenanceId))


@router.get("/me/calendar", operation_id="calendar", responses=problems(401, 503))
async def calendar(viewer: CurrentViewer, use: Use, asked: AskedHere) -> CalendarAnswer:
    """Say whether the caller has a calendar feed."""
    return CalendarAnswer(has=await use.calendar.has(viewer, asked))


@router.post(
    "/me/calendar",
    operation_id="issueCalendar",
    status_code=status.HTTP_201_CREATED,
    responses=problems(401, 403, 422, 503),
)
async def issue_calendar(viewer: CheckedViewer, use: Use, asked: KeyedHere) -> CalendarAnswer:
    """Make a calendar feed; its address is told this once, and the one before ends."""
    return CalendarAnswer(has=True, address=calendar_path(await use.calendar.issue(viewer, asked)))


@router.delete(
    "/me/calendar",
    operation_id="revokeCalendar",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 503),
)
async def revoke_calendar(viewer: CheckedViewer, use: Use, asked: AskedHere) -> None:
    """End the calendar feed."""
    await use.calendar.revoke(viewer, asked)


def _change(of: NamedChange) -> ContractChangeAnswer:
    one = of.change
    return ContractChangeAnswer(
        at=one.at,
        recorded_at=one.recorded_at,
        by=one.actor,
        by_name=of.by_name,
        field=one.field,
        old=one.old,
        new=one.new,
        cause=one.cause,
        fact=one.fact,
    )
