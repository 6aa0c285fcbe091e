"""The lists a row stands in, one for each way somebody may be permitted to see it. Next: application/scope.py.

A permission names a company's contracts, those of a service, or one contract. A row that is about a contract stands
in a list for each of the three, so what a person may see is read from the lists of their permissions, and counted
there, without a look at what they may not see.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

EVERYBODY = "everybody"
"""What everybody may see, of whichever company."""


class OfContract(Protocol):
    """Something that says which contract it is about."""

    @property
    def contract_id(self) -> UUID:
        """The contract."""
        ...

    @property
    def service_name(self) -> str:
        """Its service."""
        ...

    @property
    def tenant_id(self) -> UUID:
        """Whose it is."""
        ...


def heard_of_tenant(tenant_id: UUID) -> tuple[str, ...]:
    """Return under what is heard what changes for everybody of a company. See: ReadModel.touches."""
    return f"tenant:{tenant_id}", f"access:{tenant_id}", EVERYBODY


def heard_of_person(tenant_id: UUID, user_id: UUID) -> tuple[str, ...]:
    """Return under what is heard what changes for one person."""
    return *heard_of_tenant(tenant_id), f"user:{user_id}"


def tenant_scope(tenant_id: UUID) -> str:
    """Return the scope of all contracts of a company."""
    return f"tenant:{tenant_id}"


def service_scope(tenant_id: UUID, service_name: str) -> str:
    """Return the scope of a company's contracts of one service."""
    return f"{tenant_scope(tenant_id)}/{service_name}"


def contract_scope(tenant_id: UUID, service_name: str, contract_id: UUID) -> str:
    """Return the scope of one contract."""
    return f"{service_scope(tenant_id, service_name)}/{contract_id}"


def scopes(of: Iterable[OfContract]) -> Sequence[str]:
    """Return every scope that some contracts are in, each once."""
    found: dict[str, None] = {}
    for one in of:
        found[tenant_scope(one.tenant_id)] = None
        found[service_scope(one.tenant_id, one.service_name)] = None
        found[contract_scope(one.tenant_id, one.service_name, one.contract_id)] = None
    return list(found)


def listed(kind: str, scope: str) -> str:
    """Return the name of the list of a kind in a scope; the kind comes first, for a service may be called anything."""
    return f"{kind}:{scope}"
