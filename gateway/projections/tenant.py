"""The companies, one row each. Next stop: adapters/boards.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.sources.contracts import TenantOpened
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRow:
    """A company as its people see it at the top of each page."""

    tenant_id: UUID
    company_name: str


def key(fact: TenantOpened, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.tenant_id)


def evolve(_row: TenantRow | None, fact: TenantOpened, _about: Incoming) -> TenantRow:
    """Return the row after *fact*."""
    return TenantRow(tenant_id=fact.tenant_id, company_name=fact.company_name)


def touches(row: TenantRow) -> Sequence[str]:
    """Return who is to be told of a change."""
    return [f"tenant:{row.tenant_id}"]


TENANT: ReadModel[TenantRow] = ReadModel(
    name="tenant", row=TenantRow, reads=(TenantOpened,), key=key, evolve=evolve, touches=touches
)
