"""Contracts, applications and the dashboard as answers. Next stop: api/dashboard.py."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from gateway.api.schemas.answer import Answer

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


class ContractList(Answer):
    """A part of the list of contracts."""

    items: list[ContractAnswer]
    next_cursor: str | None = Field(description="Goes into `cursor` to get the rows after these; null at the end.")


class AppliedForAnswer(Answer):
    """A contract that was applied for."""

    contract_id: UUID
    contract_number: str
    service_name: str


class ApplicationAnswer(Answer):
    """An application that was received."""

    application_id: UUID
    application_number: str
    company_name: str
    contracts: list[AppliedForAnswer]
    received_at: datetime


class ApplicationList(Answer):
    """The company's applications, newest first."""

    items: list[ApplicationAnswer]
    next_cursor: str | None = None


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
    as_of: datetime
