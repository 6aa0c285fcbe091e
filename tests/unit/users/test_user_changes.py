"""A user is changed, moved between groups, suspended and deleted: what follows, and what is refused."""

from typing import Any
from uuid import UUID

import pytest

from kernel.testing import given
from services.users.domain.commands import (
    ActivateUser,
    Changes,
    ChangeUser,
    DeleteUser,
    JoinGroup,
    LeaveGroup,
    RecordFactor,
    ReinstateUser,
    SuspendUser,
)
from services.users.domain.errors import NotOneself, UserUnknown
from services.users.domain.events import (
    BrowserTrust,
    BrowserTrustDecided,
    JoinedGroup,
    Language,
    LeftGroup,
    ProfileChanged,
    Role,
    RoleChanged,
    SecondFactor,
    SecondFactorAssigned,
    SecondFactorChosen,
    UserActivated,
    UserDeleted,
    UserReinstated,
    UserSuspended,
)
from services.users.domain.user import user
from tests.unit.users.samples import AT, REFUSED, REGISTERED, REGISTRATION, USER

ONE, TWO, THREE = (UUID(int=number) for number in range(21, 24))
ACTIVATED = UserActivated(user_id=USER, at=AT)
SUSPENDED = UserSuspended(user_id=USER, at=AT)
DELETED = UserDeleted(user_id=USER, at=AT)


def joined(group_id: UUID) -> JoinedGroup:
    return JoinedGroup(user_id=USER, group_id=group_id, at=AT)


def left(group_id: UUID) -> LeftGroup:
    return LeftGroup(user_id=USER, group_id=group_id, at=AT)


def change(**changes: Any) -> ChangeUser:
    members = {name: changes.pop(name) for name in ("role", "second_factor", "group_ids") if name in changes}
    return ChangeUser(user_id=USER, changes=Changes(profile=changes, **members), at=AT)  # type: ignore[typeddict-item]


SUSPEND = SuspendUser(user_id=USER, by_oneself=False, at=AT)
REINSTATE = ReinstateUser(user_id=USER, at=AT)
DELETE = DeleteUser(user_id=USER, by_oneself=False, at=AT)

PROFILE = ProfileChanged(
    user_id=USER,
    name=REGISTRATION.name,
    phone_number=REGISTRATION.phone_number,
    title="部長",
    mail_language=Language.EN,
    timezone=REGISTRATION.timezone,
    at=AT,
)


def test_a_change_of_a_few_fields_says_the_whole_profile() -> None:
    given(user, REGISTERED).when(change(title="部長", mail_language=Language.EN)).then(PROFILE)


def test_the_same_profile_again_changes_nothing() -> None:
    given(user, REGISTERED, PROFILE).when(change(title="部長")).then_nothing()
    given(user, REGISTERED).when(change()).then_nothing()


def test_role_and_second_factor_are_facts_of_their_own() -> None:
    asked = change(role=Role.GENERAL_USER, second_factor=SecondFactor.MAIL_OTP)
    given(user, REGISTERED).when(asked).then(
        RoleChanged(user_id=USER, role=Role.GENERAL_USER, at=AT),
        SecondFactorAssigned(user_id=USER, second_factor=SecondFactor.MAIL_OTP, at=AT),
    )
    given(user, REGISTERED).when(change(role=Role.PORTAL_ADMIN, second_factor=SecondFactor.TOTP)).then_nothing()


def test_n03_what_identity_says_of_the_second_factor_is_recorded_once() -> None:
    said = RecordFactor(user_id=USER, second_factor=SecondFactor.MAIL_OTP, at=AT)
    chosen = SecondFactorChosen(user_id=USER, second_factor=SecondFactor.MAIL_OTP, at=AT)
    given(user, REGISTERED).when(said).then(chosen)
    given(user, REGISTERED, chosen).when(said).then_nothing()
    # What an administrator assigned comes back from identity as known.
    given(user, REGISTERED, SecondFactorAssigned(user_id=USER, second_factor=SecondFactor.MAIL_OTP, at=AT)).when(
        said
    ).then_nothing()


