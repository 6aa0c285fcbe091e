"""The applications received, one row each, listed by tenant. Next stop: adapters/boards.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gateway.sources.contracts import ApplicationReceived
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedFor:
    """A contract that was applied for."""

    contract_id: UUID
    contract_number: str
    service_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRow:
    """An application as it is shown."""

    application_id: UUID
    tenant_id: UUID
    application_number: str
    company_name: str
    contracts: tuple[AppliedFor, ...]
    received_at: datetime


def key(fact: ApplicationReceived, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.application_id)


def evolve(_row: ApplicationRow | None, fact: ApplicationReceived, about: Incoming) -> ApplicationRow:
    """Return the row after *fact*."""
    return ApplicationRow(
        application_id=fact.application_id,
        tenant_id=about.tenant_id,
        application_number=fact.application_number,
        company_name=fact.customer.company_name,
        contracts=tuple(
            AppliedFor(contract_id=one.contract_id, contract_number=one.contract_number, service_name=one.service_name)
            for one in fact.contracts
        ),
        received_at=fact.at,
    )


def indexes(row: ApplicationRow) -> Sequence[tuple[str, str, float]]:
    """Return the lists the row stands in: its tenant's, oldest first."""
    return [(f"tenant:{row.tenant_id}", str(row.application_id), row.received_at.timestamp())]


def touches(row: ApplicationRow) -> Sequence[str]:
    """Return who is to be told of a change."""
    return [f"tenant:{row.tenant_id}"]


APPLICATION_BOARD: ReadModel[ApplicationRow] = ReadModel(
    name="application_board",
    row=ApplicationRow,
    reads=(ApplicationReceived,),
    key=key,
    evolve=evolve,
    indexes=indexes,
    touches=touches,
)
