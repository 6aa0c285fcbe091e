"""Incidents: times, ids and contract numbers become plain values here. Next stop: domain/incident.py."""

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
from services.contracts.application.streams import incident_stream
from services.contracts.domain.affected import Affected
from services.contracts.domain.events import IncidentCategory, IncidentStatus
from services.contracts.domain.incident import FindIncidentContract, OpenIncident, UpdateIncident, incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An incident as it was reported."""

    incident_number: str
    title: str
    category: IncidentCategory
    contract_numbers: Sequence[str]
    status: IncidentStatus
    text: str
    clears_at: datetime | None
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentHandlers:
    """What can be asked of incidents."""

    store: EventStore
    now: Clock
    numbers: Numbers

    async def open(self, told: Report, by: ForTenant) -> Appended:
        """Open an incident; the same one again changes nothing. Raises: IncidentDiffers, NotYet, KeyReused."""
        contracts, waiting = await self.numbers.sort(told.contract_numbers)
        asked = OpenIncident(
            incident_id=incident_stream(told.incident_number),
            incident_number=told.incident_number,
            title=told.title,
            category=told.category,
            contracts=contracts,
            waiting=waiting,
            status=told.status,
            text=told.text,
            clears_at=told.clears_at,
            at=happened(told.occurred_at, self.now()),
        )
        # An incident may be about contracts of several companies, so it belongs to none of them.
        return await execute(self.store, incident, asked.incident_id, asked, by(NOBODY))

    async def update(
        self,
        incident_number: str,
        *,
        status: IncidentStatus,
        text: str,
        clears_at: datetime | None,
        occurred_at: datetime | None,
        by: ForTenant,
    ) -> Appended:
        """Tell news. Raises: IncidentUnknown, IncidentClosed, IncidentGoesBack, NotYet, KeyReused."""
        asked = UpdateIncident(
            incident_id=incident_stream(incident_number),
            status=status,
            text=text,
            clears_at=clears_at,
            at=happened(occurred_at, self.now()),
        )
        return await execute(self.store, incident, asked.incident_id, asked, by(NOBODY))

    async def found(self, incident_id: UUID, contract: Affected, by: Context) -> Appended:
        """Name an affected contract that has come. Raises: IncidentUnknown."""
        asked = FindIncidentContract(incident_id=incident_id, contract=contract, at=self.now())
        return await execute(self.store, incident, incident_id, asked, by)
