"""What can happen to applications and contracts. Next stop: application.py and contract.py, which decide it."""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import TypeAlias
from uuid import UUID

from kernel.domain.event import event
from services.contracts.domain.affected import Affected
from services.contracts.domain.form import Administrator, Customer, OrderedContract, Terms


class ServiceStatus(StrEnum):
    """How the service on a contract runs."""

    NORMAL = "NORMAL"
    ABNORMAL = "ABNORMAL"
    WARNING = "WARNING"
    UNMONITORED = "UNMONITORED"
    UNKNOWN = "UNKNOWN"


class OrderType(StrEnum):
    """What an application asks for. See: TMF622, ProductOrderItem.action."""

    NEW = "NEW"
    CHANGE = "CHANGE"
    TERMINATION = "TERMINATION"


class OrderState(StrEnum):
    """Where an application stands. See: TMF622, ProductOrder.state."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    PENDING = "PENDING"
    HELD = "HELD"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    PARTIAL = "PARTIAL"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class OrderStatus(IntEnum):
    """How far the work of an application is, by the operator's own numbers."""

    ACCEPTED = 1
    SURVEYED = 2
    LINE_BUILT = 3
    DEVICE_BUILT = 4
    COMPLETE = 5


class IncidentCategory(StrEnum):
    """What an incident is about: services on contracts, or the portal that everybody uses."""

    SERVICE = "SERVICE"
    PORTAL = "PORTAL"


class IncidentStatus(StrEnum):
    """Where the work on an incident stands, by the operator's own six names."""

    OPENED = "OPENED"
    ANALYZING = "ANALYZING"
    ON_HOLD = "ON_HOLD"
    REPAIRING = "REPAIRING"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"


class KeptKind(StrEnum):
    """What a fact is about that came before its contract."""

    STATUS = "STATUS"
    INCIDENT = "INCIDENT"
    MAINTENANCE = "MAINTENANCE"


@event("application.received")
class ApplicationReceived:
    """The operator received an application form; its ids hold for good."""

    application_id: UUID
    application_number: str
    tenant_id: UUID
    customer: Customer
    administrator: Administrator
    contracts: tuple[OrderedContract, ...]
    fingerprint: str
    """An HMAC of the whole form: tells the same form from another one without anybody's data in the clear."""
    at: datetime


@event("tenant.opened")
class TenantOpened:
    """The company that applied became a tenant."""

    tenant_id: UUID
    company_name: str
    customer_number: str
    at: datetime


@event("application.placed")
class ApplicationPlaced:
    """A company that is a tenant already applied for something more; its ids hold for good."""

    application_id: UUID
    application_number: str
    tenant_id: UUID
    company_name: str
    order_type: OrderType
    contracts: tuple[OrderedContract, ...]
    """What is applied for with NEW; comes into force when the application is completed."""
    about: tuple[Affected, ...]
    """The contracts that are to be changed or to end."""
    offer_plan_on: date | None
    """When it is planned to be done."""
    fingerprint: str
    at: datetime


@event("application.state-changed")
class ApplicationStateChanged:
    """The work on an application went on."""

    application_id: UUID
    state: OrderState
    order_status: OrderStatus
    note: str
    offer_plan_on: date | None
    at: datetime


ApplicationEvent: TypeAlias = ApplicationReceived | TenantOpened | ApplicationPlaced | ApplicationStateChanged


@event("contract.activated")
class ContractActivated(Terms):
    """A contract came into force."""

    contract_id: UUID
    contract_number: str
    service_name: str
    service_status: ServiceStatus
    at: datetime


@event("contract.changed")
class ContractChanged(Terms):
    """The terms of a contract are other ones from now on; all of them are said."""

    contract_id: UUID
    at: datetime


@event("contract.service-status-changed")
class ServiceStatusChanged:
    """The service on a contract runs otherwise than before; *at* may be earlier than what was said already."""

    contract_id: UUID
    service_status: ServiceStatus
    at: datetime


@event("contract.memo-changed")
class MemoChanged:
    """The company noted something else on a contract for itself."""

    contract_id: UUID
    memo: str
    at: datetime


