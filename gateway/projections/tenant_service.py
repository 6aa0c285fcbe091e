"""The services that a company has or had contracts of, one row each. Next stop: adapters/boards.py counts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.sources.contracts import ContractActivated
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantServiceRow:
    """A service of a company; how many contracts it has is counted in their lists."""

    tenant_id: UUID
    service_name: str


def key(fact: ContractActivated, about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return f"{about.tenant_id}/{fact.service_name}"


def evolve(row: TenantServiceRow | None, fact: ContractActivated, about: Incoming) -> TenantServiceRow:
    """Return the row after *fact*."""
    return row or TenantServiceRow(tenant_id=about.tenant_id, service_name=fact.service_name)


def indexes(row: TenantServiceRow) -> Sequence[tuple[str, str, float]]:
    """Return the lists the row stands in: its tenant's, by name."""
    return [(f"tenant:{row.tenant_id}", f"{row.tenant_id}/{row.service_name}", 0.0)]


TENANT_SERVICE: ReadModel[TenantServiceRow] = ReadModel(
    name="tenant_service",
    row=TenantServiceRow,
    reads=(ContractActivated,),
    key=key,
    evolve=evolve,
    indexes=indexes,
)
