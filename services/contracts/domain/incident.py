"""An incident: opened once, with news until it is closed. Next stop: the relay, kernel/adapters/kafka."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.contracts.domain.affected import Affected
from services.contracts.domain.errors import IncidentClosed, IncidentDiffers, IncidentGoesBack, IncidentUnknown
from services.contracts.domain.events import (
    IncidentCategory,
    IncidentContractFound,
    IncidentEvent,
    IncidentOpened,
    IncidentStatus,
    IncidentUpdated,
)

News: TypeAlias = tuple[datetime, IncidentStatus, str, datetime | None]
"""When, where the work stood, what was said, when it was expected to be over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """Say that something is wrong."""

    incident_id: UUID
    incident_number: str
    title: str
    category: IncidentCategory
    contracts: tuple[Affected, ...]
    waiting: tuple[str, ...]
    status: IncidentStatus
    text: str
    clears_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateIncident:
    """Tell news of it."""

    incident_id: UUID
    status: IncidentStatus
    text: str
    clears_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindIncidentContract:
    """Name a contract that was not known before."""

    incident_id: UUID
    contract: Affected
    at: datetime


IncidentCommand: TypeAlias = OpenIncident | UpdateIncident | FindIncidentContract


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What must be known of an incident to decide about it."""

    title: str
    category: IncidentCategory
    numbers: frozenset[str]
    found: frozenset[UUID]
    status: IncidentStatus
    told_at: datetime
    """When the latest news is from."""
    news: frozenset[News]


Incident: TypeAlias = Open | None


def evolve(state: Incident, event: IncidentEvent) -> Incident:
    """Return the state after *event*."""
    match event:
        case IncidentOpened():
            return Open(
                title=event.title,
                category=event.category,
                numbers=frozenset({*event.waiting, *(one.contract_number for one in event.contracts)}),
                found=frozenset(one.contract_id for one in event.contracts),
                status=event.status,
                told_at=event.at,
                news=frozenset({_news(event)}),
            )
        case _ if state is None:
            return None
        case IncidentUpdated():
            after = replace(state, news=state.news | {_news(event)})
            return replace(after, status=event.status, told_at=event.at) if event.at >= state.told_at else after
        case IncidentContractFound(contract=found):
            return replace(state, found=state.found | {found.contract_id})
        case _:
            assert_never(event)


def decide(state: Incident, command: IncidentCommand) -> list[IncidentEvent]:
    """Return the facts *command* leads to; none when it would change nothing.

    Raises: IncidentDiffers, IncidentUnknown, IncidentClosed, IncidentGoesBack.
    """
    if isinstance(command, OpenIncident):
        return _open(state, command)
    if state is None:
        raise IncidentUnknown
    match command:
        case UpdateIncident():
            return _update(state, command)
        case FindIncidentContract(contract=found):
            if found.contract_id in state.found:
                return []
            return [IncidentContractFound(incident_id=command.incident_id, contract=found, at=command.at)]
        case _:
            assert_never(command)


def _open(state: Incident, asked: OpenIncident) -> list[IncidentEvent]:
    numbers = frozenset({*asked.waiting, *(one.contract_number for one in asked.contracts)})
    if state is not None:
        if (state.title, state.category, state.numbers) != (asked.title, asked.category, numbers):
            raise IncidentDiffers
        return []
    opened = IncidentOpened(
        incident_id=asked.incident_id,
        incident_number=asked.incident_number,
        title=asked.title,
        category=asked.category,
        contracts=asked.contracts,
        waiting=asked.waiting,
        status=asked.status,
        text=asked.text,
        clears_at=asked.clears_at,
        at=asked.at,
    )
    return [opened]


def _update(state: Open, asked: UpdateIncident) -> list[IncidentEvent]:
    news = (asked.at, asked.status, asked.text, asked.clears_at)
    if news in state.news:
        return []
    is_late = asked.at < state.told_at
    if not is_late and state.status is IncidentStatus.CLOSED:
        raise IncidentClosed
    # What seemed repaired may be worked on again; what came in late only completes the story.
    if not is_late and asked.status is IncidentStatus.OPENED and state.status is not IncidentStatus.OPENED:
        raise IncidentGoesBack
    updated = IncidentUpdated(
        incident_id=asked.incident_id,
        status=asked.status,
        text=asked.text,
        clears_at=asked.clears_at,
        at=asked.at,
    )
    return [updated]


def _news(event: IncidentOpened | IncidentUpdated) -> News:
    return event.at, event.status, event.text, event.clears_at


incident: Decider[Incident, IncidentCommand, IncidentEvent] = Decider(initial=None, decide=decide, evolve=evolve)