@event("contract.terminated")
class ContractTerminated:
    """A contract is no longer in force, and never will be again."""

    contract_id: UUID
    at: datetime


ContractEvent: TypeAlias = ContractActivated | ContractChanged | ServiceStatusChanged | MemoChanged | ContractTerminated


@event("incident.opened")
class IncidentOpened:
    """Something is wrong, and somebody works on it."""

    incident_id: UUID
    incident_number: str
    title: str
    category: IncidentCategory
    contracts: tuple[Affected, ...]
    waiting: tuple[str, ...]
    """Numbers of affected contracts that nobody has applied for yet."""
    status: IncidentStatus
    text: str
    clears_at: datetime | None
    """When it is expected to be over."""
    at: datetime


@event("incident.updated")
class IncidentUpdated:
    """There is news of an incident; *at* may be earlier than what was said already."""

    incident_id: UUID
    status: IncidentStatus
    text: str
    clears_at: datetime | None
    at: datetime


@event("incident.contract-found")
class IncidentContractFound:
    """An affected contract that was not known when the incident was opened is known now."""

    incident_id: UUID
    contract: Affected
    at: datetime


IncidentEvent: TypeAlias = IncidentOpened | IncidentUpdated | IncidentContractFound


@event("maintenance.announced")
class MaintenanceAnnounced:
    """Work on services is planned."""

    maintenance_id: UUID
    maintenance_number: str
    name: str
    text: str
    contracts: tuple[Affected, ...]
    waiting: tuple[str, ...]
    """Numbers of affected contracts that nobody has applied for yet."""
    starts_at: datetime
    ends_at: datetime
    at: datetime


@event("maintenance.rescheduled")
class MaintenanceRescheduled:
    """The work takes place at another time."""

    maintenance_id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
    at: datetime


@event("maintenance.cancelled")
class MaintenanceCancelled:
    """The work does not take place."""

    maintenance_id: UUID
    reason: str
    at: datetime


@event("maintenance.completed")
class MaintenanceCompleted:
    """The work is done."""

    maintenance_id: UUID
    at: datetime


@event("maintenance.contract-found")
class MaintenanceContractFound:
    """An affected contract that was not known when the work was announced is known now."""

    maintenance_id: UUID
    contract: Affected
    at: datetime


MaintenanceEvent: TypeAlias = (
    MaintenanceAnnounced
    | MaintenanceRescheduled
    | MaintenanceCancelled
    | MaintenanceCompleted
    | MaintenanceContractFound
)


@event("early-fact.kept")
class EarlyFactKept:
    """Something was said of a contract that nobody knows yet; it waits for the contract."""

    contract_number: str
    fact_id: UUID
    """The incident, the maintenance, or what tells one status from another."""
    kind: KeptKind
    service_status: ServiceStatus | None
    occurred_at: datetime
    at: datetime


@event("early-fact.applied")
class EarlyFactApplied:
    """The contract came, and what was kept for it was said of it."""

    contract_number: str
    fact_id: UUID
    at: datetime


EarlyEvent: TypeAlias = EarlyFactKept | EarlyFactApplied


@event("calendar.issued")
class CalendarIssued:
    """A person got an address of their calendar; the one before opens nothing any more."""

    user_id: UUID
    feed_id: UUID
    at: datetime


@event("calendar.revoked")
class CalendarRevoked:
    """The address of a person's calendar opens nothing any more."""

    user_id: UUID
    at: datetime


CalendarEvent: TypeAlias = CalendarIssued | CalendarRevoked

EVENTS = (
    ApplicationReceived,
    TenantOpened,
    ApplicationPlaced,
    ApplicationStateChanged,
    ContractActivated,
    ContractChanged,
    ServiceStatusChanged,
    MemoChanged,
    ContractTerminated,
    IncidentOpened,
    IncidentUpdated,
    IncidentContractFound,
    MaintenanceAnnounced,
    MaintenanceRescheduled,
    MaintenanceCancelled,
    MaintenanceCompleted,
    MaintenanceContractFound,
    EarlyFactKept,
    EarlyFactApplied,
    CalendarIssued,
    CalendarRevoked,
)
