"""A tenant's policy: what its administrators decide for all of its people. Next stop: the relay."""

from dataclasses import fields
from ipaddress import ip_address, ip_network

from kernel.domain.decider import Decider
from services.users.domain.commands import ChangePolicy, Policy
from services.users.domain.errors import NetworkExcludesYou
from services.users.domain.events import TenantPolicyChanged


def evolve(_state: Policy, event: TenantPolicyChanged) -> Policy:
    """Return the policy after *event*, which says all of it."""
    return Policy(**{one.name: getattr(event, one.name) for one in fields(Policy)})


def decide(state: Policy, asked: ChangePolicy) -> list[TenantPolicyChanged]:
    """Return the fact a decision leads to; none when it was so before. Raises: NetworkExcludesYou."""
    if asked.policy == state:
        return []
    if asked.caller_address is not None and not _lets_in(asked.policy.allowed_networks, asked.caller_address):
        raise NetworkExcludesYou
    said = {one.name: getattr(asked.policy, one.name) for one in fields(Policy)}
    return [TenantPolicyChanged(**said, tenant_id=asked.tenant_id, at=asked.at)]


def _lets_in(networks: tuple[str, ...], address: str) -> bool:
    """Tell whether somebody at *address* may come in; no network at all lets everybody in."""
    came_from = ip_address(address)
    # A machine that speaks both may be seen under its old address in the clothes of the new one.
    plain = getattr(came_from, "ipv4_mapped", None) or came_from
    return not networks or any(plain in ip_network(network) for network in networks)


policy: Decider[Policy, ChangePolicy, TenantPolicyChanged] = Decider(initial=Policy(), decide=decide, evolve=evolve)
