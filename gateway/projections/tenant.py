"""The companies, one row each. Next stop: adapters/boards.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from gateway.sources.contracts import TenantOpened
from gateway.sources.users import TenantImageChanged
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

TenantFact: TypeAlias = TenantOpened | TenantImageChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRow:
    """A company as its people see it at the top of each page."""

    tenant_id: UUID
    company_name: str = ""
    """Empty while only its picture is known: two topics have no common order."""
    image: str | None = None
    """The digest of its picture."""
    image_width: int = 0
    image_height: int = 0


def key(fact: TenantFact, about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.tenant_id if isinstance(fact, TenantOpened) else about.tenant_id)


def evolve(row: TenantRow | None, fact: TenantFact, about: Incoming) -> TenantRow:
    """Return the row after *fact*; whichever comes first makes the row."""
    match fact:
        case TenantOpened():
            row = row or TenantRow(tenant_id=fact.tenant_id)
            return replace(row, company_name=fact.company_name)
        case TenantImageChanged():
            row = row or TenantRow(tenant_id=about.tenant_id)
            return replace(row, image=fact.digest, image_width=fact.width, image_height=fact.height)


def touches(row: TenantRow) -> Sequence[str]:
    """Return who is to be told of a change."""
    return [f"tenant:{row.tenant_id}"]


TENANT: ReadModel[TenantRow] = ReadModel(
    name="tenant",
    row=TenantRow,
    reads=(TenantOpened, TenantImageChanged),
    key=key,
    evolve=evolve,
    touches=touches,
)