def test_all_groups_are_said_and_those_that_differ_follow() -> None:
    asked = change(group_ids=(THREE, TWO, TWO))
    given(user, REGISTERED, joined(ONE), joined(TWO)).when(asked).then(joined(THREE), left(ONE))
    given(user, REGISTERED, joined(ONE)).when(change(group_ids=())).then(left(ONE))
    given(user, REGISTERED, joined(ONE)).when(change(group_ids=(ONE,))).then_nothing()


def test_a_group_is_joined_and_left_once() -> None:
    join, leave = JoinGroup(user_id=USER, group_id=ONE, at=AT), LeaveGroup(user_id=USER, group_id=ONE, at=AT)
    given(user, REGISTERED).when(join).then(joined(ONE))
    given(user, REGISTERED, joined(ONE)).when(join).then_nothing()
    given(user, REGISTERED, joined(ONE)).when(leave).then(left(ONE))
    given(user, REGISTERED).when(leave).then_nothing()


def test_who_is_activated_is_so_once() -> None:
    given(user, REGISTERED).when(ActivateUser(user_id=USER, at=AT)).then(ACTIVATED)
    given(user, REGISTERED, ACTIVATED).when(ActivateUser(user_id=USER, at=AT)).then_nothing()


def test_s22_suspending_and_reinstating_change_something_once() -> None:
    given(user, REGISTERED).when(SUSPEND).then(SUSPENDED)
    given(user, REGISTERED, SUSPENDED).when(SUSPEND).then_nothing()
    given(user, REGISTERED, SUSPENDED).when(REINSTATE).then(UserReinstated(user_id=USER, at=AT))
    given(user, REGISTERED).when(REINSTATE).then_nothing()


def test_nobody_shuts_themselves_out() -> None:
    given(user, REGISTERED).when(SuspendUser(user_id=USER, by_oneself=True, at=AT)).refused(NotOneself)
    given(user, REGISTERED).when(DeleteUser(user_id=USER, by_oneself=True, at=AT)).refused(NotOneself)


def test_who_is_deleted_is_unknown_afterwards() -> None:
    given(user, REGISTERED, joined(ONE)).when(DELETE).then(DELETED)
    for asked in (change(title="x"), SUSPEND, REINSTATE, DELETE, JoinGroup(user_id=USER, group_id=ONE, at=AT)):
        given(user, REGISTERED, DELETED).when(asked).refused(UserUnknown)
        given(user, REFUSED).when(asked).refused(UserUnknown)
        given(user).when(asked).refused(UserUnknown)


@pytest.mark.parametrize(
    ("past", "counts"),
    [
        ([REGISTERED], False),
        ([REGISTERED, ACTIVATED], True),
        ([REGISTERED, ACTIVATED, SUSPENDED], False),
        ([REGISTERED, ACTIVATED, SUSPENDED, UserReinstated(user_id=USER, at=AT)], True),
        ([REGISTERED, ACTIVATED, RoleChanged(user_id=USER, role=Role.GENERAL_USER, at=AT)], False),
        ([REGISTERED, ACTIVATED, DELETED], False),
    ],
)
def test_m14_who_can_administer_counts(past: list[Any], counts: bool) -> None:
    assert user.fold(past).counts is counts


def test_n03_whether_a_persons_browsers_may_be_trusted_is_decided_once() -> None:
    forbid = ChangeUser(user_id=USER, changes=Changes(profile={}, browser_trust=BrowserTrust.FORBIDDEN), at=AT)
    decided = BrowserTrustDecided(user_id=USER, trust=BrowserTrust.FORBIDDEN, at=AT)
    given(user, REGISTERED).when(forbid).then(decided)
    given(user, REGISTERED, decided).when(forbid).then_nothing()
    as_company = ChangeUser(user_id=USER, changes=Changes(profile={}, browser_trust=BrowserTrust.AS_COMPANY), at=AT)
    given(user, REGISTERED).when(as_company).then_nothing()
