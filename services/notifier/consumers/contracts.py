"""What the notifier reads of contracts: what is worth a mail to who may see them. Next stop: adapters/newsroom.py.

To whom it goes is not decided here: people and contracts come by topics that have no common order. A round decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from kernel.application.consume import Incoming
from kernel.application.ports import Clock
from kernel.domain.reads import reads, wire_name
from services.notifier.application.notices import Newsroom
from services.notifier.domain.kinds import Kind
from services.notifier.domain.story import Concerned, Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedContract:
    """A contract that is applied for."""

    contract_id: UUID
    contract_number: str
    service_name: str


@reads("portal.application.received.v1")
class ApplicationReceived:
    """A company's first application came; the activation mail tells of it."""

    application_id: UUID
    application_number: str
    contracts: tuple[OrderedContract, ...]
    at: datetime


@reads("portal.application.placed.v1")
class ApplicationPlaced:
    """A company applied for something more."""

    application_id: UUID
    application_number: str
    order_type: str
    contracts: tuple[OrderedContract, ...]
    about: tuple[Concerned, ...]
    offer_plan_on: date | None
    at: datetime


@reads("portal.application.state-changed.v1")
class ApplicationStateChanged:
    """The work on an application went on."""

    application_id: UUID
    state: str
    order_status: int
    note: str
    offer_plan_on: date | None
    at: datetime


@reads("portal.incident.opened.v1")
class IncidentOpened:
    """Something is wrong."""

    incident_id: UUID
    incident_number: str
    title: str
    category: str
    contracts: tuple[Concerned, ...]
    status: str
    text: str
    clears_at: datetime | None
    at: datetime


@reads("portal.incident.updated.v1")
class IncidentUpdated:
    """There is news of an incident; *at* may be earlier than what was said already."""

    incident_id: UUID
    status: str
    text: str
    clears_at: datetime | None
    at: datetime


@reads("portal.incident.contract-found.v1")
class IncidentContractFound:
    """A contract that an incident is about became known."""

    incident_id: UUID
    contract: Concerned


@reads("portal.maintenance.announced.v1")
class MaintenanceAnnounced:
    """Work is planned."""

    maintenance_id: UUID
    maintenance_number: str
    name: str
    text: str
    contracts: tuple[Concerned, ...]
    starts_at: datetime
    ends_at: datetime
    at: datetime


@reads("portal.maintenance.rescheduled.v1")
class MaintenanceRescheduled:
    """The work takes place at another time."""

    maintenance_id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
    at: datetime


@reads("portal.maintenance.cancelled.v1")
class MaintenanceCancelled:
    """The work does not take place."""

    maintenance_id: UUID
    reason: str
    at: datetime


@reads("portal.maintenance.completed.v1")
class MaintenanceCompleted:
    """The work is done."""

    maintenance_id: UUID
    at: datetime


@reads("portal.maintenance.contract-found.v1")
class MaintenanceContractFound:
    """A contract that planned work is about became known."""

    maintenance_id: UUID
    contract: Concerned


Begin: TypeAlias = ApplicationReceived | ApplicationPlaced | IncidentOpened | MaintenanceAnnounced
Step: TypeAlias = (
    ApplicationStateChanged | IncidentUpdated | MaintenanceRescheduled | MaintenanceCancelled | MaintenanceCompleted
)
Find: TypeAlias = IncidentContractFound | MaintenanceContractFound
FACTS: tuple[type[Any], ...] = (
    ApplicationReceived,
    ApplicationPlaced,
    ApplicationStateChanged,
    IncidentOpened,
    IncidentUpdated,
    IncidentContractFound,
    MaintenanceAnnounced,
    MaintenanceRescheduled,
    MaintenanceCancelled,
    MaintenanceCompleted,
    MaintenanceContractFound,
)


