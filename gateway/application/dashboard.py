"""What a person sees first: what needs them now, their contracts, what is under way. Next stop: adapters/boards.py."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.application.board_ports import Boards
from gateway.application.contracts import ContractsJourney
from gateway.application.incidents import IncidentsJourney
from gateway.application.maintenances import MaintenancesJourney
from gateway.application.orders import OrdersJourney
from gateway.application.scope import scopes_of, scopes_with_everybody
from gateway.application.viewer import Viewer
from gateway.projections import application_board, contract_board, incident_board
from gateway.projections.application_board import ApplicationRow
from gateway.projections.contract_board import ContractRow
from gateway.projections.incident_board import IncidentRow
from gateway.projections.maintenance_board import MaintenanceRow
from gateway.projections.scopes import listed
from gateway.projections.tenant import TenantRow
from gateway.projections.tenant_service import TENANT_SERVICE
from kernel.application.ports import Clock
from kernel.application.projection import ReadModel

SHOWN = 50
"""How many contracts the dashboard lists; the rest stand in the list of contracts."""

FEW = 5
"""How many of the other things it names; the counts lead to the others."""

MOST_COMING = 100
"""How many planned works are counted; there are never so many, and if there were, nobody would count on."""

MOST_SERVICES = 200

STATUSES = ("NORMAL", "ABNORMAL", "WARNING", "UNMONITORED", "UNKNOWN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many contracts there are, in all, by status and by service, as the lists count them."""

    total: int
    by_status: Mapping[str, int]
    """Every status has a figure."""
    by_service: Mapping[str, int]
    """In the order of the services' names; those without a contract are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The dashboard of one person."""

    company_name: str
    """Empty while the company has not reached the read model."""
    contracts: Sequence[ContractRow]
    """At most the first fifty, in the order of their numbers."""
    total: int
    counts: Mapping[str, int]
    """Contracts by service status; every status has a figure."""
    services: Mapping[str, int]
    """Contracts by service, in the order of the services' names."""
    incidents: Sequence[IncidentRow]
    """The latest that are open."""
    open_incidents: int
    maintenances: Sequence[MaintenanceRow]
    """The next ones."""
    coming_maintenances: int
    applications: Sequence[ApplicationRow]
    """The latest that are under way."""
    open_applications: int
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardJourney:
    """Reads the dashboard from the read models."""

    boards: Boards
    contracts: ContractsJourney
    incidents: IncidentsJourney
    maintenances: MaintenancesJourney
    orders: OrdersJourney
    now: Clock

    async def tenant(self, viewer: Viewer) -> TenantRow:
        """Return what the top of every page shows of the company, empty while it is not known. Raises: Unavailable."""
        return await self.boards.tenant(viewer.tenant_id) or TenantRow(tenant_id=viewer.tenant_id)

    async def company(self, viewer: Viewer) -> str:
        """Return the company's name, empty while it is not known. Raises: Unavailable."""
        return (await self.tenant(viewer)).company_name

    async def show(self, viewer: Viewer) -> Dashboard:
        """Return what *viewer* may see. Raises: Unavailable."""
        as_of = self.now()
        name = await self.company(viewer)
        page, counts, incidents, coming, orders, (open_incidents, open_orders) = await asyncio.gather(
            self.contracts.page(viewer, limit=SHOWN),
            self.count(viewer),
            self.incidents.page(viewer, limit=FEW, only_open=True),
            self.maintenances.coming(viewer, limit=MOST_COMING),
            self.orders.page(viewer, limit=FEW, under_way=True),
            self._open(viewer),
        )
        return Dashboard(
            company_name=name,
            contracts=page.items,
            total=counts.total,
            counts=counts.by_status,
            services=counts.by_service,
            incidents=incidents.items,
            open_incidents=open_incidents,
            maintenances=sorted(coming.items, key=lambda row: row.starts_at)[:FEW],
            coming_maintenances=len(coming.items),
            applications=orders.items,
            open_applications=open_orders,
            as_of=as_of,
        )

    async def count(self, viewer: Viewer) -> Counts:
        """Return how many contracts there are; costs the same however many there are. Raises: Unavailable."""
        lists = [f"tenant:{viewer.tenant_id}"]
        services = [one.row.service_name for one in await self.boards.page(TENANT_SERVICE, lists, limit=MOST_SERVICES)]
        kinds = (contract_board.ALL, *STATUSES)
        groups = [_lists(kind, viewer, None) for kind in kinds]
        groups += [_lists(contract_board.ALL, viewer, service) for service in services]
        found = list(await self.boards.count(groups))
        by_service = dict(zip(services, found[len(kinds) :], strict=True))
        return Counts(
            total=found[0],
            by_status=dict(zip(STATUSES, found[1 : len(kinds)], strict=True)),
            by_service={service: n for service, n in by_service.items() if n},
        )

    async def by_service(self, viewer: Viewer, services: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Return how many contracts of each service run how. Raises: Unavailable."""
        groups = [_lists(status, viewer, service) for service in services for status in STATUSES]
        found = iter(await self.boards.count(groups))
        return {service: {status: next(found) for status in STATUSES} for service in services}

    async def _open(self, viewer: Viewer) -> tuple[int, int]:
        mine = scopes_of(viewer.access, viewer.tenant_id)
        incidents = [listed(incident_board.OPEN, scope) for scope in scopes_with_everybody(viewer)]
        orders = [listed(application_board.OPEN, scope) for scope in mine]
        first, second = await self.boards.count(
            [(incident_board.INCIDENT_BOARD, incidents), (application_board.APPLICATION_BOARD, orders)],
            overlapping=True,
        )
        return first, second


def _lists(kind: str, viewer: Viewer, service: str | None) -> tuple[ReadModel[Any], Sequence[str]]:
    lists = [listed(kind, scope) for scope in scopes_of(viewer.access, viewer.tenant_id, service)]
    return contract_board.CONTRACT_BOARD, lists
