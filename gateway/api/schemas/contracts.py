"""Contracts, applications and the dashboard as answers. Next stop: api/dashboard.py."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, computed_field

from gateway.api.schemas.answer import Answer
from gateway.application.incidents import TMF_STATES
from kernel.adapters.http.body import Body

ServiceStatus = Literal["NORMAL", "ABNORMAL", "WARNING", "UNMONITORED", "UNKNOWN"]


class ContractAnswer(Answer):
    """A contract in force."""

    contract_id: UUID
    contract_number: str = Field(examples=["N123456789"])
    service_name: str = Field(examples=["smart-pbx"])
    option_type: str | None
    distinguish_name: str | None
    site: str | None
    vpn_group_id: str | None
    extension_ids: list[str]
    external_numbers: list[str]
    channels: int | None
    options: list[str]
    service_status: ServiceStatus
    activated_at: datetime
    changed_at: datetime
    status_since: datetime
    memo: str

    @computed_field(description="The operator's number; null when nothing is known.")  # type: ignore[prop-decorator] # pydantic reads it
    @property
    def service_status_code(self) -> int | None:
        """Return the operator's number for the status."""
        return {"NORMAL": 1, "ABNORMAL": 2, "WARNING": 3, "UNMONITORED": 9}.get(self.service_status)

    @computed_field(description="See: TMF638, Service.operatingStatus.")  # type: ignore[prop-decorator] # pydantic reads it
    @property
    def operating_status(self) -> str:
        """Return the status as TM Forum calls it."""
        return {"NORMAL": "running", "ABNORMAL": "failed", "WARNING": "degraded"}.get(self.service_status, "unknown")


class ContractList(Answer):
    """A part of the list of contracts."""

    items: list[ContractAnswer]
    next_cursor: str | None = Field(description="Goes into `cursor` to get the rows after these; null at the end.")


class ContractThenAnswer(Answer):
    """A contract as it was at a moment."""

    contract_id: UUID
    contract_number: str
    service_name: str
    as_of: datetime
    says: dict[str, str | None] = Field(description="Its fields by their names, as text.")


class ContractChangeAnswer(Answer):
    """One field of a contract that changed."""

    at: datetime = Field(description="When it became so.")
    recorded_at: datetime = Field(description="When it was written down.")
    by: str = Field(examples=["operator:operator"])
    by_name: str | None = Field(description="The person's name; null for systems and people who were forgotten.")
    field: str
    old: str | None
    new: str | None
    cause: str | None = Field(description="The fact that led to it.")
    fact: str


class ContractChangeList(Answer):
    """What changed, newest first."""

    items: list[ContractChangeAnswer]


class DayAnswer(Answer):
    """One day in the caller's zone."""

    on: date
    seconds: dict[str, float] = Field(description="By service status.")
    available: float | None = Field(description="0 to 1, of the time in which the service was watched; null if never.")


class AvailabilityAnswer(Answer):
    """How a service ran, day by day."""

    contract_id: UUID
    timezone: str
    available: float | None
    days: list[DayAnswer]


class ServiceAvailabilityAnswer(Answer):
    """How a service ran, day by day, over all of its contracts that the caller may see."""

    service_name: str
    contracts: int = Field(description="How many contracts are counted.")
    timezone: str
    available: float | None
    days: list[DayAnswer]
    as_of: datetime


class MemoChange(Body):
    """A note on a contract; empty takes it away."""

    memo: str = Field(max_length=38)


class AppliedForAnswer(Answer):
    """A contract that something is about."""

    contract_id: UUID
    contract_number: str
    service_name: str


class ApplicationStepAnswer(Answer):
    """What was said of an application at one time."""

    at: datetime
    state: str
    order_status: int
    note: str


class ApplicationAnswer(Answer):
    """An application."""

    application_id: UUID
    application_number: str
    company_name: str
    order_type: Literal["NEW", "CHANGE", "TERMINATION"]
    contracts: list[AppliedForAnswer]
    state: str = Field(description="See: TMF622, ProductOrder.state.")
    order_status: int = Field(description="The operator's number, 1 to 5.")
    offer_plan_date: date | None = Field(validation_alias="offer_plan_on")
    received_at: datetime
    steps: list[ApplicationStepAnswer] = Field(description="Oldest first.")

    @computed_field(description="See: TMF622, ProductOrderItem.action.")  # type: ignore[prop-decorator] # pydantic reads it
    @property
    def action(self) -> str:
        """Return the order's action."""
        return {"NEW": "add", "CHANGE": "modify", "TERMINATION": "delete"}[self.order_type]


class ApplicationList(Answer):
    """The company's applications, newest first."""

    items: list[ApplicationAnswer]
    next_cursor: str | None = None


class IncidentNewsAnswer(Answer):
    """What was said of an incident at one time."""

    at: datetime
    status: str
    text: str
    clears_at: datetime | None


class IncidentAnswer(Answer):
    """An incident."""

    incident_id: UUID
    incident_number: str
    title: str
    category: Literal["SERVICE", "PORTAL"]
    contracts: list[AppliedForAnswer]
    status: str = Field(description="The operator's own name.")
    clears_at: datetime | None
    started_at: datetime
    told_at: datetime
    news: list[IncidentNewsAnswer] = Field(description="Oldest first.")

    @computed_field(description="See: TMF656, ServiceProblem.status.")  # type: ignore[prop-decorator] # pydantic reads it
    @property
    def state(self) -> str:
        """Return the status as TM Forum calls it."""
        return TMF_STATES[self.status]


class IncidentList(Answer):
    """Incidents, the latest first."""

    items: list[IncidentAnswer]
    next_cursor: str | None


class MaintenanceMoveAnswer(Answer):
    """What was said of planned work at one time."""

    at: datetime
    state: str
    starts_at: datetime
    ends_at: datetime
    reason: str


class MaintenanceAnswer(Answer):
    """Planned work."""

    maintenance_id: UUID
    maintenance_number: str
    name: str
    text: str
    contracts: list[AppliedForAnswer]
    state: Literal["PLANNED", "CANCELLED", "COMPLETED"]
    starts_at: datetime
    ends_at: datetime
    moves: list[MaintenanceMoveAnswer] = Field(description="Oldest first.")


class MaintenanceList(Answer):
    """Planned work."""

    items: list[MaintenanceAnswer]
    next_cursor: str | None


class CalendarAnswer(Answer):
    """The caller's calendar feed."""

    has: bool
    address: str | None = Field(
        default=None,
        description="Told when it is made, and again to who repeats that call with its key; whoever holds it may read.",
    )


class MenuAnswer(Answer):
    """One entry of the menu."""

    id: Literal["serviceStatus", "serviceManagement", "maintenance", "applications", "settings", "help"]
    label: str
    href: str


class TenantAnswer(Answer):
    """The caller's company."""

    company_name: str


class DashboardAnswer(Answer):
    """What a person sees first."""

    tenant: TenantAnswer
    menu: list[MenuAnswer] = Field(min_length=6, max_length=6)
    contracts: list[ContractAnswer] = Field(description="At most the first fifty.")
    total: int = Field(description="How many contracts there are.")
    counts: dict[ServiceStatus, int] = Field(description="Contracts by service status.")
    incidents: list[IncidentAnswer] = Field(description="The latest that are open.")
    open_incidents: int
    maintenances: list[MaintenanceAnswer] = Field(description="The next ones.")
    coming_maintenances: int
    applications: list[ApplicationAnswer] = Field(description="The latest that are under way.")
    open_applications: int
    as_of: datetime
