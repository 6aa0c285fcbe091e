"""What can happen to applications and contracts. Next stop: application.py and contract.py, which decide it."""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from kernel.domain.event import event
from services.contracts.domain.form import Administrator, Customer, OrderedContract, Terms


class ServiceStatus(StrEnum):
    """How the service on a contract runs (正常, 異常, 警告, 非監視, 不明)."""

    NORMAL = "NORMAL"
    ABNORMAL = "ABNORMAL"
    WARNING = "WARNING"
    UNMONITORED = "UNMONITORED"
    UNKNOWN = "UNKNOWN"


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


ApplicationEvent: TypeAlias = ApplicationReceived | TenantOpened


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
    """The service on a contract runs otherwise than before."""

    contract_id: UUID
    service_status: ServiceStatus
    at: datetime


@event("contract.terminated")
class ContractTerminated:
    """A contract is no longer in force, and never will be again."""

    contract_id: UUID
    at: datetime


ContractEvent: TypeAlias = ContractActivated | ContractChanged | ServiceStatusChanged | ContractTerminated

EVENTS = (
    ApplicationReceived,
    TenantOpened,
    ContractActivated,
    ContractChanged,
    ServiceStatusChanged,
    ContractTerminated,
)
