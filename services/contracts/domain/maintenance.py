"""Planned work: announced, moved, called off or done. All times UTC. Next stop: the relay, kernel/adapters/kafka."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import TypeAlias, assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.contracts.domain.affected import Affected
from services.contracts.domain.errors import (
    EndsBeforeItBegins,
    MaintenanceDiffers,
    MaintenanceNotBegun,
    MaintenanceOver,
    MaintenanceUnknown,
    WindowPast,
)
from services.contracts.domain.events import (
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceCompleted,
    MaintenanceContractFound,
    MaintenanceEvent,
    MaintenanceRescheduled,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceMaintenance:
    """Say that work is planned."""

    maintenance_id: UUID
    maintenance_number: str
    name: str
    text: str
    contracts: tuple[Affected, ...]
    waiting: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleMaintenance:
    """Move the work to another time."""

    maintenance_id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelMaintenance:
    """Call the work off."""

    maintenance_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteMaintenance:
    """Say that the work is done."""

    maintenance_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindMaintenanceContract:
    """Name a contract that was not known before."""

    maintenance_id: UUID
    contract: Affected
    at: datetime


MaintenanceCommand: TypeAlias = (
    AnnounceMaintenance | RescheduleMaintenance | CancelMaintenance | CompleteMaintenance | FindMaintenanceContract
)


class Stage(Enum):
    """Where planned work stands."""

    PLANNED = auto()
    CANCELLED = auto()
    COMPLETED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What must be known of planned work to decide about it."""

    stage: Stage
    name: str
    numbers: frozenset[str]
    found: frozenset[UUID]
    first: tuple[datetime, datetime]
    """The window as it was announced."""
    starts_at: datetime
    ends_at: datetime


Maintenance: TypeAlias = Planned | None


def evolve(state: Maintenance, event: MaintenanceEvent) -> Maintenance:
    """Return the state after *event*."""
    match event:
        case MaintenanceAnnounced():
            return Planned(
                stage=Stage.PLANNED,
                name=event.name,
                numbers=frozenset({*event.waiting, *(one.contract_number for one in event.contracts)}),
                found=frozenset(one.contract_id for one in event.contracts),
                first=(event.starts_at, event.ends_at),
                starts_at=event.starts_at,
                ends_at=event.ends_at,
            )
        case _ if state is None:
            return None
        case MaintenanceRescheduled():
            return replace(state, starts_at=event.starts_at, ends_at=event.ends_at)
        case MaintenanceCancelled():
            return replace(state, stage=Stage.CANCELLED)
        case MaintenanceCompleted():
            return replace(state, stage=Stage.COMPLETED)
        case MaintenanceContractFound(contract=found):
            return replace(state, found=state.found | {found.contract_id})
        case _:
            assert_never(event)


def decide(state: Maintenance, command: MaintenanceCommand) -> list[MaintenanceEvent]:
    """Return the facts *command* leads to; none when it would change nothing.

    Raises: EndsBeforeItBegins, WindowPast, MaintenanceDiffers, MaintenanceUnknown, MaintenanceOver,
    MaintenanceNotBegun.
    """
    if isinstance(command, AnnounceMaintenance):
        return _announce(state, command)
    if state is None:
        raise MaintenanceUnknown
    match command:
        case RescheduleMaintenance():
            return _reschedule(state, command)
        case CancelMaintenance():
            return _cancel(state, command)
        case CompleteMaintenance():
            return _complete(state, command)
        case FindMaintenanceContract(contract=found):
            if found.contract_id in state.found:
                return []
            return [MaintenanceContractFound(maintenance_id=command.maintenance_id, contract=found, at=command.at)]
        case _:
            assert_never(command)


def _announce(state: Maintenance, asked: AnnounceMaintenance) -> list[MaintenanceEvent]:
    _see_window(asked.starts_at, asked.ends_at, asked.at if state is None else None)
    if state is not None:
        numbers = frozenset({*asked.waiting, *(one.contract_number for one in asked.contracts)})
        if (state.name, state.numbers, state.first) != (asked.name, numbers, (asked.starts_at, asked.ends_at)):
            raise MaintenanceDiffers
        return []
    announced = MaintenanceAnnounced(
        maintenance_id=asked.maintenance_id,
        maintenance_number=asked.maintenance_number,
        name=asked.name,
        text=asked.text,
        contracts=asked.contracts,
        waiting=asked.waiting,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        at=asked.at,
    )
    return [announced]


def _reschedule(state: Planned, asked: RescheduleMaintenance) -> list[MaintenanceEvent]:
    if (state.starts_at, state.ends_at) == (asked.starts_at, asked.ends_at):
        return []
    if state.stage is not Stage.PLANNED:
        raise MaintenanceOver
    _see_window(asked.starts_at, asked.ends_at, asked.at)
    moved = MaintenanceRescheduled(
        maintenance_id=asked.maintenance_id,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        reason=asked.reason,
        at=asked.at,
    )
    return [moved]


def _cancel(state: Planned, asked: CancelMaintenance) -> list[MaintenanceEvent]:
    if state.stage is Stage.COMPLETED:
        raise MaintenanceOver
    if state.stage is Stage.CANCELLED:
        return []
    return [MaintenanceCancelled(maintenance_id=asked.maintenance_id, reason=asked.reason, at=asked.at)]


def _complete(state: Planned, asked: CompleteMaintenance) -> list[MaintenanceEvent]:
    if state.stage is Stage.CANCELLED:
        raise MaintenanceOver
    if state.stage is Stage.COMPLETED:
        return []
    if asked.at < state.starts_at:
        raise MaintenanceNotBegun
    return [MaintenanceCompleted(maintenance_id=asked.maintenance_id, at=asked.at)]


def _see_window(starts_at: datetime, ends_at: datetime, announced_at: datetime | None) -> None:
    if ends_at <= starts_at:
        raise EndsBeforeItBegins
    if announced_at is not None and ends_at <= announced_at:
        raise WindowPast


maintenance: Decider[Maintenance, MaintenanceCommand, MaintenanceEvent] = Decider(
    initial=None, decide=decide, evolve=evolve
)
