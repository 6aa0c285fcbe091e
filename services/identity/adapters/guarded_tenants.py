"""What tenants decided, as far as ways in are concerned. Next stop: migrations/004_tenants.sql."""

from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.application.tenants import LoginPolicy, TenantRules
from services.identity.domain.events import SecondFactor

_RULES = "SELECT second_factors, trusted_browser, effective_from, legacy_until FROM guard.tenant WHERE tenant_id = $1"
_KEEP = """
INSERT INTO guard.tenant (tenant_id, second_factors, trusted_browser, effective_from, legacy_until)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant_id) DO UPDATE SET
    second_factors = excluded.second_factors, trusted_browser = excluded.trusted_browser,
    effective_from = excluded.effective_from, legacy_until = excluded.legacy_until
"""
_DISTRUST = "DELETE FROM guard.trusted_browser WHERE tenant_id = $1 AND NOT guard.trusts_browsers(user_id, tenant_id)"


class GuardedTenants:
    """Tenants in PostgreSQL. See: tenants.Tenants."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def rules(self, tenant_id: UUID) -> TenantRules:
        """Return what holds for a tenant."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(_RULES, tenant_id)
        if row is None:
            return TenantRules()
        return TenantRules(
            second_factors=tuple(SecondFactor(one) for one in row["second_factors"]),
            trusted_browser=row["trusted_browser"],
            login_policy=_login_policy(row),
        )


def _login_policy(row: "asyncpg.Record") -> LoginPolicy | None:
    since, until = row["effective_from"], row["legacy_until"]
    return LoginPolicy(effective_from=since, legacy_until=until) if since and until else None


async def keep_rules(transaction: Any, tenant_id: UUID, rules: TenantRules) -> None:
    """Keep what holds for a tenant from now on, together with the reader's place."""
    policy = rules.login_policy
    dates = (policy.effective_from, policy.legacy_until) if policy else (None, None)
    await transaction.execute(_KEEP, tenant_id, list(rules.second_factors), rules.trusted_browser, *dates)
    if not rules.trusted_browser:
        # Were it allowed again later, no browser of before would be trusted, but of who may whatever holds for others.
        await transaction.execute(_DISTRUST, tenant_id)
