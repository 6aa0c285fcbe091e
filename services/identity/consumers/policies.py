"""What identity reads of tenants' policies, from their very first one on. Next stop: application/tenants.py.

A reader of its own, so that a policy from before identity cared is read like any other.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.application.consume import Incoming
from kernel.domain.reads import reads, wire_name
from services.identity.application.tenants import LoginPolicy, TenantRules
from services.identity.domain.events import SecondFactor

READER = "identity.policies"

Keep = Callable[[Any, UUID, TenantRules], Awaitable[None]]
"""Keeps what holds for a tenant, in the open transaction."""


@reads("portal.tenant-policy.changed.v1")
class TenantPolicyChanged:
    """A tenant's administrators decided what holds for all of its people; all of it is said."""

    trusted_browser: bool
    second_factors: tuple[SecondFactor, ...]
    login_policy: LoginPolicy | None = None


@dataclass(frozen=True, slots=True)
class PoliciesReaction:
    """Keeps the newest policy of each tenant."""

    keep: Keep

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads, by wire name."""
        return {wire_name(TenantPolicyChanged): TenantPolicyChanged}

    async def __call__(self, fact: TenantPolicyChanged, about: Incoming, transaction: Any) -> None:
        """Keep a policy; the tenant is the one that it was recorded for, whatever it says."""
        rules = TenantRules(
            second_factors=fact.second_factors, trusted_browser=fact.trusted_browser, login_policy=fact.login_policy
        )
        await self.keep(transaction, about.tenant_id, rules)
