"""What changed of a contract, for whoever may see it, in parts and as a whole. Next: clients/own_contracts.py."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.contract_ports import OwnContracts
from gateway.application.contracts import ContractsJourney
from gateway.application.directory import HistoryEntry, HistoryOf, HistoryPage
from gateway.application.effects import Effects
from gateway.application.errors import ContractUnknown
from gateway.application.names import Names
from gateway.application.policy import Operation
from gateway.application.viewer import Role, Viewer

EXPORTED = 200
"""How many facts one step of an export asks for."""
SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractHistoriesJourney:
    """Shows and exports what happened to contracts. Raises, everywhere: ContractUnknown; Unavailable.

    Invalid `cursor-unreadable` for a cursor of another list.
    """

    contracts: ContractsJourney
    own: OwnContracts
    names: Names
    effects: Effects

    async def page(
        self, viewer: Viewer, of: HistoryOf, asked: Asked, *, limit: int = SHOWN, cursor: str | None = None
    ) -> HistoryPage:
        """Return what changed, newest first; from where is for administrators alone to know."""
        policy.demand(viewer, Operation.CONTRACT_HISTORY)
        return await self._part(viewer, of, asked, limit, cursor)

    async def export(
        self, viewer: Viewer, token: str, of: HistoryOf, asked: Asked
    ) -> AsyncIterator[Sequence[HistoryEntry]]:
        """Return all of a history in steps; the first is read before this returns, so that a refusal is still one.

        It breaks off as soon as the session is over or sees the contract no more.
        """
        policy.demand(viewer, Operation.EXPORT_CONTRACT_HISTORY)
        first = await self._part(viewer, of, asked, EXPORTED, None)
        return self._all(viewer, token, of, asked, first)

    async def _all(
        self, viewer: Viewer, token: str, of: HistoryOf, asked: Asked, page: HistoryPage
    ) -> AsyncIterator[Sequence[HistoryEntry]]:
        yield page.items
        while page.next_cursor is not None:
            now = await self.effects.still(viewer, token, Operation.EXPORT_CONTRACT_HISTORY)
            page = await self._part(now, of, asked, EXPORTED, page.next_cursor)
            yield page.items

    async def _part(self, viewer: Viewer, of: HistoryOf, asked: Asked, limit: int, cursor: str | None) -> HistoryPage:
        await self.contracts.one(viewer, _which(of))
        found = await self.own.history(viewer.session, of, limit, cursor, asked)
        names = await self.names.of(viewer, {one.by for one in found.items})
        told = [replace(one, by_name=names.get(one.by)) for one in found.items]
        if viewer.role is not Role.PORTAL_ADMIN:
            told = [replace(one, client_ip=None, user_agent=None) for one in told]
        return replace(found, items=tuple(told))


def _which(of: HistoryOf) -> UUID:
    if of.id is None:
        raise ContractUnknown
    return of.id
