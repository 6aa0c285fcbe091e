"""A group is made, changed, permitted and deleted; the one that comes with the tenant stays as it is."""

from uuid import UUID

from kernel.testing import given
from services.users.domain.commands import ChangeGroup, CreateGroup, DeleteGroup, PermitGroup
from services.users.domain.errors import GroupBuiltIn, GroupUnknown
from services.users.domain.events import GroupChanged, GroupCreated, GroupDeleted, GroupPermitted
from services.users.domain.group import group
from services.users.domain.permission import EVERYTHING, Action, Permission
from tests.unit.users.samples import AT

GROUP = UUID(int=21)
CREATED = GroupCreated(group_id=GROUP, name="東京", description="", built_in=False, at=AT)
BUILT_IN = GroupCreated(group_id=GROUP, name="全権限", description="", built_in=True, at=AT)
ALL = GroupPermitted(group_id=GROUP, permissions=(EVERYTHING,), at=AT)
DELETED = GroupDeleted(group_id=GROUP, at=AT)
VIEW = Permission(service_name="smart-pbx", actions=(Action.VIEW,))
DELETE = DeleteGroup(group_id=GROUP, at=AT)


def rename(name: str | None = None, description: str | None = None) -> ChangeGroup:
    return ChangeGroup(group_id=GROUP, name=name, description=description, at=AT)


def test_a_group_is_made_once() -> None:
    given(group).when(CreateGroup(group_id=GROUP, name="東京", at=AT)).then(CREATED)
    given(group, CREATED).when(CreateGroup(group_id=GROUP, name="東京", at=AT)).then_nothing()
    given(group, CREATED, DELETED).when(CreateGroup(group_id=GROUP, name="東京", at=AT)).then_nothing()


def test_n2_the_built_in_group_permits_everything_from_the_start() -> None:
    asked = CreateGroup(group_id=GROUP, name="全権限", built_in=True, permissions=(EVERYTHING,), at=AT)
    given(group).when(asked).then(BUILT_IN, ALL)


def test_a_change_says_name_and_description() -> None:
    given(group, CREATED).when(rename(description="本社")).then(
        GroupChanged(group_id=GROUP, name="東京", description="本社", at=AT)
    )
    given(group, CREATED).when(rename(name="大阪")).then(
        GroupChanged(group_id=GROUP, name="大阪", description="", at=AT)
    )
    given(group, CREATED).when(rename(name="東京", description="")).then_nothing()


def test_what_it_permits_is_said_whole() -> None:
    permit = PermitGroup(group_id=GROUP, permissions=(VIEW,), at=AT)
    permitted = GroupPermitted(group_id=GROUP, permissions=(VIEW,), at=AT)
    given(group, CREATED).when(permit).then(permitted)
    given(group, CREATED, permitted).when(permit).then_nothing()
    nothing = PermitGroup(group_id=GROUP, permissions=(), at=AT)
    given(group, CREATED, permitted).when(nothing).then(GroupPermitted(group_id=GROUP, permissions=(), at=AT))


def test_n2_name_and_permissions_of_the_built_in_group_stay_and_so_does_it() -> None:
    given(group, BUILT_IN, ALL).when(rename(name="x")).refused(GroupBuiltIn)
    given(group, BUILT_IN, ALL).when(DELETE).refused(GroupBuiltIn)
    given(group, BUILT_IN, ALL).when(PermitGroup(group_id=GROUP, permissions=(VIEW,), at=AT)).refused(GroupBuiltIn)
    given(group, BUILT_IN, ALL).when(rename(name="全権限", description="みんな")).then(
        GroupChanged(group_id=GROUP, name="全権限", description="みんな", at=AT)
    )


def test_a_group_that_is_gone_is_unknown() -> None:
    given(group, CREATED).when(DELETE).then(DELETED)
    for asked in (DELETE, rename(name="x"), PermitGroup(group_id=GROUP, permissions=(VIEW,), at=AT)):
        given(group, CREATED, DELETED).when(asked).refused(GroupUnknown)
        given(group).when(asked).refused(GroupUnknown)
