"""Many reports in one call: each row is taken or refused for itself. Next stop: application/."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

from fastapi import APIRouter, Response
from pydantic import ValidationError

from kernel.adapters.http.body import Body
from kernel.adapters.http.commands import Asked, placed
from kernel.adapters.http.problems import field_errors
from kernel.domain.context import Context
from kernel.domain.errors import PortalError, StreamMoved, Unavailable
from kernel.domain.recorded import LogPosition
from services.contracts.api.fact_schemas import (
    ApplicationProgress,
    IncidentNews,
    IncidentReport,
    MaintenancePlan,
    Row,
    Rows,
    RowsReply,
    StatusReport,
)
from services.contracts.api.facts import outcome
from services.contracts.api.use import Built, ByApplications, ByIncidents, ByMaintenance, ByStatus, Use
from services.contracts.application.ports import ForTenant
from services.contracts.application.statuses import Told

router = APIRouter()

AT_ONCE = 32
"""Rows under way at the same time: enough to share one write to disk, few enough to leave room for others."""

SUBJECTS = ("contractNumber", "incidentNumber", "maintenanceNumber", "applicationNumber")
"""The fields that name what a row is about."""

B = TypeVar("B", bound=Body)


class NumberedProgress(ApplicationProgress):
    """News of an application, named in the row."""

    application_number: str


class NumberedNews(IncidentNews):
    """News of an incident, named in the row."""

    incident_number: str


@dataclass(frozen=True, slots=True)
class Kind(Generic[B]):
    """What rows of one kind are, and what is done with one."""

    body: type[B]
    do: Callable[[Built, B, ForTenant], Awaitable[Told]]


@router.post("/bulk/service-statuses")
async def statuses(*, body: Rows, use: Use, by: ByStatus, response: Response) -> RowsReply:
    """Say how many services run."""
    return await _all(Kind(StatusReport, _status), body, use, by, response)


@router.post("/bulk/incidents")
async def incidents(*, body: Rows, use: Use, by: ByIncidents, response: Response) -> RowsReply:
    """Open many incidents."""
    return await _all(Kind(IncidentReport, _incident), body, use, by, response)


@router.post("/bulk/incident-updates")
async def incident_updates(*, body: Rows, use: Use, by: ByIncidents, response: Response) -> RowsReply:
    """Tell news of many incidents."""
    return await _all(Kind(NumberedNews, _news), body, use, by, response)


@router.post("/bulk/maintenances")
async def maintenances(*, body: Rows, use: Use, by: ByMaintenance, response: Response) -> RowsReply:
    """Announce much work."""
    return await _all(Kind(MaintenancePlan, _plan), body, use, by, response)


@router.post("/bulk/application-progress")
async def progress(*, body: Rows, use: Use, by: ByApplications, response: Response) -> RowsReply:
    """Say how far the work on many applications is."""
    return await _all(Kind(NumberedProgress, _progress), body, use, by, response)


async def _status(use: Built, row: StatusReport, by: ForTenant) -> Told:
    return await use.statuses.tell(row.contract_number, row.service_status, row.occurred_at, by)


async def _incident(use: Built, row: IncidentReport, by: ForTenant) -> Told:
    return Told(done=await use.incidents.open(row.report(), by), kept=False)


async def _news(use: Built, row: NumberedNews, by: ForTenant) -> Told:
    return Told(done=await use.incidents.update(**dict(row), by=by), kept=False)


async def _plan(use: Built, row: MaintenancePlan, by: ForTenant) -> Told:
    return Told(done=await use.maintenances.announce(row.announcement(), by), kept=False)


async def _progress(use: Built, row: NumberedProgress, by: ForTenant) -> Told:
    return Told(done=await use.orders.go_on(row.application_number, row.progress(), by), kept=False)


async def _all(kind: Kind[B], sent: Rows, use: Built, by: Asked, response: Response) -> RowsReply:
    room = asyncio.Semaphore(AT_ONCE)
    places: list[LogPosition] = []

    answers: dict[int, Row] = {}

    async def one_after_another(rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
        for number, row in rows:
            async with room:
                told, answers[number] = await _one(kind, number, row, use, by=partial(_circumstances, by, number))
            if told is not None and told.done.position:
                places.append(told.done.position)

    await asyncio.gather(*(one_after_another(rows) for rows in _by_subject(sent.rows)))
    placed(response, *places)
    return RowsReply(rows=[answers[number] for number in sorted(answers)])


def _by_subject(rows: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[tuple[int, Mapping[str, Any]]]]:
    """Return the numbered rows of each thing in their order: news of one incident must not overtake one another."""
    found: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for number, row in enumerate(rows, 1):
        subject = next((f"{name} {row[name]}" for name in SUBJECTS if name in row), f"row {number}")
        found.setdefault(subject, []).append((number, row))
    return found.values()


async def _one(
    kind: Kind[B], number: int, row: Mapping[str, Any], use: Built, *, by: ForTenant
) -> tuple[Told | None, Row]:
    """Return what came of a row. Raises: Unavailable, for then the whole call is to be sent again."""
    try:
        told = await kind.do(use, kind.body.model_validate(_said(row)), by)
    except ValidationError as wrong:
        errors = field_errors([{**one, "loc": ("body", *one["loc"])} for one in wrong.errors(include_input=False)])
        return None, Row(row=number, outcome="refused", code="invalid", errors=errors)
    except (Unavailable, StreamMoved) as trouble:
        raise Unavailable(str(trouble), retry_after=1) from trouble
    except PortalError as refusal:
        return None, Row(row=number, outcome="refused", code=refusal.code, errors=refusal.extra.get("errors"))
    return told, Row(row=number, outcome=outcome(told))


def _said(row: Mapping[str, Any]) -> Mapping[str, Any]:
    # An empty cell of a table is a field that was left out.
    return {name: value for name, value in row.items() if value not in ("", None)}


def _circumstances(by: Asked, number: int, tenant_id: UUID) -> Context:
    context = by.context(tenant_id)
    return context if context.command_id is None else context.with_command(uuid5(context.command_id, f"row {number}"))