class News:
    """Keeps what was said of contracts, and what of it is news, once however often the fact comes."""

    types: Mapping[str, type[Any]] = {wire_name(fact): fact for fact in FACTS}

    def __init__(self, newsroom: Newsroom, now: Clock) -> None:
        self._newsroom = newsroom
        self._now = now

    async def __call__(self, fact: Begin | Step | Find, about: Incoming, transaction: Any) -> None:
        """Keep one fact."""
        match fact:
            case ApplicationReceived() | ApplicationPlaced() | IncidentOpened() | MaintenanceAnnounced():
                # An incident of the portal itself is about nobody's contract: it stands on the page for everybody.
                if isinstance(fact, IncidentOpened) and fact.category != "SERVICE":
                    return
                telling, concerned = begun(fact, about.tenant_id)
                await self._newsroom.begin(transaction, telling, concerned)
                if not isinstance(fact, ApplicationReceived):
                    await self._tell(transaction, telling, about)
            case IncidentContractFound(contract=found) | MaintenanceContractFound(contract=found):
                last = await self._newsroom.last(transaction, _story(fact))
                if last is None:
                    return
                await self._newsroom.concern(transaction, last.story_id, [found])
                if not last.over:
                    await self._tell(transaction, last, about, found.contract_id)
            case _:
                last = await self._newsroom.last(transaction, _story(fact))
                # What came in late only completes the story; to mail it would be to take back what was said since.
                if last is None or fact.at < last.at:
                    return
                telling = gone_on(last, fact)
                await self._newsroom.go_on(transaction, telling)
                await self._tell(transaction, telling, about)

    async def _tell(self, transaction: Any, telling: Telling, about: Incoming, only: UUID | None = None) -> None:
        if self._now() < telling.not_after:
            await self._newsroom.tell(transaction, telling, about, only)


def begun(fact: Begin, tenant_id: UUID) -> tuple[Telling, Sequence[Concerned]]:
    """Return what the first fact of a story tells, and of which contracts."""
    match fact:
        case ApplicationReceived() | ApplicationPlaced():
            ordered = [
                Concerned(
                    contract_id=one.contract_id,
                    contract_number=one.contract_number,
                    service_name=one.service_name,
                    tenant_id=tenant_id,
                )
                for one in fact.contracts
            ]
            telling = Telling(
                kind=Kind.ORDER_STATUS,
                story_id=fact.application_id,
                number=fact.application_number,
                word="ACKNOWLEDGED",
                order_type="NEW",
                order_status=1,
                at=fact.at,
            )
            if isinstance(fact, ApplicationReceived):
                return telling, ordered
            return replace(telling, order_type=fact.order_type, plan_on=fact.offer_plan_on), [*ordered, *fact.about]
        case IncidentOpened():
            telling = Telling(
                kind=Kind.FAULT,
                story_id=fact.incident_id,
                number=fact.incident_number,
                title=fact.title,
                word=fact.status,
                text=fact.text,
                clears_at=fact.clears_at,
                at=fact.at,
            )
            return telling, fact.contracts
        case MaintenanceAnnounced():
            telling = Telling(
                kind=Kind.MAINTENANCE,
                story_id=fact.maintenance_id,
                number=fact.maintenance_number,
                title=fact.name,
                word="ANNOUNCED",
                text=fact.text,
                starts_at=fact.starts_at,
                ends_at=fact.ends_at,
                at=fact.at,
            )
            return telling, fact.contracts


def gone_on(last: Telling, fact: Step) -> Telling:
    """Return what a further fact of a story tells."""
    match fact:
        case ApplicationStateChanged():
            return replace(
                last,
                word=fact.state,
                order_status=fact.order_status,
                text=fact.note,
                plan_on=fact.offer_plan_on,
                at=fact.at,
            )
        case IncidentUpdated():
            return replace(last, word=fact.status, text=fact.text, clears_at=fact.clears_at, at=fact.at)
        case MaintenanceRescheduled():
            moved = replace(last, starts_at=fact.starts_at, ends_at=fact.ends_at)
            return replace(moved, word="RESCHEDULED", text=fact.reason, at=fact.at)
        case MaintenanceCancelled():
            return replace(last, word="CANCELLED", text=fact.reason, at=fact.at)
        case MaintenanceCompleted():
            return replace(last, word="COMPLETED", text="", at=fact.at)


def _story(fact: Step | Find) -> UUID:
    match fact:
        case ApplicationStateChanged():
            return fact.application_id
        case IncidentUpdated() | IncidentContractFound():
            return fact.incident_id
        case _:
            return fact.maintenance_id
