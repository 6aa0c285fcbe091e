"""What the operator reports over HTTP: a body in, a command out. Next stop: application/."""

from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from kernel.adapters.http.commands import placed
from kernel.domain.recorded import Appended
from services.contracts.api.fact_schemas import (
    ApplicationProgress,
    Cancellation,
    Completion,
    IdReply,
    IncidentNews,
    IncidentReport,
    MaintenancePlan,
    Placed,
    PlacedReply,
    StatusReply,
    StatusReport,
    Window,
)
from services.contracts.api.use import ByApplications, ByIncidents, ByMaintenance, ByStatus, Use
from services.contracts.application.statuses import Told

router = APIRouter()

Number = Annotated[str, Path(max_length=50)]


@router.post("/applications/placed", status_code=status.HTTP_201_CREATED)
async def place(*, body: Placed, use: Use, by: ByApplications, response: Response) -> PlacedReply:
    """Take an application of a tenant in; 200 when it was taken in before."""
    received, done = await use.orders.place(body.placement(), by.context)
    _answer(response, done)
    return PlacedReply(application_id=received.application_id, contract_ids=received.contract_ids)


@router.post("/applications/{number}/progress", status_code=status.HTTP_201_CREATED)
async def go_on(
    *, number: Number, body: ApplicationProgress, use: Use, by: ByApplications, response: Response
) -> IdReply:
    """Say how far the work on an application is."""
    return _answer(response, await use.orders.go_on(number, body.progress(), by.context))


@router.post("/service-statuses", status_code=status.HTTP_201_CREATED)
async def tell_status(*, body: StatusReport, use: Use, by: ByStatus, response: Response) -> StatusReply:
    """Say how the service on a contract runs; 202 when it waits for the contract."""
    told = await use.statuses.tell(body.contract_number, body.service_status, body.occurred_at, by.context)
    _answer(response, told.done)
    if told.kept:
        response.status_code = status.HTTP_202_ACCEPTED
    return StatusReply(outcome=outcome(told))


@router.post("/incidents", status_code=status.HTTP_201_CREATED)
async def open_incident(*, body: IncidentReport, use: Use, by: ByIncidents, response: Response) -> IdReply:
    """Open an incident; 200 when it was opened before."""
    return _answer(response, await use.incidents.open(body.report(), by.context))


@router.post("/incidents/{number}/updates", status_code=status.HTTP_201_CREATED)
async def update_incident(
    *, number: Number, body: IncidentNews, use: Use, by: ByIncidents, response: Response
) -> IdReply:
    """Tell news of an incident."""
    return _answer(response, await use.incidents.update(number, **dict(body), by=by.context))


@router.post("/maintenances", status_code=status.HTTP_201_CREATED)
async def announce(*, body: MaintenancePlan, use: Use, by: ByMaintenance, response: Response) -> IdReply:
    """Announce work; 200 when it was announced before."""
    return _answer(response, await use.maintenances.announce(body.announcement(), by.context))


@router.post("/maintenances/{number}/reschedule")
async def reschedule(*, number: Number, body: Window, use: Use, by: ByMaintenance, response: Response) -> IdReply:
    """Move planned work."""
    return _answer(response, await use.maintenances.reschedule(number, **dict(body), by=by.context))


@router.post("/maintenances/{number}/cancel")
async def cancel(*, number: Number, body: Cancellation, use: Use, by: ByMaintenance, response: Response) -> IdReply:
    """Call planned work off."""
    return _answer(response, await use.maintenances.cancel(number, **dict(body), by=by.context))


@router.post("/maintenances/{number}/complete")
async def complete(*, number: Number, body: Completion, use: Use, by: ByMaintenance, response: Response) -> IdReply:
    """Say that planned work is done."""
    return _answer(response, await use.maintenances.complete(number, **dict(body), by=by.context))


def outcome(told: Told) -> str:
    """Return what came of a report in one word."""
    if not told.done.events and not told.done.duplicate:
        return "unchanged"
    return "kept" if told.kept else "done"


def _answer(response: Response, done: Appended) -> IdReply:
    placed(response, done.position)
    if not done.events:
        response.status_code = status.HTTP_200_OK
    return IdReply(id=done.stream_id)
