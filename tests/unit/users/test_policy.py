"""A tenant's policy is decided, and nobody shuts themselves out by it."""

from dataclasses import asdict, fields, replace
from datetime import timedelta
from typing import Any

import pytest

from kernel.testing import given
from services.users.domain.commands import ChangePolicy, Policy
from services.users.domain.errors import NetworkExcludesYou
from services.users.domain.events import SecondFactor, TenantPolicyChanged
from services.users.domain.login_policy import LoginPolicy
from services.users.domain.policy import policy
from tests.unit.users.samples import AT, TENANT

DEFAULT = Policy()
STRICT = Policy(
    session_idle_minutes=15,
    session_absolute_hours=8,
    allowed_networks=("192.0.2.0/24", "2001:db8::/32"),
    second_factors=(SecondFactor.TOTP,),
)


def changed(to: Policy) -> TenantPolicyChanged:
    return TenantPolicyChanged(**asdict(to), tenant_id=TENANT, at=AT)


def ask(to: Policy, address: str | None = "192.0.2.7") -> ChangePolicy:
    return ChangePolicy(tenant_id=TENANT, policy=to, caller_address=address, at=AT)


def test_m13_a_decision_says_the_whole_policy() -> None:
    given(policy).when(ask(STRICT)).then(changed(STRICT))
    given(policy, changed(STRICT)).when(ask(STRICT)).then_nothing()
    given(policy, changed(STRICT)).when(ask(DEFAULT)).then(changed(DEFAULT))


def test_what_holds_without_a_decision_is_no_change() -> None:
    given(policy).when(ask(DEFAULT)).then_nothing()


@pytest.mark.parametrize("address", ["198.51.100.1", "2001:db9::1", "::1"])
def test_d15_a_list_that_excludes_its_author_is_refused(address: str) -> None:
    given(policy).when(ask(STRICT, address)).refused(NetworkExcludesYou)


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1", "::ffff:192.0.2.7", None])
def test_d15_a_list_that_lets_its_author_in_is_taken(address: str | None) -> None:
    given(policy).when(ask(STRICT, address)).then(changed(STRICT))


def test_s17_from_the_new_method_on_the_old_one_is_not_assigned() -> None:
    day = timedelta(days=1)
    moving = replace(DEFAULT, login_policy=LoginPolicy(effective_from=AT, legacy_until=AT + day))
    given(policy).when(ask(moving)).then(TenantPolicyChanged(**_of(moving), tenant_id=TENANT, at=AT))
    assert moving.assignable(AT - day) == (SecondFactor.TOTP, SecondFactor.MAIL_OTP)
    assert moving.assignable(AT) == (SecondFactor.TOTP,)
    assert DEFAULT.assignable(AT) == (SecondFactor.TOTP, SecondFactor.MAIL_OTP)


def _of(one: Policy) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(Policy)}


def test_no_network_at_all_excludes_nobody() -> None:
    given(policy, changed(STRICT)).when(ask(replace(STRICT, allowed_networks=()), "198.51.100.1")).then(
        changed(replace(STRICT, allowed_networks=()))
    )
