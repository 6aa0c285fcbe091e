"""The incidents that touch what a person may see. Next stop: adapters/boards.py."""

from dataclasses import dataclass, replace
from uuid import UUID

from gateway.application.board_ports import Boards
from gateway.application.errors import IncidentUnknown
from gateway.application.paging import Page, cut, place
from gateway.application.scope import scopes_with_everybody
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import ContractRow
from gateway.projections.incident_board import ALL, INCIDENT_BOARD, OPEN, IncidentRow
from gateway.projections.scopes import contract_scope, listed

TMF_STATES = {
    "OPENED": "acknowledged",
    "ANALYZING": "inProgress",
    "ON_HOLD": "held",
    "REPAIRING": "inProgress",
    "RESOLVED": "resolved",
    "CLOSED": "closed",
}
"""The operator's six names as TMF656 calls them, ServiceProblem.status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentsJourney:
    """Reads incidents from the read models; of each only the contracts that may be seen."""

    boards: Boards

    async def page(
        self, viewer: Viewer, *, limit: int = 50, cursor: str | None = None, only_open: bool = False
    ) -> Page[IncidentRow]:
        """Return incidents, the latest first. Raises: CursorUnreadable; Unavailable."""
        kind = OPEN if only_open else ALL
        return await self._cut(viewer, [listed(kind, one) for one in scopes_with_everybody(viewer)], limit, cursor)

    async def of_contract(self, viewer: Viewer, row: ContractRow, limit: int = 50) -> Page[IncidentRow]:
        """Return the incidents that touch a contract that may be seen. Raises: Unavailable."""
        scope = contract_scope(row.tenant_id, row.service_name, row.contract_id)
        return await self._cut(viewer, [listed(ALL, scope)], limit, None)

    async def one(self, viewer: Viewer, incident_id: UUID) -> IncidentRow:
        """Return one incident. Raises: IncidentUnknown, also when it touches nothing that may be seen; Unavailable."""
        row = await self.boards.one(INCIDENT_BOARD, str(incident_id))
        if row is None:
            raise IncidentUnknown
        seen = _seen(row, viewer)
        if not seen.contracts and row.category != "PORTAL":
            raise IncidentUnknown
        return seen

    async def _cut(self, viewer: Viewer, lists: list[str], limit: int, cursor: str | None) -> Page[IncidentRow]:
        found = await self.boards.page(INCIDENT_BOARD, lists, limit=limit + 1, after=place(cursor), descending=True)
        return cut(found, limit).of(lambda row: _seen(row, viewer))


def _seen(row: IncidentRow, viewer: Viewer) -> IncidentRow:
    """Return an incident without the contracts that may not be seen, other companies' among them."""
    contracts = tuple(
        one
        for one in row.contracts
        if one.tenant_id == viewer.tenant_id and viewer.access.sees(one.service_name, one.contract_id)
    )
    return replace(row, contracts=contracts)
