"""How the service on each contract ran, one row a contract, for the chart of its days. Next: availability.py."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from gateway.sources.contracts import ContractActivated, ContractTerminated, ServiceStatusChanged
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

MOST = 500
"""Changes that are kept: more than a service that is any good has in months, and a row stays short."""

StatusFact: TypeAlias = ContractActivated | ServiceStatusChanged | ContractTerminated


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusHistoryRow:
    """The statuses of one contract in the order of their moments, whatever order they were told in."""

    contract_id: UUID
    changes: tuple[tuple[datetime, str], ...]


def key(fact: StatusFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.contract_id)


def evolve(row: StatusHistoryRow | None, fact: StatusFact, _about: Incoming) -> StatusHistoryRow | None:
    """Return the row after *fact*; None removes it."""
    match fact:
        case ContractActivated():
            return StatusHistoryRow(contract_id=fact.contract_id, changes=((fact.at, fact.service_status),))
        case ServiceStatusChanged() if row is not None:
            place = bisect_right(row.changes, fact.at, key=lambda one: one[0])
            changes = (*row.changes[:place], (fact.at, fact.service_status), *row.changes[place:])
            return replace(row, changes=changes[-MOST:])
        case ContractTerminated():
            return None
        case _:
            return row


STATUS_HISTORY: ReadModel[StatusHistoryRow] = ReadModel(
    name="status_history",
    row=StatusHistoryRow,
    reads=(ContractActivated, ServiceStatusChanged, ContractTerminated),
    key=key,
    evolve=evolve,
)
