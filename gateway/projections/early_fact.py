"""What was said of contracts that nobody knows yet, for the operator to look at. Next stop: api/operator_facts.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from gateway.sources.operations import EarlyFactApplied, EarlyFactKept
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

EarlyFact: TypeAlias = EarlyFactKept | EarlyFactApplied

WAITING = "waiting"
"""The one list: all that waits, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyFactRow:
    """Something that waits for its contract."""

    contract_number: str
    fact_id: UUID
    kind: str
    service_status: str | None
    occurred_at: datetime
    kept_at: datetime


def key(fact: EarlyFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return f"{fact.contract_number}/{fact.fact_id}"


def evolve(_row: EarlyFactRow | None, fact: EarlyFact, _about: Incoming) -> EarlyFactRow | None:
    """Return the row after *fact*; None removes it."""
    match fact:
        case EarlyFactKept():
            return EarlyFactRow(
                contract_number=fact.contract_number,
                fact_id=fact.fact_id,
                kind=fact.kind,
                service_status=fact.service_status,
                occurred_at=fact.occurred_at,
                kept_at=fact.at,
            )
        case EarlyFactApplied():
            return None


def indexes(row: EarlyFactRow) -> Sequence[tuple[str, str, float]]:
    """Return the list the row stands in."""
    return [(WAITING, f"{row.contract_number}/{row.fact_id}", row.kept_at.timestamp())]


EARLY_FACT: ReadModel[EarlyFactRow] = ReadModel(
    name="early_fact",
    row=EarlyFactRow,
    reads=(EarlyFactKept, EarlyFactApplied),
    key=key,
    evolve=evolve,
    indexes=indexes,
)
