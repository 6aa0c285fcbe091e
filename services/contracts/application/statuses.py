"""How services run, told by contract number; what comes before its contract is kept. Next stop: domain/early.py."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import NOBODY, Context
from kernel.domain.recorded import Appended
from services.contracts.application.handlers import ContractHandlers
from services.contracts.application.incidents import IncidentHandlers
from services.contracts.application.maintenances import MaintenanceHandlers
from services.contracts.application.moment import happened
from services.contracts.application.numbers import Numbers
from services.contracts.application.ports import ForTenant
from services.contracts.application.streams import early_stream
from services.contracts.domain.affected import Affected
from services.contracts.domain.commands import ChangeServiceStatus
from services.contracts.domain.contract import contract
from services.contracts.domain.early import KeepEarlyFact, SettleEarlyFact, early
from services.contracts.domain.errors import ContractNotInForce, ContractUnknown
from services.contracts.domain.events import EarlyFactKept, KeptKind, ServiceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of a report."""

    done: Appended
    kept: bool
    """Whether it waits for its contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusHandlers:
    """Takes reports of how services run."""

    store: EventStore
    now: Clock
    numbers: Numbers

    async def tell(
        self, contract_number: str, status: ServiceStatus, occurred_at: datetime | None, by: ForTenant
    ) -> Told:
        """Say how the service on a contract runs. Raises: ContractNotInForce, NotYet, KeyReused."""
        at = happened(occurred_at, self.now())
        known = await self.numbers.find(contract_number)
        if known is not None:
            try:
                asked = ChangeServiceStatus(contract_id=known.contract_id, service_status=status, at=at)
                done = await execute(self.store, contract, known.contract_id, asked, by(known.tenant_id))
            except ContractUnknown:
                # It was applied for and is not in force yet.
                pass
            else:
                return Told(done=done, kept=False)
        return Told(done=await self._keep(contract_number, status, at, by), kept=True)

    async def _keep(self, contract_number: str, status: ServiceStatus, at: datetime, by: ForTenant) -> Appended:
        stream = early_stream(contract_number)
        asked = KeepEarlyFact(
            contract_number=contract_number,
            fact_id=uuid5(stream, f"{at.isoformat()} {status}"),
            kind=KeptKind.STATUS,
            service_status=status,
            occurred_at=at,
            at=self.now(),
        )
        return await execute(self.store, early, stream, asked, by(NOBODY))


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyFacts:
    """Keeps what is said of contracts before they come, and says it of them when they have come."""

    store: EventStore
    now: Clock
    numbers: Numbers
    contracts: ContractHandlers
    incidents: IncidentHandlers
    maintenances: MaintenanceHandlers

    async def keep(self, contract_number: str, kind: KeptKind, fact_id: UUID, at: datetime, by: Context) -> None:
        """Keep that an incident or planned work is about a contract that nobody knows."""
        asked = KeepEarlyFact(
            contract_number=contract_number, fact_id=fact_id, kind=kind, occurred_at=at, at=self.now()
        )
        await execute(self.store, early, early_stream(contract_number), asked, by)

    async def settle(self, contract_number: str, by: Context) -> None:
        """Say all that waits of its contract, if that has come; once, however often it is asked."""
        stream = early_stream(contract_number)
        waiting = early.fold(fact.event for fact in await self.store.load(stream)).waiting
        come = await self.numbers.find(contract_number) if waiting else None
        if come is None:
            return
        # Incidents and planned work belong to no company; a status does, and that is said where it is told.
        by = replace(by, tenant_id=NOBODY)
        for fact_id, fact in waiting.items():
            if await self._say(fact, come, by.with_command(uuid5(fact_id, f"say {come.contract_id}"))):
                asked = SettleEarlyFact(contract_number=contract_number, fact_id=fact_id, at=self.now())
                await execute(self.store, early, stream, asked, by.with_command(uuid5(stream, f"settle {fact_id}")))

    async def _say(self, fact: EarlyFactKept, come: Affected, by: Context) -> bool:
        match fact.kind:
            case KeptKind.INCIDENT:
                await self.incidents.found(fact.fact_id, come, by)
            case KeptKind.MAINTENANCE:
                await self.maintenances.found(fact.fact_id, come, by)
            case KeptKind.STATUS if fact.service_status is not None:
                return await self._say_status(fact, fact.service_status, come, by)
        return True

    async def _say_status(self, fact: EarlyFactKept, status: ServiceStatus, come: Affected, by: Context) -> bool:
        try:
            await self.contracts.change_service_status(
                come.contract_id, status, lambda tenant: replace(by, tenant_id=tenant), fact.occurred_at
            )
        except ContractUnknown:
            return False
        except ContractNotInForce:
            # It came and went; nothing waits any longer.
            return True
        return True
