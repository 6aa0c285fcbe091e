"""What the operator's back office sends and gets. Next stop: api/back_office.py."""

from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from gateway.api.schemas.answer import Answer
from gateway.api.schemas.contracts import ServiceStatus
from kernel.adapters.http.body import Body
from kernel.adapters.http.moments import Moment


class Customer(Body):
    """The company."""

    company_name: str = Field(min_length=1, max_length=200, examples=["株式会社さくら商事"])
    customer_number: str = Field(min_length=1, max_length=50, examples=["C0012345"])


class Administrator(Body):
    """The first administrator, who gets the activation mail."""

    name: str = Field(min_length=1, max_length=100, examples=["佐藤 花子"])
    email: str = Field(min_length=3, max_length=254, examples=["hanako.sato@example.co.jp"])
    phone_number: str = Field(min_length=1, max_length=40, examples=["03-1234-5678"])
    mobile_phone_number: str | None = Field(default=None, max_length=40)
    title: str | None = Field(default=None, max_length=100)
    mail_language: Literal["ja", "en"] = "ja"
    timezone: str = Field(min_length=1, max_length=64, examples=["Asia/Tokyo"])
    second_factor: Literal["TOTP", "MAIL_OTP", "UNSET"] = Field(
        description="UNSET: the person chooses at the first login."
    )


class ContractTerms(Body):
    """What of a contract may change."""

    option_type: str | None = Field(default=None, max_length=100)
    distinguish_name: str | None = Field(default=None, max_length=100)
    site: str | None = Field(default=None, max_length=200)
    vpn_group_id: str | None = Field(default=None, max_length=50)
    extension_ids: list[str] = Field(default_factory=list, max_length=1000)
    external_numbers: list[str] = Field(default_factory=list, max_length=1000)
    channels: int | None = Field(default=None, ge=0, le=100_000)
    options: list[str] = Field(default_factory=list, max_length=100)


class OrderedContract(ContractTerms):
    """A contract that is applied for."""

    contract_number: str = Field(pattern=r"^N[0-9]{9}$", examples=["N123456789"])
    service_name: str = Field(min_length=1, max_length=50, examples=["smart-pbx"])


class ApplicationForm(Body):
    """An application form (申込書)."""

    application_number: str = Field(min_length=1, max_length=50, examples=["A-2026-000123"])
    customer: Customer
    administrator: Administrator
    contracts: list[OrderedContract] = Field(min_length=1, max_length=100)
    received_at: Moment | None = Field(default=None, description="When it came in; now when it is left out.")


class ApplicationReceipt(Answer):
    """What came of an application."""

    application_id: UUID
    tenant_id: UUID
    administrator_id: UUID
    contract_ids: list[UUID]


class ServiceStatusChange(Body):
    """How the service on a contract runs."""

    service_status: ServiceStatus


class TokenAnswer(Answer):
    """An access token. See: RFC 6749, section 5.1, which gives these names."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a kind
    expires_in: int
    scope: str

    model_config = ConfigDict(alias_generator=None)
