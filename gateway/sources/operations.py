"""What the gateway reads of incidents, planned work and early facts. Next stop: projections/incident_board.py."""

from datetime import datetime
from uuid import UUID

from gateway.sources.contracts import Affected
from kernel.domain.reads import reads


@reads("portal.incident.opened.v1")
class IncidentOpened:
    """Something is wrong."""

    incident_id: UUID
    incident_number: str
    title: str
    category: str
    contracts: tuple[Affected, ...]
    status: str
    text: str
    clears_at: datetime | None
    at: datetime


@reads("portal.incident.updated.v1")
class IncidentUpdated:
    """There is news of an incident."""

    incident_id: UUID
    status: str
    text: str
    clears_at: datetime | None
    at: datetime


@reads("portal.incident.contract-found.v1")
class IncidentContractFound:
    """An affected contract is known now."""

    incident_id: UUID
    contract: Affected
    at: datetime


@reads("portal.maintenance.announced.v1")
class MaintenanceAnnounced:
    """Work on services is planned."""

    maintenance_id: UUID
    maintenance_number: str
    name: str
    text: str
    contracts: tuple[Affected, ...]
    starts_at: datetime
    ends_at: datetime
    at: datetime


@reads("portal.maintenance.rescheduled.v1")
class MaintenanceRescheduled:
    """The work takes place at another time."""

    maintenance_id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
    at: datetime


@reads("portal.maintenance.cancelled.v1")
class MaintenanceCancelled:
    """The work does not take place."""

    maintenance_id: UUID
    reason: str
    at: datetime


@reads("portal.maintenance.completed.v1")
class MaintenanceCompleted:
    """The work is done."""

    maintenance_id: UUID
    at: datetime


@reads("portal.maintenance.contract-found.v1")
class MaintenanceContractFound:
    """An affected contract is known now."""

    maintenance_id: UUID
    contract: Affected
    at: datetime


@reads("portal.early-fact.kept.v1")
class EarlyFactKept:
    """Something was said of a contract that nobody knows yet."""

    contract_number: str
    fact_id: UUID
    kind: str
    service_status: str | None
    occurred_at: datetime
    at: datetime


@reads("portal.early-fact.applied.v1")
class EarlyFactApplied:
    """The contract came, and what was kept was said of it."""

    contract_number: str
    fact_id: UUID
    at: datetime
