"""What the gateway reads of the contracts service's facts. Next stop: projections/contract_board.py."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kernel.domain.reads import reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """The company as the application form names it."""

    company_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedContract:
    """A contract as the application form names it."""

    contract_id: UUID
    contract_number: str
    service_name: str


@reads("portal.application.received.v1")
class ApplicationReceived:
    """The operator received an application form."""

    application_id: UUID
    application_number: str
    customer: Customer
    contracts: tuple[OrderedContract, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A contract as facts about something else name it."""

    contract_id: UUID
    contract_number: str
    service_name: str
    tenant_id: UUID


@reads("portal.application.placed.v1")
class ApplicationPlaced:
    """A company that is a tenant applied for something more."""

    application_id: UUID
    application_number: str
    company_name: str
    order_type: str
    contracts: tuple[OrderedContract, ...]
    about: tuple[Affected, ...]
    offer_plan_on: date | None
    at: datetime


@reads("portal.application.state-changed.v1")
class ApplicationStateChanged:
    """The work on an application went on."""

    application_id: UUID
    state: str
    order_status: int
    note: str
    offer_plan_on: date | None
    at: datetime


@reads("portal.tenant.opened.v1")
class TenantOpened:
    """A company became a tenant."""

    tenant_id: UUID
    company_name: str
    at: datetime


@reads("portal.contract.activated.v1")
class ContractActivated:
    """A contract came into force."""

    contract_id: UUID
    contract_number: str
    service_name: str
    option_type: str | None = None
    distinguish_name: str | None = None
    site: str | None = None
    vpn_group_id: str | None = None
    extension_ids: tuple[str, ...] = ()
    external_numbers: tuple[str, ...] = ()
    channels: int | None = None
    options: tuple[str, ...] = ()
    service_status: str = "UNKNOWN"
    at: datetime


@reads("portal.contract.changed.v1")
class ContractChanged:
    """What a contract says now; the whole state after the change."""

    contract_id: UUID
    option_type: str | None = None
    distinguish_name: str | None = None
    site: str | None = None
    vpn_group_id: str | None = None
    extension_ids: tuple[str, ...] = ()
    external_numbers: tuple[str, ...] = ()
    channels: int | None = None
    options: tuple[str, ...] = ()
    at: datetime


@reads("portal.contract.service-status-changed.v1")
class ServiceStatusChanged:
    """The service on a contract runs otherwise than before."""

    contract_id: UUID
    service_status: str
    at: datetime


@reads("portal.contract.memo-changed.v1")
class MemoChanged:
    """The company noted something else on a contract for itself."""

    contract_id: UUID
    memo: str
    at: datetime


@reads("portal.contract.terminated.v1")
class ContractTerminated:
    """A contract is no longer in force."""

    contract_id: UUID
    at: datetime
