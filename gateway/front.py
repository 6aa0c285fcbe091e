"""The one ASGI application: the edge around API, pages and static files. Next stop: api/ or web/."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from gateway.adapters.edge import Edge
from gateway.adapters.edge_rules import EdgeRules
from gateway.api import (
    activation,
    applications,
    availability,
    back_office,
    calendar,
    company_logins,
    contracts,
    dashboard,
    events,
    groups,
    health,
    histories,
    hop,
    importing,
    incidents,
    login,
    maintenances,
    me,
    messages,
    notifications,
    openapi,
    openid,
    operator_facts,
    ops,
    ops_broker,
    ops_catalogue,
    ops_deeds,
    ops_events,
    ops_history,
    ops_mails,
    people,
    permissions,
    second_step,
    tenant,
    ways_in,
)
from gateway.api.quick_dashboard import Quick, QuickDashboard
from gateway.application.journeys import Journeys
from gateway.refusals import Page, tell_people
from gateway.web import company_image
from gateway.web import importing as importing_page
from kernel.adapters.http.app import create_app

ROUTERS = (
    login.router,
    dashboard.router,
    events.router,
    contracts.router,
    availability.router,
    applications.router,
    incidents.router,
    maintenances.router,
    calendar.router,
    hop.router,
    activation.router,
    people.router,
    importing.router,
    ways_in.router,
    groups.router,
    histories.router,
    company_logins.router,
    permissions.router,
    tenant.router,
    me.router,
    second_step.router,
    messages.router,
    notifications.router,
    back_office.router,
    operator_facts.router,
    ops.router,
    ops_broker.router,
    ops_catalogue.router,
    ops_deeds.router,
    ops_history.router,
    ops_events.router,
    ops_mails.router,
    health.router,
)
"""Those that are asked most come first: the framework looks through all routes before the one that fits."""


def application(
    journeys: Journeys, quick: QuickDashboard, pages: Sequence[APIRouter] = (), error_page: Page | None = None
) -> FastAPI:
    """Return API and *pages* over *journeys*, without the edge."""
    routers = [*ROUTERS, openapi.router, openid.router, *pages]
    app = create_app(
        "gateway",
        routers,
        title=openapi.TITLE,
        audience="gateway",
        busy=login.BUSY,
        roomy={company_image.WHERE: company_image.LARGEST, importing_page.WHERE: importing_page.LARGEST},
    )
    app.state.journeys = journeys
    app.state.quick = quick
    tell_people(app, error_page)
    return app


def front(app: ASGIApp, quick: QuickDashboard, rules: EdgeRules) -> ASGIApp:
    """Return *app* behind the edge: what the world may talk to."""
    return Edge(Quick(app, quick), rules)


def describe() -> dict[str, Any]:
    """Return the description of the public API, as it is served and as it stands in the documents."""
    return openapi.document(create_app("gateway", ROUTERS))
