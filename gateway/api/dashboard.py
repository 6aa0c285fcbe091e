"""Dashboard and contracts as JSON. Next stop: application/dashboard.py."""

from typing import Annotated

from fastapi import Query, Request, Response

from gateway.api.operations import operations
from gateway.api.quick_dashboard import MARK, Page, QuickDashboard
from gateway.api.schemas.answer import problems
from gateway.api.schemas.contracts import (
    ApplicationAnswer,
    ContractAnswer,
    ContractList,
    DashboardAnswer,
    IncidentAnswer,
    MaintenanceAnswer,
    MenuAnswer,
    ServiceStatus,
    TenantAnswer,
)
from gateway.application.contracts import LONGEST_SEARCH
from gateway.application.dashboard import Dashboard
from gateway.application.door import CurrentViewer, SessionToken, Use, language_of
from gateway.application.freshness import Fresh
from gateway.application.menu import MENU

router = operations("dashboard")


@router.get("/dashboard", operation_id="dashboard", response_model=DashboardAnswer, responses=problems(401, 503))
async def dashboard(
    *, viewer: CurrentViewer, token: SessionToken, request: Request, use: Use, fresh: Fresh
) -> Response:
    """Say what a person sees first: company, menu, contracts and how they run."""
    language = language_of(request, viewer)
    page = Page(viewer.tenant_id, viewer.access, language)
    kept: QuickDashboard = request.app.state.quick
    mark = getattr(request.state, MARK, None) if fresh else None
    before_time = _before_time(await use.dashboard.show(viewer), language)
    body = kept.keep(token, viewer, page, mark, before_time, use.sessions.renewed)
    return Response(body, media_type="application/json")


def _before_time(board: Dashboard, language: str) -> bytes:
    """Return the answer's JSON up to the value of its last member, the time."""
    answer = DashboardAnswer.model_validate(
        {
            "tenant": TenantAnswer(company_name=board.company_name),
            "menu": [MenuAnswer.model_validate(_entry(entry.id, entry.label(language), entry.href)) for entry in MENU],
            "contracts": [ContractAnswer.model_validate(row) for row in board.contracts],
            "total": board.total,
            "counts": board.counts,
            "incidents": [IncidentAnswer.model_validate(row) for row in board.incidents],
            "open_incidents": board.open_incidents,
            "maintenances": [MaintenanceAnswer.model_validate(row) for row in board.maintenances],
            "coming_maintenances": board.coming_maintenances,
            "applications": [ApplicationAnswer.model_validate(row) for row in board.applications],
            "open_applications": board.open_applications,
            "as_of": board.as_of,
        }
    )
    return answer.model_dump_json(by_alias=True, exclude={"as_of"}).encode()[:-1] + b',"asOf":"'


def _entry(name: str, label: str, href: str) -> dict[str, str]:
    return {"id": name, "label": label, "href": href}


@router.get("/contracts", operation_id="contracts", responses=problems(401, 422, 503))
async def contracts(
    *,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    service_name: Annotated[str | None, Query(alias="serviceName", max_length=50)] = None,
    service_status: Annotated[ServiceStatus | None, Query(alias="serviceStatus")] = None,
    search: Annotated[str | None, Query(max_length=LONGEST_SEARCH, description="Words, all of them somewhere.")] = None,
) -> ContractList:
    """List the contracts the caller may see, in the order of their numbers."""
    _ = fresh
    page = await use.contracts.page(
        viewer, limit=limit, cursor=cursor, service_name=service_name, service_status=service_status, search=search
    )
    items = [ContractAnswer.model_validate(row) for row in page.items]
    return ContractList(items=items, next_cursor=page.next_cursor)
