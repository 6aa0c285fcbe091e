"""Planned work on what a person may see. Next stop: adapters/boards.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from gateway.application.board_ports import Boards, Place
from gateway.application.errors import MaintenanceUnknown
from gateway.application.paging import Page, cut, place
from gateway.application.scope import scopes_of
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import ContractRow
from gateway.projections.maintenance_board import ALL, COMING, MAINTENANCE_BOARD, MaintenanceRow
from gateway.projections.scopes import contract_scope, listed
from kernel.application.ports import Clock

LONGEST = timedelta(days=31)
"""How long work may take and still be found in a span that it began before."""

MOST_IN_SPAN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenancesJourney:
    """Reads planned work from the read models; of each only the contracts that may be seen."""

    boards: Boards
    now: Clock

    async def page(self, viewer: Viewer, *, limit: int = 50, cursor: str | None = None) -> Page[MaintenanceRow]:
        """Return all work, what begins last first. Raises: CursorUnreadable; Unavailable."""
        lists = [listed(ALL, scope) for scope in scopes_of(viewer.access, viewer.tenant_id)]
        return await self._cut(viewer, lists, limit, place(cursor), descending=True)

    async def coming(self, viewer: Viewer, *, limit: int = 50, cursor: str | None = None) -> Page[MaintenanceRow]:
        """Return the work that is planned and not over, by its end. Raises: CursorUnreadable; Unavailable."""
        lists = [listed(COMING, scope) for scope in scopes_of(viewer.access, viewer.tenant_id)]
        return await self._cut(viewer, lists, limit, place(cursor) or _from(self.now()), descending=False)

    async def of_contract(self, viewer: Viewer, row: ContractRow, limit: int = 50) -> Page[MaintenanceRow]:
        """Return the work on a contract that may be seen, what begins last first. Raises: Unavailable."""
        lists = [listed(ALL, contract_scope(row.tenant_id, row.service_name, row.contract_id))]
        return await self._cut(viewer, lists, limit, None, descending=True)

    async def between(self, viewer: Viewer, begin: datetime, end: datetime) -> Sequence[MaintenanceRow]:
        """Return the work that touches a span, what begins first first. Raises: Unavailable."""
        lists = [listed(ALL, scope) for scope in scopes_of(viewer.access, viewer.tenant_id)]
        found = await self._cut(viewer, lists, MOST_IN_SPAN, _from(begin - LONGEST), descending=False)
        return [row for row in found.items if row.starts_at < end and row.ends_at > begin]

    async def one(self, viewer: Viewer, maintenance_id: UUID) -> MaintenanceRow:
        """Return one. Raises: MaintenanceUnknown, also when it touches nothing that may be seen; Unavailable."""
        row = await self.boards.one(MAINTENANCE_BOARD, str(maintenance_id))
        seen = row and _seen(row, viewer)
        if not seen or not seen.contracts:
            raise MaintenanceUnknown
        return seen

    async def _cut(
        self, viewer: Viewer, lists: list[str], limit: int, after: Place | None, *, descending: bool
    ) -> Page[MaintenanceRow]:
        found = await self.boards.page(MAINTENANCE_BOARD, lists, limit=limit + 1, after=after, descending=descending)
        return cut(found, limit).of(lambda row: _seen(row, viewer))


def _from(moment: datetime) -> Place:
    return repr(moment.timestamp()), ""


def _seen(row: MaintenanceRow, viewer: Viewer) -> MaintenanceRow:
    """Return work without the contracts that may not be seen, other companies' among them."""
    contracts = tuple(
        one
        for one in row.contracts
        if one.tenant_id == viewer.tenant_id and viewer.access.sees(one.service_name, one.contract_id)
    )
    return replace(row, contracts=contracts)
