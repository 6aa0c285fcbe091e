"""What each tenant decided for its sessions, one row a tenant. Next stop: application/sessions.py keeps to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.sources.users import LoginPolicy, TenantPolicyChanged
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantPolicyRow:
    """What every request of a tenant's people is measured against."""

    tenant_id: UUID
    session_idle_minutes: int
    session_absolute_hours: int
    allowed_networks: tuple[str, ...] = ()
    """Empty lets people in from anywhere."""
    trusted_browser: bool = False
    """Whether a browser that passed the second step may skip it for some days."""
    login_policy: LoginPolicy | None = None


def key(_fact: TenantPolicyChanged, about: Incoming) -> str:
    """Return the row a fact belongs to: the tenant's that it was recorded for, whatever it says."""
    return str(about.tenant_id)


def evolve(_row: TenantPolicyRow | None, fact: TenantPolicyChanged, about: Incoming) -> TenantPolicyRow:
    """Return the row after *fact*."""
    return TenantPolicyRow(
        tenant_id=about.tenant_id,
        session_idle_minutes=fact.session_idle_minutes,
        session_absolute_hours=fact.session_absolute_hours,
        allowed_networks=fact.allowed_networks,
        trusted_browser=fact.trusted_browser,
        login_policy=fact.login_policy,
    )


def touches(row: TenantPolicyRow) -> Sequence[str]:
    """Return who is to be told of a change: everybody of the tenant, whose session may be over now."""
    return [f"access:{row.tenant_id}"]


TENANT_POLICY: ReadModel[TenantPolicyRow] = ReadModel(
    name="tenant_policy",
    row=TenantPolicyRow,
    reads=(TenantPolicyChanged,),
    key=key,
    evolve=evolve,
    touches=touches,
)
