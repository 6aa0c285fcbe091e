"""What the gateway reads of the contracts service's facts. Next stop: projections/contract_board.py."""

from dataclasses import dataclass
from datetime import datetime
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


@reads("portal.contract.terminated.v1")
class ContractTerminated:
    """A contract is no longer in force."""

    contract_id: UUID
    at: datetime
