"""The contracts a person may see, as a list and one by one. Next stop: adapters/boards.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.application.access import NOTHING, Action
from gateway.application.asked import Asked
from gateway.application.board_ports import Boards
from gateway.application.contract_ports import OwnContracts
from gateway.application.effects import Effects
from gateway.application.errors import ContractUnknown
from gateway.application.paging import Page, cut, place
from gateway.application.scope import scopes_of, sought
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import ALL, ATTENTION, CONTRACT_BOARD, ContractRow
from gateway.projections.contract_text import normal
from gateway.projections.scopes import listed
from gateway.projections.status_history import STATUS_HISTORY, StatusHistoryRow
from kernel.domain.errors import Denied

LONGEST_SEARCH = 100
MOST_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractsJourney:
    """Reads contracts from the read models, and notes what people note on them."""

    boards: Boards
    own: OwnContracts
    effects: Effects

    async def page(
        self,
        viewer: Viewer,
        *,
        limit: int = 50,
        cursor: str | None = None,
        service_name: str | None = None,
        service_status: str | None = None,
        search: str | None = None,
    ) -> Page[ContractRow]:
        """Return contracts in the order of their numbers, after *cursor*. Raises: CursorUnreadable; Unavailable."""
        after = place(cursor)
        words = normal((search or "")[:LONGEST_SEARCH]).split()[:MOST_WORDS]
        if words:
            wanted = sought(viewer, words, service_name, service_status)
            return cut(await self.boards.search(wanted, limit=limit + 1, after=after), limit)
        lists = [
            listed(service_status or ALL, scope) for scope in scopes_of(viewer.access, viewer.tenant_id, service_name)
        ]
        return cut(await self.boards.page(CONTRACT_BOARD, lists, limit=limit + 1, after=after), limit)

    async def attention(self, viewer: Viewer, limit: int) -> Sequence[ContractRow]:
        """Return the contracts that do not run well: the faulty first, and the latest of them. Raises: Unavailable."""
        lists = [listed(ATTENTION, scope) for scope in scopes_of(viewer.access, viewer.tenant_id)]
        found = await self.boards.page(CONTRACT_BOARD, lists, limit=limit, descending=True)
        return [one.row for one in found]

    async def one(self, viewer: Viewer, contract_id: UUID) -> ContractRow:
        """Return one contract. Raises: ContractUnknown, also when it is somebody else's; Unavailable."""
        row = await self.boards.contract(contract_id) if viewer.access != NOTHING else None
        if row is None or row.tenant_id != viewer.tenant_id:
            raise ContractUnknown
        if not viewer.access.sees(row.service_name, contract_id):
            raise ContractUnknown
        return row

    async def history(self, viewer: Viewer, contract_id: UUID) -> StatusHistoryRow:
        """Return how the service on a contract ran. Raises: ContractUnknown; Unavailable."""
        await self.one(viewer, contract_id)
        row = await self.boards.one(STATUS_HISTORY, str(contract_id))
        return row or StatusHistoryRow(contract_id=contract_id, changes=())

    async def change_memo(
        self, viewer: Viewer, token: str, contract_id: UUID, memo: str, asked: Asked, *, if_match: str | None = None
    ) -> None:
        """Note something on a contract, for everybody of the company who may see it.

        Raises: ContractUnknown; Denied for who may see it and not edit it; PreconditionFailed when it is not at
        *if_match* any more; Invalid; Unavailable.
        """
        row = await self.one(viewer, contract_id)
        if not viewer.access.allows(Action.EDIT, row.service_name, contract_id):
            raise Denied
        done = await self.own.change_memo(viewer.session, contract_id, memo, if_match, asked)
        await self.effects.show(token, done)
