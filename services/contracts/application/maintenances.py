"""Planned work: times, ids and contract numbers become plain values here. Next stop: domain/maintenance.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import NOBODY, Context
from kernel.domain.recorded import Appended
from services.contracts.application.moment import happened
from services.contracts.application.numbers import Numbers
from services.contracts.application.ports import ForTenant
from services.contracts.application.streams import maintenance_stream
from services.contracts.domain.affected import Affected
from services.contracts.domain.maintenance import (
    AnnounceMaintenance,
    CancelMaintenance,
    CompleteMaintenance,
    FindMaintenanceContract,
    MaintenanceCommand,
    RescheduleMaintenance,
    maintenance,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Planned work as it was announced."""

    maintenance_number: str
    name: str
    text: str
    contract_numbers: Sequence[str]
    starts_at: datetime
    ends_at: datetime
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceHandlers:
    """What can be asked of planned work."""

    store: EventStore
    now: Clock
    numbers: Numbers

    async def announce(self, told: Announcement, by: ForTenant) -> Appended:
        """Announce work; the same again changes nothing.

        Raises: EndsBeforeItBegins, WindowPast, MaintenanceDiffers, NotYet, KeyReused.
        """
        contracts, waiting = await self.numbers.sort(told.contract_numbers)
        asked = AnnounceMaintenance(
            maintenance_id=maintenance_stream(told.maintenance_number),
            maintenance_number=told.maintenance_number,
            name=told.name,
            text=told.text,
            contracts=contracts,
            waiting=waiting,
            starts_at=told.starts_at,
            ends_at=told.ends_at,
            at=happened(told.occurred_at, self.now()),
        )
        return await self._ask(asked, by)

    async def reschedule(
        self,
        maintenance_number: str,
        starts_at: datetime,
        ends_at: datetime,
        *,
        reason: str,
        occurred_at: datetime | None,
        by: ForTenant,
    ) -> Appended:
        """Move work. Raises: MaintenanceUnknown, MaintenanceOver, EndsBeforeItBegins, WindowPast, NotYet, KeyReused."""
        asked = RescheduleMaintenance(
            maintenance_id=maintenance_stream(maintenance_number),
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason,
            at=happened(occurred_at, self.now()),
        )
        return await self._ask(asked, by)

    async def cancel(
        self, maintenance_number: str, *, reason: str, occurred_at: datetime | None, by: ForTenant
    ) -> Appended:
        """Call work off. Raises: MaintenanceUnknown, MaintenanceOver, NotYet, KeyReused."""
        asked = CancelMaintenance(
            maintenance_id=maintenance_stream(maintenance_number),
            reason=reason,
            at=happened(occurred_at, self.now()),
        )
        return await self._ask(asked, by)

    async def complete(self, maintenance_number: str, *, occurred_at: datetime | None, by: ForTenant) -> Appended:
        """Say that work is done. Raises: MaintenanceUnknown, MaintenanceOver, MaintenanceNotBegun, NotYet."""
        asked = CompleteMaintenance(
            maintenance_id=maintenance_stream(maintenance_number), at=happened(occurred_at, self.now())
        )
        return await self._ask(asked, by)

    async def found(self, maintenance_id: UUID, contract: Affected, by: Context) -> Appended:
        """Name an affected contract that has come. Raises: MaintenanceUnknown."""
        asked = FindMaintenanceContract(maintenance_id=maintenance_id, contract=contract, at=self.now())
        return await execute(self.store, maintenance, maintenance_id, asked, by)

    async def _ask(self, asked: MaintenanceCommand, by: ForTenant) -> Appended:
        # Work may be about contracts of several companies, so it belongs to none of them.
        return await execute(self.store, maintenance, asked.maintenance_id, asked, by(NOBODY))
