"""What a person sees first: their company, its contracts and how they run. Next stop: adapters/boards.py."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.application.contracts import visible
from gateway.application.ports import Boards
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import ContractRow
from gateway.projections.tenant import TenantRow
from kernel.application.ports import Clock

SHOWN = 50
"""How many contracts the dashboard lists; the rest stand in the list of contracts."""

STATUSES = ("NORMAL", "ABNORMAL", "WARNING", "UNMONITORED", "UNKNOWN")


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
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardJourney:
    """Reads the dashboard from the read models."""

    boards: Boards
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
        company_name = await self.company(viewer)
        contracts = await visible(self.boards, viewer)
        by_status = Counter(row.service_status for row in contracts)
        return Dashboard(
            company_name=company_name,
            contracts=contracts[:SHOWN],
            total=len(contracts),
            counts={status: by_status[status] for status in STATUSES},
            services=dict(sorted(Counter(row.service_name for row in contracts).items())),
            as_of=as_of,
        )
