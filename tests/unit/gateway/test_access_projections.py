"""What is folded from users' facts about access: people, groups, policies."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.projections.group import EVERYTHING, GROUP, GroupRow
from gateway.projections.person import PERSON, PersonRow
from gateway.projections.tenant_policy import TENANT_POLICY, TenantPolicyRow
from gateway.sources.users import (
    BrowserTrustDecided,
    GroupCreated,
    GroupDeleted,
    GroupPermitted,
    JoinedGroup,
    LeftGroup,
    Permitted,
    ProfileChanged,
    RoleChanged,
    SecondFactorAssigned,
    TenantPolicyChanged,
    UserDeleted,
    UserReinstated,
    UserSuspended,
)
from tests.unit.gateway.fakes import CONTRACT, EVERYBODY, NOW, OTHER_TENANT, USER
from tests.unit.gateway.fakes import GROUP as GROUP_ID
from tests.unit.gateway.fakes import TENANT as TENANT_ID
from tests.unit.gateway.test_projections import LATER, REGISTERED, Story, about, fold

PROFILE = ProfileChanged(user_id=USER, name="enc:v1:new", mail_language="en", timezone="Europe/London", at=LATER)
JOINED = JoinedGroup(user_id=USER, group_id=GROUP_ID, at=LATER)
LEFT = LeftGroup(user_id=USER, group_id=GROUP_ID, at=LATER)
SUSPENDED = UserSuspended(user_id=USER, at=LATER)
DELETED = UserDeleted(user_id=USER, at=LATER)
CREATED = GroupCreated(group_id=GROUP_ID, at=NOW)
PERMITTED = GroupPermitted(
    group_id=GROUP_ID,
    permissions=(
        Permitted(service_name="smart-pbx", actions=("VIEW", "EDIT")),
        Permitted(service_name="vpn", contract_id=CONTRACT, actions=("VIEW",)),
    ),
    at=LATER,
)
POLICY = TenantPolicyChanged(
    session_idle_minutes=10, session_absolute_hours=4, allowed_networks=("192.0.2.0/24",), at=NOW
)

STORIES = [
    Story(
        PERSON,
        (
            REGISTERED,
            PROFILE,
            RoleChanged(user_id=USER, role="GENERAL_USER", at=LATER),
            SecondFactorAssigned(user_id=USER, second_factor="MAIL_OTP", at=LATER),
            BrowserTrustDecided(user_id=USER, trust="FORBIDDEN", at=LATER),
            JOINED,
            SUSPENDED,
            UserReinstated(user_id=USER, at=LATER),
        ),
    ),
    Story(PERSON, (REGISTERED, JOINED, LEFT, DELETED)),
    Story(GROUP, (CREATED, PERMITTED)),
    Story(GROUP, (CREATED, PERMITTED, GroupDeleted(group_id=GROUP_ID, at=LATER))),
    Story(TENANT_POLICY, (POLICY, replace(POLICY, session_idle_minutes=20))),
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.model.name)
def test_a_repeated_story_changes_nothing(story: Story) -> None:
    row = fold(story.model, story.facts)
    assert fold(story.model, story.facts, row) == row


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.model.name)
def test_a_repeated_fact_changes_nothing(story: Story) -> None:
    row: Any = None
    for fact in story.facts:
        row = fold(story.model, (fact,), row)
        assert fold(story.model, (fact,), row) == row


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.model.name)
def test_all_facts_of_a_story_are_about_one_row(story: Story) -> None:
    assert len({story.model.key(fact, about()) for fact in story.facts}) == 1
    assert {type(fact) for fact in story.facts} <= set(story.model.reads)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.model.name)
def test_a_story_may_begin_in_its_middle(story: Story) -> None:
    for start in range(len(story.facts)):
        fold(story.model, story.facts[start:])


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.model.name)
def test_a7_facts_under_another_tenants_name_change_no_row_of_this_one(story: Story) -> None:
    """The topic is shared by all tenants; whose a fact is says its envelope, which the service's own token wrote."""
    row = fold(story.model, story.facts[:1])
    foreign = replace(about(9), tenant_id=OTHER_TENANT)
    for fact in story.facts[1:]:
        same_row = story.model.key(fact, foreign) == story.model.key(fact, about())
        assert not same_row or story.model.evolve(row, fact, foreign) == row


def test_n1_an_administrator_is_in_no_group_by_being_one() -> None:
    row = fold(PERSON, (REGISTERED,))
    assert isinstance(row, PersonRow)
    assert (row.role, row.groups, row.status) == ("PORTAL_ADMIN", (), "ACTIVE")


def test_n2_a_person_joins_and_leaves_groups() -> None:
    row = fold(PERSON, (REGISTERED, JOINED, JoinedGroup(user_id=USER, group_id=EVERYBODY, at=LATER)))
    assert row.groups == (GROUP_ID, EVERYBODY)
    assert fold(PERSON, (LEFT,), row).groups == (EVERYBODY,)


def test_d18_of_a_deleted_person_nothing_is_left_but_that_they_are() -> None:
    row = fold(PERSON, (REGISTERED, JOINED, DELETED))
    assert (row.status, row.name, row.email, row.groups) == ("DELETED", "", "", ())


def test_n2_a_group_permits_what_was_said_last() -> None:
    row = fold(GROUP, (CREATED, PERMITTED))
    assert isinstance(row, GroupRow)
    assert set(row.granted) == {
        ("smart-pbx", None, "VIEW"),
        ("smart-pbx", None, "EDIT"),
        ("vpn", CONTRACT, "VIEW"),
    }
    nothing = GroupPermitted(group_id=GROUP_ID, permissions=(), at=LATER)
    assert fold(GROUP, (nothing,), row).granted == ()


def test_n2_the_built_in_group_permits_everything_from_the_start() -> None:
    row = fold(GROUP, (replace(CREATED, built_in=True),))
    assert row.granted == EVERYTHING


def test_m13_a_policy_is_kept_under_the_tenant_it_was_recorded_for() -> None:
    assert TENANT_POLICY.key(POLICY, about()) == str(TENANT_ID)
    row = fold(TENANT_POLICY, (POLICY,))
    assert isinstance(row, TenantPolicyRow)
    assert (row.session_idle_minutes, row.allowed_networks) == (10, ("192.0.2.0/24",))
