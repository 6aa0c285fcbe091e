"""What the operator reports, and what is answered. Next stop: application/."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from kernel.adapters.http.body import LINES, Body, Reply
from kernel.adapters.http.moments import Moment
from kernel.adapters.http.texts import Long, Short
from services.contracts.api.schemas import MOST_CONTRACTS, OrderedContract
from services.contracts.application.incidents import Report
from services.contracts.application.maintenances import Announcement
from services.contracts.application.orders import Placement, Progress
from services.contracts.domain import form
from services.contracts.domain.events import (
    IncidentCategory,
    IncidentStatus,
    OrderState,
    OrderStatus,
    OrderType,
    ServiceStatus,
)

MOST_AFFECTED = 500
MOST_ROWS = 1000

BY_NUMBER = {
    "1": ServiceStatus.NORMAL,
    "2": ServiceStatus.ABNORMAL,
    "3": ServiceStatus.WARNING,
    "9": ServiceStatus.UNMONITORED,
}
"""The operator's own numbers for how a service runs."""


ContractNumber = Annotated[str, Field(pattern=r"^N[0-9]{9}$")]
Affected = Annotated[tuple[ContractNumber, ...], Field(max_length=MOST_AFFECTED)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), LINES]


class Placed(Body):
    """An application of a company that is a tenant already."""

    application_number: Short
    first_application_number: Short
    order_type: OrderType
    contracts: Annotated[tuple[OrderedContract, ...], Field(max_length=MOST_CONTRACTS)] = ()
    contract_numbers: Affected = ()
    offer_plan_date: date | None = None
    occurred_at: Moment | None = None

    @model_validator(mode="after")
    def _about_something(self) -> "Placed":
        is_new = self.order_type is OrderType.NEW
        if bool(self.contracts) is not is_new or bool(self.contract_numbers) is is_new:
            raise ValueError("NEW names contracts, every other application contractNumbers")
        return self

    def placement(self) -> Placement:
        """Return the application as the domain knows it."""
        return Placement(
            application_number=self.application_number,
            first_application_number=self.first_application_number,
            order_type=self.order_type,
            contracts=tuple(form.Order(**one.model_dump()) for one in self.contracts),
            contract_numbers=self.contract_numbers,
            offer_plan_on=self.offer_plan_date,
            occurred_at=self.occurred_at,
        )


class ApplicationProgress(Body):
    """How far the work on an application is."""

    state: OrderState | None = None
    order_status: OrderStatus | None = None
    note: Words = ""
    offer_plan_date: date | None = None
    occurred_at: Moment | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "ApplicationProgress":
        if self.state is None and self.order_status is None and self.offer_plan_date is None:
            raise ValueError("state, orderStatus or offerPlanDate must be given")
        return self

    def progress(self) -> Progress:
        """Return the news as the handlers know it."""
        return Progress(
            state=self.state,
            order_status=self.order_status,
            note=self.note,
            offer_plan_on=self.offer_plan_date,
            occurred_at=self.occurred_at,
        )


class StatusReport(Body):
    """How the service on a contract runs; the status by its name or by the operator's number."""

    contract_number: ContractNumber
    service_status: ServiceStatus
    occurred_at: Moment | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_number(cls, value: Any) -> Any:
        said = value.get("serviceStatus") if isinstance(value, dict) else None
        known = BY_NUMBER.get(str(said))
        return {**value, "serviceStatus": known} if known else value


class IncidentReport(Body):
    """Something is wrong."""

    incident_number: Short
    title: Long
    category: IncidentCategory = IncidentCategory.SERVICE
    contract_numbers: Affected = ()
    status: IncidentStatus = IncidentStatus.OPENED
    text: Words = ""
    clears_at: Moment | None = None
    occurred_at: Moment | None = None

    @model_validator(mode="after")
    def _about_something(self) -> "IncidentReport":
        if self.category is IncidentCategory.SERVICE and not self.contract_numbers:
            raise ValueError("An incident of a service names contractNumbers")
        return self

    def report(self) -> Report:
        """Return the report as the handlers know it."""
        return Report(**self.model_dump())


class IncidentNews(Body):
    """News of an incident."""

    status: IncidentStatus
    text: Words = ""
    clears_at: Moment | None = None
    occurred_at: Moment | None = None


class MaintenancePlan(Body):
    """Work that is planned."""

    maintenance_number: Annotated[str, Field(pattern=r"^M[0-9]{9}$")]
    name: Long
    text: Words = ""
    contract_numbers: Annotated[tuple[ContractNumber, ...], Field(min_length=1, max_length=MOST_AFFECTED)]
    starts_at: Moment
    ends_at: Moment
    occurred_at: Moment | None = None

    def announcement(self) -> Announcement:
        """Return the plan as the handlers know it."""
        return Announcement(**self.model_dump())


class Window(Body):
    """Another time for planned work."""

    starts_at: Moment
    ends_at: Moment
    reason: Words = ""
    occurred_at: Moment | None = None


class Cancellation(Body):
    """Why planned work does not take place."""

    reason: Words = ""
    occurred_at: Moment | None = None


class Completion(Body):
    """When planned work was done."""

    occurred_at: Moment | None = None


class Rows(Body):
    """Many reports at once; each is taken or refused for itself."""

    rows: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=MOST_ROWS)]


class Row(Reply):
    """What came of one row."""

    row: int
    outcome: str
    """`done`, `kept` until its contract comes, `unchanged` or `refused`."""
    code: str | None = None
    errors: list[dict[str, str]] | None = None


class RowsReply(Reply):
    """What came of many rows, in their order."""

    rows: list[Row]


class PlacedReply(Reply):
    """Which application it became."""

    application_id: UUID
    contract_ids: tuple[UUID, ...]


class IdReply(Reply):
    """Which thing was asked about."""

    id: UUID


class StatusReply(Reply):
    """What came of a report."""

    outcome: str
