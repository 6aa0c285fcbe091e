"""What may be asked of applications and contracts. Next stop: application.py and contract.py."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from services.contracts.domain.affected import Affected
from services.contracts.domain.events import OrderState, OrderStatus, OrderType, ServiceStatus
from services.contracts.domain.form import Administrator, Customer, OrderedContract, TermChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveApplication:
    """Take an application form in; the ids count only if it is the first time."""

    application_id: UUID
    application_number: str
    tenant_id: UUID
    customer: Customer
    administrator: Administrator
    contracts: tuple[OrderedContract, ...]
    fingerprint: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceApplication:
    """Take an application of a company in that is a tenant; the ids count only if it is the first time."""

    application_id: UUID
    application_number: str
    tenant_id: UUID
    company_name: str
    order_type: OrderType
    contracts: tuple[OrderedContract, ...]
    about: tuple[Affected, ...]
    offer_plan_on: date | None
    fingerprint: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeApplicationState:
    """Say how far the work on an application is; what is None follows from the rest."""

    application_id: UUID
    state: OrderState | None
    order_status: OrderStatus | None
    note: str
    offer_plan_on: date | None
    at: datetime


ApplicationCommand: TypeAlias = ReceiveApplication | PlaceApplication | ChangeApplicationState


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateContract:
    """Bring a contract that was applied for into force."""

    order: OrderedContract
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeContract:
    """Change some terms of a contract."""

    contract_id: UUID
    changes: TermChanges
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeServiceStatus:
    """Say how the service on a contract runs, or ran from a moment on."""

    contract_id: UUID
    service_status: ServiceStatus
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMemo:
    """Note something on a contract; nothing takes the note away."""

    contract_id: UUID
    memo: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateContract:
    """End a contract."""

    contract_id: UUID
    at: datetime


Amendment: TypeAlias = ChangeContract | ChangeServiceStatus | ChangeMemo | TerminateContract
"""What may be asked of a contract in force."""

ContractCommand: TypeAlias = ActivateContract | Amendment
