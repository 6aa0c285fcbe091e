"""What a tenant's administrators decided that a way in must keep to. Next stop: adapters/guarded_tenants.py."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from services.identity.domain.events import CHOICES, SecondFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRules:
    """What holds for the ways in of a tenant's people; this is what holds until somebody decides otherwise."""

    second_factors: tuple[SecondFactor, ...] = CHOICES
    """Those that may be chosen."""
    trusted_browser: bool = False
    """Whether a browser that passed the second step may skip it for some days."""


class Tenants(Protocol):
    """Keeps what tenants decided, as the users service tells it."""

    async def rules(self, tenant_id: UUID) -> TenantRules:
        """Return what holds for a tenant."""
        ...
