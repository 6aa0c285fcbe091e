"""What permissions allow, and what a tenant's policy means for a session."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from gateway.application import session_rules as rules
from gateway.application.access import EVERYTHING, NOTHING, Access, Action, access_of
from gateway.projections.group import GroupRow
from gateway.projections.tenant_policy import TenantPolicyRow
from tests.unit.gateway.fakes import CONTRACT, GROUP, NOW, OTHER_TENANT, TENANT
from tests.unit.gateway.viewers import session

ANOTHER = UUID(int=CONTRACT.int + 5)
POLICY = TenantPolicyRow(tenant_id=TENANT, session_idle_minutes=10, session_absolute_hours=4)


@pytest.mark.parametrize(
    ("access", "sees"),
    [
        (NOTHING, False),
        (EVERYTHING, True),
        (access_of([("smart-pbx", None, "VIEW")]), True),
        (access_of([("smart-pbx", CONTRACT, "VIEW")]), True),
        (access_of([("*", None, "VIEW")]), True),
        (access_of([("vpn", None, "VIEW")]), False),
        (access_of([("vpn", CONTRACT, "VIEW")]), False),
        (access_of([("smart-pbx", ANOTHER, "VIEW")]), False),
        (access_of([("smart-pbx", None, "EDIT"), ("*", None, "CONFIGURE")]), False),
    ],
)
def test_n2_a_contract_is_seen_by_service_or_by_itself(access: Access, *, sees: bool) -> None:
    assert access.sees("smart-pbx", CONTRACT) is sees


def test_n2_each_action_is_permitted_by_itself() -> None:
    access = access_of([("smart-pbx", CONTRACT, "VIEW"), ("smart-pbx", CONTRACT, "CONFIGURE")])
    assert [action for action in Action if access.allows(action, "smart-pbx", CONTRACT)] == [
        Action.VIEW,
        Action.CONFIGURE,
    ]


def test_n2_members_have_what_all_their_groups_permit_together() -> None:
    groups = [
        GroupRow(group_id=GROUP, tenant_id=TENANT, granted=(("vpn", None, "VIEW"),)),
        GroupRow(group_id=ANOTHER, tenant_id=TENANT, granted=(("smart-pbx", CONTRACT, "VIEW"),)),
        GroupRow(group_id=CONTRACT, tenant_id=OTHER_TENANT, granted=(("*", None, "VIEW"),)),
    ]
    access = rules.access_in(groups, TENANT)
    assert access.sees("vpn", ANOTHER)
    assert access.sees("smart-pbx", CONTRACT)
    assert not access.sees("smart-pbx", ANOTHER)


def test_the_same_permissions_are_the_same_access_in_whatever_order() -> None:
    grants = [("vpn", None, "VIEW"), ("smart-pbx", CONTRACT, "EDIT")]
    assert access_of(grants) == access_of(reversed(grants))
    assert hash(access_of(grants)) == hash(access_of(reversed(grants)))


@pytest.mark.parametrize(
    ("networks", "address", "in_"),
    [
        ((), "198.51.100.7", True),
        ((), "", True),
        (("192.0.2.0/24",), "192.0.2.255", True),
        (("192.0.2.0/24",), "192.0.3.0", False),
        (("192.0.2.7/32",), "192.0.2.7", True),
        (("192.0.2.7",), "192.0.2.8", False),
        (("2001:db8::/32",), "2001:db8:ffff::1", True),
        (("2001:db8::/32",), "2001:db9::1", False),
        (("192.0.2.0/24", "2001:db8::/32"), "2001:db8::1", True),
        (("192.0.2.0/24",), "::ffff:192.0.2.7", True),
        (("::ffff:0:0/96",), "192.0.2.7", False),
        (("192.0.2.0/24",), "192.0.2.7, 198.51.100.1", False),
        (("192.0.2.0/24",), "unix", False),
        (("192.0.2.0/24",), "", False),
        (("0.0.0.0/0",), "2001:db8::1", False),
    ],
)
def test_d15_who_comes_from_elsewhere_is_not_let_in(networks: tuple[str, ...], address: str, *, in_: bool) -> None:
    assert rules.lets_in(replace(POLICY, allowed_networks=networks), address) is in_


def test_d15_a_hundred_networks_are_looked_through() -> None:
    networks = tuple(f"10.{number}.0.0/16" for number in range(100))
    policy = replace(POLICY, allowed_networks=networks)
    assert rules.lets_in(policy, "10.99.1.1")
    assert not rules.lets_in(policy, "10.100.1.1")


def test_m13_a_stricter_end_holds_for_sessions_that_run() -> None:
    assert rules.end_of(session(), None) == NOW + timedelta(hours=12)
    assert rules.end_of(session(), POLICY) == NOW + timedelta(hours=4)
    longer = replace(POLICY, session_absolute_hours=100)
    assert rules.end_of(session(), longer) == NOW + timedelta(hours=12)


def test_m13_a_session_may_be_left_alone_as_long_as_the_tenant_says() -> None:
    idle = rules.idle_of(POLICY, timedelta(minutes=30))
    assert idle == timedelta(minutes=10)
    seen = replace(session(), seen_at=NOW)
    assert not rules.is_left_alone(seen, idle, NOW + timedelta(minutes=9, seconds=59))
    assert rules.is_left_alone(seen, idle, NOW + timedelta(minutes=10))
    assert rules.idle_of(None, timedelta(minutes=30)) == timedelta(minutes=30)
