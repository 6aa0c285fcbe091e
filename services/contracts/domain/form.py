"""What an application form (申込書) says, and the parts of it that facts repeat. Next stop: events.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypedDict
from uuid import UUID

from kernel.domain.event import Personal


class Language(StrEnum):
    """The language of somebody's mails."""

    JA = "ja"
    EN = "en"


class SecondFactor(StrEnum):
    """How somebody proves a second time that it is them."""

    TOTP = "TOTP"
    MAIL_OTP = "MAIL_OTP"
    UNSET = "UNSET"
    """They choose at their first login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """The company that applies, and becomes a tenant."""

    company_name: str
    customer_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """The person who is to administer the portal first; phone numbers as they were written."""

    name: Annotated[str, Personal("user_id")]
    email: Annotated[str, Personal("user_id")]
    phone_number: Annotated[str, Personal("user_id")]
    mobile_phone_number: Annotated[str | None, Personal("user_id")] = None
    title: Annotated[str | None, Personal("user_id")] = None
    mail_language: Language
    timezone: str
    """An IANA name."""
    second_factor: SecondFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator(Applicant):
    """The applicant under the id that they will have as a user; their personal data is sealed for this id."""

    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What of a contract may change while it is in force."""

    option_type: str | None = None
    distinguish_name: str | None = None
    site: str | None = None
    vpn_group_id: str | None = None
    extension_ids: tuple[str, ...] = ()
    external_numbers: tuple[str, ...] = ()
    channels: int | None = None
    options: tuple[str, ...] = ()


class TermChanges(TypedDict, total=False):
    """New values for some of the terms; those that are not named stay."""

    option_type: str | None
    distinguish_name: str | None
    site: str | None
    vpn_group_id: str | None
    extension_ids: tuple[str, ...]
    external_numbers: tuple[str, ...]
    channels: int | None
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Terms):
    """A contract that is applied for."""

    contract_number: str
    service_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedContract(Order):
    """An order under the id that it will have as a contract."""

    contract_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """An application form as it came, before anything got an id."""

    application_number: str
    customer: Customer
    administrator: Applicant
    contracts: tuple[Order, ...]
    received_at: datetime | None = None
    """When the paper came in; None is now."""
