"""What is sent to the contracts service and what it answers. Next stop: application/handlers.py."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Annotated, Any, cast
from uuid import UUID

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, field_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.moments import Moment
from kernel.adapters.http.texts import Long, MailAddress, Name, PhoneNumber, Short, Zone
from services.contracts.domain import form
from services.contracts.domain.events import ServiceStatus

Channels = Annotated[int, Field(ge=0, le=100_000)]
Identifiers = Annotated[tuple[Short, ...], Field(max_length=1000)]
Options = Annotated[tuple[Name, ...], Field(max_length=100)]

MOST_CONTRACTS = 100
REPEATED = "Must stand only once in a form"


class Customer(Body):
    """The company."""

    company_name: Long
    customer_number: Short


class Administrator(Body):
    """The first administrator, who gets the activation mail."""

    name: Name
    email: MailAddress
    phone_number: PhoneNumber
    mobile_phone_number: PhoneNumber | None = None
    title: Name | None = None
    mail_language: form.Language = form.Language.JA
    timezone: Zone
    second_factor: form.SecondFactor


class TermChanges(Body):
    """What of a contract may change; what is left out keeps its value."""

    option_type: Name | None = None
    distinguish_name: Name | None = None
    site: Long | None = None
    vpn_group_id: Short | None = None
    extension_ids: Identifiers = ()
    external_numbers: Identifiers = ()
    channels: Channels | None = None
    options: Options = ()

    def changes(self) -> form.TermChanges:
        """Return what was said, and nothing else."""
        return cast("form.TermChanges", self.model_dump(exclude_unset=True))


class OrderedContract(TermChanges):
    """A contract that is applied for."""

    contract_number: Annotated[str, Field(pattern=r"^N[0-9]{9}$")]
    service_name: Short


class ApplicationForm(Body):
    """An application form (申込書)."""

    application_number: Short
    customer: Customer
    administrator: Administrator
    contracts: Annotated[tuple[OrderedContract, ...], Field(min_length=1, max_length=MOST_CONTRACTS)]
    received_at: Moment | None = None
    """When the paper came in; now when it is left out."""

    @field_validator("contracts", mode="wrap")
    @classmethod
    def _each_number_once(cls, given: Any, validate: ValidatorFunctionWrapHandler) -> Any:
        """Name repeated numbers beside whatever else is bad, for a caller is told of every bad field at once."""
        bad: list[InitErrorDetails] = []
        contracts = given
        try:
            contracts = validate(given)
        except ValidationError as error:
            bad = [_bad(one["type"], one["msg"], one["loc"]) for one in error.errors(include_input=False)]
        bad += [_bad("repeated", REPEATED, (place, "contractNumber")) for place in _repeats(contracts)]
        if bad:
            raise ValidationError.from_exception_data(cls.__name__, bad)
        return contracts

    def filled(self) -> form.Form:
        """Return the form as the domain knows it."""
        return form.Form(
            application_number=self.application_number,
            customer=form.Customer(**self.customer.model_dump()),
            administrator=form.Applicant(**self.administrator.model_dump()),
            contracts=tuple(form.Order(**order.model_dump()) for order in self.contracts),
            received_at=self.received_at and self.received_at.astimezone(UTC),
        )


class ServiceStatusChange(Body):
    """How the service on a contract runs."""

    service_status: ServiceStatus


class Receipt(Reply):
    """What came of an application."""

    application_id: UUID
    tenant_id: UUID
    administrator_id: UUID
    contract_ids: tuple[UUID, ...]


class ContractReply(Reply):
    """Which contract was asked about."""

    contract_id: UUID


def _bad(kind: str, words: str, place: tuple[int | str, ...]) -> InitErrorDetails:
    # Pydantic's own kinds would want their context back; who reads this goes by kind and words alone.
    return InitErrorDetails(type=PydanticCustomError(kind, words), loc=place, input=None)


def _repeats(contracts: Any) -> Iterable[int]:
    """Return the places of contracts whose number stands before in the list, whether they could be read or not."""
    seen = set()
    for place, one in enumerate(contracts[:MOST_CONTRACTS] if isinstance(contracts, list | tuple) else ()):
        number = one.get("contractNumber") if isinstance(one, Mapping) else getattr(one, "contract_number", None)
        if isinstance(number, str):
            if number in seen:
                yield place
            seen.add(number)
