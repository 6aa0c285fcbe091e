"""What the operator's back office reports, as JSON and in tables. Next stop: application/back_office.py."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response, status

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.facts import (
    ApplicationProgress,
    EarlyFactAnswer,
    EarlyFactList,
    IncidentReport,
    IncidentUpdate,
    MaintenanceCancellation,
    MaintenanceCompletion,
    MaintenancePlan,
    MaintenanceWindow,
    ManyRows,
    PlacedApplication,
    PlacedReceipt,
    ReportAnswer,
    RowAnswer,
    RowsAnswer,
    StatusAnswer,
    StatusReport,
)
from gateway.api.table import TABLE, rows_of
from gateway.application.contract_ports import Forwarded
from gateway.application.door import KeyedHere, Use
from kernel.adapters.http.body import Body as JsonBody
from kernel.adapters.http.tokens import Caller, caller

router = operations("back office")

Applications = Annotated[Caller, Depends(caller("applications:write"))]
Contracts = Annotated[Caller, Depends(caller("contracts:write"))]
Statuses = Annotated[Caller, Depends(caller("status:write"))]
Incidents = Annotated[Caller, Depends(caller("incidents:write"))]
Maintenance = Annotated[Caller, Depends(caller("maintenance:write"))]

Number = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,50}$")]
Kind = Literal["service-statuses", "incidents", "incident-updates", "maintenances", "application-progress"]

_SCOPES: Mapping[str, str] = {
    "service-statuses": "status:write",
    "incidents": "incidents:write",
    "incident-updates": "incidents:write",
    "maintenances": "maintenance:write",
    "application-progress": "applications:write",
}
_REPORT: dict[int | str, dict[str, Any]] = problems(401, 403, 404, 409, 422, 503)
_NEW: dict[int | str, dict[str, Any]] = {
    200: {"model": ReportAnswer, "description": "It was reported before."},
    **problems(401, 403, 409, 422, 503),
}
_PLACED: dict[int | str, dict[str, Any]] = {
    200: {"model": PlacedReceipt, "description": "It was handed in before."},
    **_REPORT,
}
_STATUS: dict[int | str, dict[str, Any]] = {
    202: {"model": StatusAnswer, "description": "It waits for its contract."},
    **_REPORT,
}


@router.post(
    "/operator/applications",
    operation_id="placeApplication",
    status_code=status.HTTP_201_CREATED,
    responses=_PLACED,
)
async def place_application(
    *, body: PlacedApplication, who: Applications, use: Use, asked: KeyedHere, response: Response
) -> PlacedReceipt:
    """Hand in an application of a company that is a tenant; with NEW its contracts come into force when it is done."""
    done = await use.back_office.contracts.report(
        "/applications/placed", _said(body), "applications:write", who.subject, asked
    )
    return PlacedReceipt.model_validate(_answer(response, done))


@router.post(
    "/operator/applications/{applicationNumber}/progress",
    operation_id="reportApplication",
    status_code=status.HTTP_201_CREATED,
    responses=_REPORT,
)
async def report_application(
    *,
    applicationNumber: Number,  # noqa: N803 - the path's name is the API's
    body: ApplicationProgress,
    who: Applications,
    use: Use,
    asked: KeyedHere,
    response: Response,
) -> ReportAnswer:
    """Say how far the work on an application is; it never goes back."""
    path = f"/applications/{applicationNumber}/progress"
    done = await use.back_office.contracts.report(path, _said(body), "applications:write", who.subject, asked)
    return ReportAnswer.model_validate(_answer(response, done))


@router.post(
    "/operator/service-statuses",
    operation_id="reportServiceStatus",
    status_code=status.HTTP_201_CREATED,
    responses=_STATUS,
)
async def report_status(
    *, body: StatusReport, who: Statuses, use: Use, asked: KeyedHere, response: Response
) -> StatusAnswer:
    """Say how the service on a contract runs; what is said before the contract comes waits for it."""
    done = await use.back_office.contracts.report("/service-statuses", _said(body), "status:write", who.subject, asked)
    return StatusAnswer.model_validate(_answer(response, done))


@router.post("/operator/incidents", operation_id="reportIncident", status_code=status.HTTP_201_CREATED, responses=_NEW)
async def report_incident(
    *, body: IncidentReport, who: Incidents, use: Use, asked: KeyedHere, response: Response
) -> ReportAnswer:
    """Report an incident."""
    done = await use.back_office.contracts.report("/incidents", _said(body), "incidents:write", who.subject, asked)
    return ReportAnswer.model_validate(_answer(response, done))


@router.post(
    "/operator/incidents/{incidentNumber}/updates",
    operation_id="updateIncident",
    status_code=status.HTTP_201_CREATED,
    responses=_REPORT,
)
async def update_incident(
    *,
    incidentNumber: Number,  # noqa: N803 - the path's name is the API's
    body: IncidentUpdate,
    who: Incidents,
    use: Use,
    asked: KeyedHere,
    response: Response,
) -> ReportAnswer:
    """Tell news of an incident."""
    path = f"/incidents/{incidentNumber}/updates"
    done = await use.back_office.contracts.report(path, _said(body), "incidents:write", who.subject, asked)
    return ReportAnswer.model_validate(_answer(response, done))


@router.post(
    "/operator/maintenances", operation_id="announceMaintenance", status_code=status.HTTP_201_CREATED, responses=_NEW
)
async def announce(
    *, body: MaintenancePlan, who: Maintenance, use: Use, asked: KeyedHere, response: Response
) -> ReportAnswer:
    """Announce planned work."""
    done = await use.back_office.contracts.report("/maintenances", _said(body), "maintenance:write", who.subject, asked)
    return ReportAnswer.model_validate(_answer(response, done))


@router.post(
    "/operator/maintenances/{maintenanceNumber}/reschedule", operation_id="rescheduleMaintenance", responses=_REPORT
)
async def reschedule(
    *,
    maintenanceNumber: Number,  # noqa: N803 - the path's name is the API's
    body: MaintenanceWindow,
    who: Maintenance,
    use: Use,
    asked: KeyedHere,
    response: Response,
) -> ReportAnswer:
    """Move planned work."""
    return await _maintenance(maintenanceNumber, "reschedule", body, who, use, asked, response)


@router.post("/operator/maintenances/{maintenanceNumber}/cancel", operation_id="cancelMaintenance", responses=_REPORT)
async def cancel(
    *,
    maintenanceNumber: Number,  # noqa: N803 - the path's name is the API's
    body: MaintenanceCancellation,
    who: Maintenance,
    use: Use,
    asked: KeyedHere,
    response: Response,
) -> ReportAnswer:
    """Call planned work off."""
    return await _maintenance(maintenanceNumber, "cancel", body, who, use, asked, response)


@router.post(
    "/operator/maintenances/{maintenanceNumber}/complete", operation_id="completeMaintenance", responses=_REPORT
)
async def complete(
    *,
    maintenanceNumber: Number,  # noqa: N803 - the path's name is the API's
    body: MaintenanceCompletion,
    who: Maintenance,
    use: Use,
    asked: KeyedHere,
    response: Response,
) -> ReportAnswer:
    """Say that planned work is done."""
    return await _maintenance(maintenanceNumber, "complete", body, who, use, asked, response)


@router.post(
    "/operator/bulk/{kind}",
    operation_id="reportMany",
    responses=problems(401, 403, 422, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ManyRows.model_json_schema(by_alias=True)}, **TABLE},
        }
    },
)
async def report_many(*, kind: Kind, request: Request, use: Use, asked: KeyedHere) -> RowsAnswer:
    """Report many things at once, as JSON or CSV; each row is taken or refused for itself."""
    scope = _SCOPES[kind]
    who = await caller(scope)(request)
    rows = rows_of(request.headers.get("content-type", ""), await request.body())
    found = await use.back_office.many(f"/bulk/{kind}", rows, scope, who.subject, asked)
    counts = Counter(one["outcome"] for one in found)
    told = [RowAnswer.model_validate(one) for one in found if one["outcome"] in ("refused", "kept")]
    return RowsAnswer(
        done=counts["done"], kept=counts["kept"], unchanged=counts["unchanged"], refused=counts["refused"], rows=told
    )


@router.get("/operator/early-facts", operation_id="earlyFacts", responses=problems(401, 403, 422, 503))
async def early_facts(
    *,
    who: Contracts,
    use: Use,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> EarlyFactList:
    """List what was said of contracts that have not come, oldest first."""
    _ = who
    page = await use.back_office.early(limit, cursor)
    return EarlyFactList(
        items=[EarlyFactAnswer.model_validate(one) for one in page.items], next_cursor=page.next_cursor
    )


async def _maintenance(  # noqa: PLR0917 - a call as it came
    number: str, deed: str, body: JsonBody, who: Caller, use: Use, asked: KeyedHere, response: Response
) -> ReportAnswer:
    done = await use.back_office.contracts.report(
        f"/maintenances/{number}/{deed}", _said(body), "maintenance:write", who.subject, asked
    )
    return ReportAnswer.model_validate(_answer(response, done))


def _said(body: JsonBody) -> Mapping[str, Any]:
    return body.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _answer(response: Response, done: Forwarded) -> Mapping[str, Any]:
    response.status_code = done.status
    if done.position is not None:
        response.headers["X-Log-Position"] = str(done.position)
    return done.body
