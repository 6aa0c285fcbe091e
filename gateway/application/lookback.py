"""A contract as it was at a moment, and what changed between two and by whom. Next stop: clients/own_contracts.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.contract_ports import ContractChange, OwnContracts, Then
from gateway.application.contracts import ContractsJourney
from gateway.application.names import Names
from gateway.application.viewer import Viewer
from kernel.application.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChange:
    """A change and the name of who made it, where it is a person of the company who was not forgotten."""

    change: ContractChange
    by_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookbackJourney:
    """Looks back at contracts that may be seen now."""

    contracts: ContractsJourney
    own: OwnContracts
    names: Names
    now: Clock

    async def then(self, viewer: Viewer, contract_id: UUID, at: datetime, asked: Asked) -> Then:
        """Return a contract as it was. Raises: ContractUnknown; NotFound when it was not in force; Unavailable."""
        await self.contracts.one(viewer, contract_id)
        return await self.own.then(viewer.session, contract_id, at, asked)

    async def changes(
        self, viewer: Viewer, contract_id: UUID, since: datetime | None, until: datetime | None, asked: Asked
    ) -> Sequence[NamedChange]:
        """Return what changed after *since* and up to *until*, newest first. Raises: ContractUnknown; Unavailable."""
        await self.contracts.one(viewer, contract_id)
        found = await self.own.changes(viewer.session, contract_id, since, until or self.now(), asked)
        names = await self.names.of(viewer, {one.actor for one in found})
        return [NamedChange(change=one, by_name=names.get(one.actor)) for one in found]
