"""The company's applications, as far as a person may see their contracts. Next stop: adapters/boards.py."""

from dataclasses import dataclass, replace
from uuid import UUID

from gateway.application.access import Access
from gateway.application.board_ports import Boards
from gateway.application.errors import ApplicationUnknown
from gateway.application.paging import Page, cut, place
from gateway.application.scope import scopes_of
from gateway.application.viewer import Viewer
from gateway.projections.application_board import ALL, APPLICATION_BOARD, OPEN, ApplicationRow
from gateway.projections.contract_board import ContractRow
from gateway.projections.scopes import contract_scope, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersJourney:
    """Reads applications from the read models."""

    boards: Boards

    async def page(
        self, viewer: Viewer, *, limit: int = 50, cursor: str | None = None, under_way: bool = False
    ) -> Page[ApplicationRow]:
        """Return applications, newest first. Raises: CursorUnreadable; Unavailable."""
        kind = OPEN if under_way else ALL
        lists = [listed(kind, scope) for scope in scopes_of(viewer.access, viewer.tenant_id)]
        return await self._cut(viewer, lists, limit, cursor)

    async def of_contract(self, viewer: Viewer, row: ContractRow, limit: int = 50) -> Page[ApplicationRow]:
        """Return the applications about a contract that may be seen, newest first. Raises: Unavailable."""
        lists = [listed(ALL, contract_scope(row.tenant_id, row.service_name, row.contract_id))]
        return await self._cut(viewer, lists, limit, None)

    async def one(self, viewer: Viewer, application_id: UUID) -> ApplicationRow:
        """Return one application. Raises: ApplicationUnknown, also when it is somebody else's; Unavailable."""
        row = await self.boards.one(APPLICATION_BOARD, str(application_id))
        seen = row and row.tenant_id == viewer.tenant_id and _seen(row, viewer.access)
        if not seen or not seen.contracts:
            raise ApplicationUnknown
        return seen

    async def _cut(self, viewer: Viewer, lists: list[str], limit: int, cursor: str | None) -> Page[ApplicationRow]:
        found = await self.boards.page(APPLICATION_BOARD, lists, limit=limit + 1, after=place(cursor), descending=True)
        return cut(found, limit).of(lambda row: _seen(row, viewer.access))


def _seen(row: ApplicationRow, access: Access) -> ApplicationRow:
    """Return an application without the contracts that may not be seen."""
    return replace(row, contracts=tuple(one for one in row.contracts if access.sees(one.service_name, one.contract_id)))
