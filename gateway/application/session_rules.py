"""What a tenant's policy and a person's groups mean for a session; nothing here asks anybody. Next: sessions.py."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from uuid import UUID

from gateway.application.access import Access, access_of
from gateway.application.session import Session
from gateway.application.viewer import OperatorRole
from gateway.projections.group import GroupRow
from gateway.projections.operator import OperatorRow
from gateway.projections.person import PersonRow
from gateway.projections.tenant_policy import TenantPolicyRow
from gateway.sources.users import LoginPolicy
from kernel.domain.context import PLATFORM

NOTED_AFTER = timedelta(seconds=5)
"""A use is noted when the last one noted is older, so that a busy session does not write with every request."""


def idle_of(policy: TenantPolicyRow | None, otherwise: timedelta) -> timedelta:
    """Return how long a session may be left alone."""
    return otherwise if policy is None else timedelta(minutes=policy.session_idle_minutes)


def end_of(session: Session, policy: TenantPolicyRow | None) -> datetime:
    """Return when a session ends however busy it is: a stricter policy holds for it too, a looser one does not."""
    if policy is None:
        return session.ends_at
    return min(session.ends_at, session.started_at + timedelta(hours=policy.session_absolute_hours))


def is_left_alone(session: Session, idle: timedelta, now: datetime) -> bool:
    """Return whether nobody used a session for longer than it may be left alone."""
    return session.seen_at is not None and session.seen_at + idle <= now


def lets_in(policy: TenantPolicyRow | None, client_ip: str) -> bool:
    """Return whether a tenant lets somebody in from an address; one that cannot be read is nowhere allowed."""
    if policy is None or not policy.allowed_networks:
        return True
    try:
        address = ip_address(client_ip)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        # A socket that takes both kinds shows an IPv4 peer like this. See: RFC 4291, section 2.5.5.2.
        address = address.ipv4_mapped
    return any(address in network for network in _networks(policy.allowed_networks))


def trusts(policy: TenantPolicyRow | None, person: PersonRow | None) -> bool:
    """Return whether a person's browsers may skip the second step; where nobody decided, none may."""
    decided = person.browser_trust if person is not None else "AS_COMPANY"
    return decided == "ALLOWED" or (decided == "AS_COMPANY" and policy is not None and policy.trusted_browser)


def login_change(policy: TenantPolicyRow | None, now: datetime) -> LoginPolicy | None:
    """Return the change of the login method, while both are accepted and people are told; else None."""
    change = policy.login_policy if policy is not None else None
    return change if change is not None and change.effective_from <= now < change.legacy_until else None


@lru_cache(maxsize=1000)
def _networks(texts: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text, strict=False) for text in texts)


def operator_in(row: OperatorRow | None, tenant_id: UUID) -> OperatorRole | None:
    """Return in which role a person operates the platform: whoever a company administers does in none."""
    return OperatorRole(row.role) if row is not None and tenant_id == PLATFORM else None


def access_in(groups: Iterable[GroupRow], tenant_id: UUID) -> Access:
    """Return what *groups* give a person of a tenant; a group of another tenant gives nothing."""
    return access_of(grant for group in groups if group.tenant_id == tenant_id for grant in group.granted)
