"""Who operates the platform, one row each. Next: application/sessions.py, with every request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from gateway.sources.operators import OperatorAppointed, OperatorDismissed
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel
from kernel.domain.context import PLATFORM

OperatorFact: TypeAlias = OperatorAppointed | OperatorDismissed


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRow:
    """A person who operates the platform, and in which role."""

    user_id: UUID
    role: str


def key(fact: OperatorFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.user_id)


def evolve(row: OperatorRow | None, fact: OperatorFact, about: Incoming) -> OperatorRow | None:
    """Return the row after *fact*, None where there is none; a fact of any company makes nobody an operator."""
    if about.tenant_id != PLATFORM:
        return row
    match fact:
        case OperatorAppointed():
            return OperatorRow(user_id=fact.user_id, role=fact.role)
        case OperatorDismissed():
            return None


def touches(row: OperatorRow) -> Sequence[str]:
    """Return who is to be told of a change: the person's own pages."""
    return [f"user:{row.user_id}"]


OPERATOR: ReadModel[OperatorRow] = ReadModel(
    name="operator",
    row=OperatorRow,
    reads=(OperatorAppointed, OperatorDismissed),
    key=key,
    evolve=evolve,
    touches=touches,
)
