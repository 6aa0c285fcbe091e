"""What the operator's back office reports and is told. Next stop: api/operator_facts.py."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from gateway.api.schemas.answer import Answer, FieldError
from gateway.api.schemas.back_office import OrderedContract
from kernel.adapters.http.body import LINES, Body
from kernel.adapters.http.moments import Moment

ContractNumber = Annotated[str, Field(pattern=r"^N[0-9]{9}$", examples=["N123456789"])]
Words = Annotated[str, Field(max_length=2000), LINES]
OrderState = Literal[
    "ACKNOWLEDGED", "PENDING", "HELD", "IN_PROGRESS", "COMPLETED", "PARTIAL", "REJECTED", "CANCELLED", "FAILED"
]
OrderType = Literal["NEW", "CHANGE", "TERMINATION"]
IncidentStatus = Literal["OPENED", "ANALYZING", "ON_HOLD", "REPAIRING", "RESOLVED", "CLOSED"]

MOST_ROWS = 1000
OCCURRED = "When it became so; now when it is left out. What comes late completes the story and leaves the present."


class Occurred(Body):
    """Something that happened at some time."""

    occurred_at: Moment | None = Field(default=None, description=OCCURRED)


class PlacedApplication(Occurred):
    """An application of a company that is a tenant already."""

    application_number: str = Field(min_length=1, max_length=50, examples=["A-2026-000124"])
    first_application_number: str = Field(
        min_length=1, max_length=50, description="The application by which the company became a tenant."
    )
    order_type: OrderType = Field(description="The operator's 1, 2, 3; `add`, `modify`, `delete` of TMF622.")
    contracts: list[OrderedContract] = Field(default_factory=list, max_length=100, description="With NEW.")
    contract_numbers: list[ContractNumber] = Field(
        default_factory=list, max_length=500, description="With CHANGE and TERMINATION."
    )
    offer_plan_date: date | None = None


class ApplicationProgress(Occurred):
    """How far the work on an application is; what is left out follows from the rest."""

    state: OrderState | None = Field(default=None, description="See: TMF622, ProductOrder.state.")
    order_status: int | None = Field(default=None, ge=1, le=5, description="The operator's number.")
    note: Words = ""
    offer_plan_date: date | None = None


class StatusReport(Occurred):
    """How the service on a contract runs."""

    contract_number: ContractNumber
    service_status: Literal["NORMAL", "ABNORMAL", "WARNING", "UNMONITORED", "UNKNOWN", "1", "2", "3", "9"] = Field(
        description="By its name, or by the operator's number."
    )


class IncidentReport(Occurred):
    """Something is wrong."""

    incident_number: str = Field(min_length=1, max_length=50, examples=["T000000001"])
    title: str = Field(min_length=1, max_length=200)
    category: Literal["SERVICE", "PORTAL"] = Field(default="SERVICE", description="PORTAL concerns everybody.")
    contract_numbers: list[ContractNumber] = Field(default_factory=list, max_length=500)
    status: IncidentStatus = "OPENED"
    text: Words = ""
    clears_at: Moment | None = None


class IncidentUpdate(Occurred):
    """News of an incident."""

    status: IncidentStatus
    text: Words = ""
    clears_at: Moment | None = None


class MaintenancePlan(Occurred):
    """Work that is planned."""

    maintenance_number: str = Field(pattern=r"^M[0-9]{9}$", examples=["M000000001"])
    name: str = Field(min_length=1, max_length=200)
    text: Words = ""
    contract_numbers: list[ContractNumber] = Field(min_length=1, max_length=500)
    starts_at: Moment
    ends_at: Moment


class MaintenanceWindow(Occurred):
    """Another time for planned work."""

    starts_at: Moment
    ends_at: Moment
    reason: Words = ""


class MaintenanceCancellation(Occurred):
    """Why planned work does not take place."""

    reason: Words = ""


class MaintenanceCompletion(Occurred):
    """When planned work was done."""


class ManyRows(Body):
    """Many reports at once; a row of a table says the same fields, lists with blanks between."""

    rows: list[dict[str, Any]] = Field(min_length=1, max_length=MOST_ROWS)


class RowAnswer(Answer):
    """What came of one row."""

    row: int
    outcome: Literal["done", "kept", "unchanged", "refused"]
    code: str | None = None
    errors: list[FieldError] | None = None


class RowsAnswer(Answer):
    """What came of many rows, in their order."""

    done: int
    kept: int
    unchanged: int
    refused: int
    rows: list[RowAnswer] = Field(description="Those that were refused or kept.")


class PlacedReceipt(Answer):
    """What became of an application."""

    application_id: UUID
    contract_ids: list[UUID]


class ReportAnswer(Answer):
    """What it is about."""

    id: UUID


class StatusAnswer(Answer):
    """What came of a report: `kept` waits for its contract."""

    outcome: Literal["done", "kept", "unchanged"]


class EarlyFactAnswer(Answer):
    """Something that waits for its contract."""

    contract_number: str
    fact_id: UUID
    kind: Literal["STATUS", "INCIDENT", "MAINTENANCE"]
    service_status: str | None
    occurred_at: Moment
    kept_at: Moment


class EarlyFactList(Answer):
    """What waits for contracts, oldest first."""

    items: list[EarlyFactAnswer]
    next_cursor: str | None
