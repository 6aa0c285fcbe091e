"""The applications, one row each, with all that was said of their work. Next stop: adapters/boards.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from gateway.projections.scopes import listed, scopes
from gateway.sources.contracts import Affected, ApplicationPlaced, ApplicationReceived, ApplicationStateChanged
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

ApplicationFact: TypeAlias = ApplicationReceived | ApplicationPlaced | ApplicationStateChanged

OVER = frozenset({"COMPLETED", "REJECTED", "CANCELLED", "FAILED"})
ALL, OPEN = "all", "open"
"""Kinds of lists: every application, and those that are under way."""

MOST_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedFor:
    """A contract that an application is about."""

    contract_id: UUID
    contract_number: str
    service_name: str
    tenant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationStep:
    """What was said of the work at one time."""

    at: datetime
    state: str
    order_status: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRow:
    """An application as it is shown."""

    application_id: UUID
    tenant_id: UUID
    application_number: str
    company_name: str
    order_type: str = "NEW"
    contracts: tuple[AppliedFor, ...]
    state: str = "ACKNOWLEDGED"
    order_status: int = 1
    offer_plan_on: date | None = None
    received_at: datetime
    steps: tuple[ApplicationStep, ...] = ()
    """Oldest first, the receipt among them."""


def key(fact: ApplicationFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.application_id)


def evolve(row: ApplicationRow | None, fact: ApplicationFact, about: Incoming) -> ApplicationRow | None:
    """Return the row after *fact*."""
    match fact:
        case ApplicationReceived():
            return _received(fact, about, fact.customer.company_name)
        case ApplicationPlaced():
            received = _received(fact, about, fact.company_name)
            contracts = received.contracts + tuple(_applied_for(one) for one in fact.about)
            return replace(received, order_type=fact.order_type, contracts=contracts, offer_plan_on=fact.offer_plan_on)
        case ApplicationStateChanged() if row is not None:
            step = ApplicationStep(at=fact.at, state=fact.state, order_status=fact.order_status, note=fact.note)
            return replace(
                row,
                state=fact.state,
                order_status=fact.order_status,
                offer_plan_on=fact.offer_plan_on,
                steps=(*row.steps, step)[-MOST_STEPS:],
            )
        case _:
            return row


def _received(fact: ApplicationReceived | ApplicationPlaced, about: Incoming, company_name: str) -> ApplicationRow:
    return ApplicationRow(
        application_id=fact.application_id,
        tenant_id=about.tenant_id,
        application_number=fact.application_number,
        company_name=company_name,
        contracts=tuple(
            AppliedFor(
                contract_id=one.contract_id,
                contract_number=one.contract_number,
                service_name=one.service_name,
                tenant_id=about.tenant_id,
            )
            for one in fact.contracts
        ),
        received_at=fact.at,
        steps=(ApplicationStep(at=fact.at, state="ACKNOWLEDGED", order_status=1, note=""),),
    )


def _applied_for(one: Affected) -> AppliedFor:
    return AppliedFor(
        contract_id=one.contract_id,
        contract_number=one.contract_number,
        service_name=one.service_name,
        tenant_id=one.tenant_id,
    )


def indexes(row: ApplicationRow) -> Sequence[tuple[str, str, float]]:
    """Return the lists the row stands in, oldest first."""
    kinds = (ALL,) if row.state in OVER else (ALL, OPEN)
    member, at = str(row.application_id), row.received_at.timestamp()
    return [(listed(kind, scope), member, at) for scope in scopes(row.contracts) for kind in kinds]


def touches(row: ApplicationRow) -> Sequence[str]:
    """Return who is to be told of a change."""
    return [f"tenant:{row.tenant_id}#application/{row.application_id}"]


APPLICATION_BOARD: ReadModel[ApplicationRow] = ReadModel(
    name="application_board",
    row=ApplicationRow,
    reads=(ApplicationReceived, ApplicationPlaced, ApplicationStateChanged),
    key=key,
    evolve=evolve,
    indexes=indexes,
    touches=touches,
    version=2,
)
