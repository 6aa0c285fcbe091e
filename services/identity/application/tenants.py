"""What a tenant's administrators decided that a way in must keep to. Next stop: adapters/guarded_tenants.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.identity.domain.events import CHOICES, SecondFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPolicy:
    """From when on the new second step is what one gets, and until when codes by mail are still accepted."""

    effective_from: datetime
    legacy_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRules:
    """What holds for the ways in of a tenant's people; this is what holds until somebody decides otherwise."""

    second_factors: tuple[SecondFactor, ...] = CHOICES
    """Those that the tenant allows."""
    trusted_browser: bool = False
    """Whether a browser that passed the second step may skip it for some days."""
    login_policy: LoginPolicy | None = None

    def choices(self, at: datetime) -> tuple[SecondFactor, ...]:
        """Return the second factors that may be chosen at a moment: the old one no more once the new one holds."""
        old_goes = self.login_policy is not None and self.login_policy.effective_from <= at
        return tuple(one for one in self.second_factors if not (old_goes and one is SecondFactor.MAIL_OTP))

    def ends(self, method: SecondFactor, at: datetime) -> datetime | None:
        """Return when a method ends, from the moment on that people are told; None for one that stays."""
        policy = self.login_policy
        if policy is None or method is not SecondFactor.MAIL_OTP or at < policy.effective_from:
            return None
        return policy.legacy_until


class Tenants(Protocol):
    """Keeps what tenants decided, as the users service tells it."""

    async def rules(self, tenant_id: UUID) -> TenantRules:
        """Return what holds for a tenant."""
        ...
