"""Planned work, one row each. Next stop: adapters/boards.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from gateway.projections.scopes import listed, scopes
from gateway.sources.contracts import Affected
from gateway.sources.operations import (
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceCompleted,
    MaintenanceContractFound,
    MaintenanceRescheduled,
)
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

MaintenanceFact: TypeAlias = (
    MaintenanceAnnounced
    | MaintenanceRescheduled
    | MaintenanceCancelled
    | MaintenanceCompleted
    | MaintenanceContractFound
)

ALL, COMING = "all", "coming"
"""Kinds of lists: all work by when it begins, and what is still planned by when it ends."""

MOST_MOVES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceMove:
    """What was said of the work at one time."""

    at: datetime
    state: str
    """ANNOUNCED, RESCHEDULED, CANCELLED or COMPLETED."""
    starts_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceRow:
    """Planned work as it is shown, of whichever companies its contracts are."""

    maintenance_id: UUID
    maintenance_number: str
    name: str
    text: str
    contracts: tuple[Affected, ...]
    state: str
    """PLANNED, CANCELLED or COMPLETED."""
    starts_at: datetime
    ends_at: datetime
    moves: tuple[MaintenanceMove, ...]
    """Oldest first, the announcement among them."""
    version: int = 1
    """The SEQUENCE of its entry in a calendar, too. See: RFC 5545, section 3.8.7.4."""


def key(fact: MaintenanceFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.maintenance_id)


def evolve(row: MaintenanceRow | None, fact: MaintenanceFact, about: Incoming) -> MaintenanceRow | None:
    """Return the row after *fact*."""
    match fact, row:
        case MaintenanceAnnounced(), _:
            return _announced(fact)
        case MaintenanceContractFound(), MaintenanceRow() if fact.contract not in row.contracts:
            return replace(row, contracts=(*row.contracts, fact.contract), version=about.version)
        case MaintenanceRescheduled(), MaintenanceRow():
            moved = replace(row, starts_at=fact.starts_at, ends_at=fact.ends_at, version=about.version)
            return _noted(moved, "RESCHEDULED", fact.at, fact.reason)
        case MaintenanceCancelled(), MaintenanceRow():
            return _noted(replace(row, state="CANCELLED", version=about.version), "CANCELLED", fact.at, fact.reason)
        case MaintenanceCompleted(), MaintenanceRow():
            return _noted(replace(row, state="COMPLETED", version=about.version), "COMPLETED", fact.at, "")
        case _:
            return row


def _announced(fact: MaintenanceAnnounced) -> MaintenanceRow:
    row = MaintenanceRow(
        maintenance_id=fact.maintenance_id,
        maintenance_number=fact.maintenance_number,
        name=fact.name,
        text=fact.text,
        contracts=fact.contracts,
        state="PLANNED",
        starts_at=fact.starts_at,
        ends_at=fact.ends_at,
        moves=(),
    )
    return _noted(row, "ANNOUNCED", fact.at, "")


def _noted(row: MaintenanceRow, state: str, at: datetime, reason: str) -> MaintenanceRow:
    move = MaintenanceMove(at=at, state=state, starts_at=row.starts_at, ends_at=row.ends_at, reason=reason)
    return replace(row, moves=(*row.moves, move)[-MOST_MOVES:])


def indexes(row: MaintenanceRow) -> Sequence[tuple[str, str, float]]:
    """Return the lists the row stands in."""
    member, found = str(row.maintenance_id), list[tuple[str, str, float]]()
    for scope in scopes(row.contracts):
        found.append((listed(ALL, scope), member, row.starts_at.timestamp()))
        if row.state == "PLANNED":
            found.append((listed(COMING, scope), member, row.ends_at.timestamp()))
    return found


def touches(row: MaintenanceRow) -> Sequence[str]:
    """Return who is to be told of a change."""
    tenants = sorted({one.tenant_id for one in row.contracts})
    return [f"tenant:{one}#maintenance/{row.maintenance_id}" for one in tenants]


MAINTENANCE_BOARD: ReadModel[MaintenanceRow] = ReadModel(
    name="maintenance_board",
    row=MaintenanceRow,
    reads=(
        MaintenanceAnnounced,
        MaintenanceRescheduled,
        MaintenanceCancelled,
        MaintenanceCompleted,
        MaintenanceContractFound,
    ),
    key=key,
    evolve=evolve,
    indexes=indexes,
    touches=touches,
)
