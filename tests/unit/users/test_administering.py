"""People and groups as administrators change them: names that are taken, things of others, keys used again."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from kernel.domain.errors import KeyReused, PortalError, PreconditionFailed, StreamMoved
from services.users.domain.commands import Changes, Policy, Registration
from services.users.domain.errors import (
    EmailTaken,
    GroupNameTaken,
    GroupUnknown,
    NotOneself,
    ReferenceUnknown,
    UserUnknown,
)
from services.users.domain.events import (
    GroupChanged,
    JoinedGroup,
    Language,
    Origin,
    ProfileChanged,
    Role,
    SecondFactor,
    UserRegistered,
)
from tests.unit.users.samples import OTHER, REGISTRATION, TENANT, USER
from tests.unit.users.test_user_handlers import WIDE
from tests.unit.users.world import World, by

FORM = replace(REGISTRATION, email="jiro@example.jp", role=Role.GENERAL_USER, origin=Origin.ADMINISTRATOR)


async def added(world: World, form: Registration = FORM, group_ids: Sequence[UUID] = ()) -> UUID:
    return (await world.handlers.add(form, group_ids, by())).stream_id


async def a_group(world: World, name: str = "東京", tenant_id: UUID = TENANT) -> UUID:
    return (await world.groups.create(name, "", by(tenant_id=tenant_id))).stream_id


async def test_s24_an_added_person_is_registered_under_a_new_id_in_their_groups(world: World) -> None:
    group_id = await a_group(world)
    user_id = await added(world, FORM, [group_id, group_id])
    (registered,) = world.facts(UserRegistered)
    assert (registered.user_id, registered.email, registered.origin) == (user_id, FORM.email, Origin.ADMINISTRATOR)
    assert [(one.user_id, one.group_id) for one in world.facts(JoinedGroup)] == [(user_id, group_id)]


async def test_s26_an_address_that_is_taken_is_refused_without_a_trace(world: World) -> None:
    await added(world)
    with pytest.raises(EmailTaken):
        await world.handlers.add(replace(FORM, email="JIRO@example.jp"), (), by(tenant_id=OTHER))
    assert len(world.store.log) == 1


async def test_s26_m7_of_fifty_who_are_added_with_one_address_at_once_one_is(world: World) -> None:
    done = await asyncio.gather(*(world.handlers.add(FORM, (), by()) for _ in range(50)), return_exceptions=True)
    assert sum(isinstance(one, EmailTaken) for one in done) == 49
    assert len(world.facts(UserRegistered)) == 1


async def test_m7_a_key_used_again_answers_as_before(world: World) -> None:
    same = replace(by(), content=b"form")
    first = await world.handlers.add(FORM, (), same)
    again = await world.handlers.add(FORM, (), same)
    assert (again.stream_id, again.duplicate) == (first.stream_id, True)
    with pytest.raises(KeyReused):
        await world.handlers.add(FORM, (), replace(same, content=b"another form"))
    assert len(world.store.log) == 1


async def test_groups_that_are_not_there_are_all_named(world: World) -> None:
    here, elsewhere = await a_group(world), await a_group(world, tenant_id=OTHER)
    user_id = await added(world)
    for ask in (
        world.handlers.add(replace(FORM, email="x@example.jp"), [here, uuid4(), elsewhere, user_id], by()),
        world.handlers.change(user_id, Changes(profile={}, group_ids=(here, uuid4(), elsewhere, user_id)), by()),
    ):
        with pytest.raises(ReferenceUnknown) as refused:
            await ask
        pointers = [one["pointer"] for one in refused.value.extra["errors"]]
        assert pointers == ["/groupIds/1", "/groupIds/2", "/groupIds/3"]
        assert {one["code"] for one in refused.value.extra["errors"]} == {"unknown-group"}


async def test_m13_a_second_factor_that_the_policy_forbids_is_not_assigned(world: World) -> None:
    await world.built.policy.change(Policy(second_factors=(SecondFactor.TOTP,)), None, by(), None)
    with pytest.raises(ReferenceUnknown) as refused:
        await world.handlers.add(replace(FORM, second_factor=SecondFactor.MAIL_OTP), [uuid4()], by())
    assert [one["pointer"] for one in refused.value.extra["errors"]] == ["/groupIds/0", "/secondFactor"]
    user_id = await added(world)
    with pytest.raises(ReferenceUnknown):
        await world.handlers.change(user_id, Changes(profile={}, second_factor=SecondFactor.MAIL_OTP), by())


async def test_m7_a_change_of_what_was_changed_meanwhile_is_refused(world: World) -> None:
    user_id = await added(world)
    await world.handlers.change(user_id, Changes(profile={"title": "部長"}), by(), 1)
    with pytest.raises(PreconditionFailed):
        await world.handlers.change(user_id, Changes(profile={"title": "課長"}), by(), 1)
    done = await asyncio.gather(
        *(world.handlers.change(user_id, Changes(profile={"title": str(n)}), by(), 2) for n in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, PreconditionFailed) for one in done) == 9
    assert len(world.facts(ProfileChanged)) == 2


async def test_a_change_that_is_sent_again_is_carried_out_once_although_the_version_moved(world: World) -> None:
    user_id, same = await added(world), by()
    first = await world.handlers.change(user_id, Changes(profile={"title": "部長"}), same, 1)
    again = await world.handlers.change(user_id, Changes(profile={"title": "部長"}), same, 1)
    assert (first.version, again.version, again.duplicate) == (2, 2, True)


async def test_v8_nothing_of_another_tenant_is_there(world: World) -> None:
    user_id, group_id = await added(world), await a_group(world)
    stranger = by(tenant_id=OTHER)
    for ask in (
        world.handlers.change(user_id, Changes(profile={"title": "x"}), stranger),
        world.handlers.suspend(user_id, stranger),
        world.handlers.reinstate(user_id, stranger),
        world.handlers.delete(user_id, stranger),
        world.handlers.leave(user_id, group_id, stranger),
        world.built.histories.of_user(OTHER, user_id, 50),
    ):
        with pytest.raises(UserUnknown):
            await ask
    for ask in (
        world.groups.change(group_id, "x", None, stranger, None),
        world.groups.permit(group_id, (), stranger, None),
        world.groups.delete(group_id, stranger),
        world.built.references.check_group(OTHER, group_id),
        world.built.histories.of_group(OTHER, group_id, 50),
    ):
        with pytest.raises(GroupUnknown):
            await ask
    with pytest.raises(ReferenceUnknown):
        await world.handlers.join([user_id], group_id, stranger)


async def test_an_id_of_something_else_is_no_user_and_no_group(world: World) -> None:
    user_id, group_id = await added(world), await a_group(world)
    with pytest.raises(UserUnknown):
        await world.handlers.suspend(group_id, by())
    with pytest.raises(GroupUnknown):
        await world.groups.delete(user_id, by())


async def test_one_cannot_suspend_or_delete_oneself(world: World) -> None:
    user_id = await added(world)
    for ask in (world.handlers.suspend, world.handlers.delete):
        with pytest.raises(NotOneself):
            await ask(user_id, by(f"user:{user_id}"))


async def test_the_address_of_who_was_deleted_is_free_again(world: World) -> None:
    await world.handlers.delete(await added(world), by())
    await added(world)
    assert len(world.facts(UserRegistered)) == 2


async def test_a_group_name_is_a_tenants_own_however_it_is_spelled(world: World) -> None:
    await a_group(world, "Sales")
    await a_group(world, "Sales", OTHER)
    for name in ("sales", f" {'Sales'.translate(WIDE)} "):
        with pytest.raises(GroupNameTaken):
            await a_group(world, name)


async def test_a_renamed_group_gives_its_name_back(world: World) -> None:
    group_id = await a_group(world, "東京")
    await world.groups.change(group_id, "大阪", None, by(), 1)
    await a_group(world, "東京")
    with pytest.raises(GroupNameTaken):
        await a_group(world, "大阪")
    with pytest.raises(GroupNameTaken):
        await world.groups.change(group_id, "東京", None, by(), None)
    with pytest.raises(PreconditionFailed):
        await world.groups.change(group_id, "京都", None, by(), 1)
    await world.groups.delete(group_id, by())
    await a_group(world, "大阪")


async def test_a_group_may_be_spelled_otherwise(world: World) -> None:
    group_id = await a_group(world, "sales")
    await world.groups.change(group_id, "Sales", None, by(), None)
    with pytest.raises(GroupNameTaken):
        await a_group(world, "sales")


async def test_m7_of_many_who_rename_one_group_at_once_each_name_is_held_once(world: World) -> None:
    group_id = await a_group(world, "0")
    done = await asyncio.gather(
        *(world.groups.change(group_id, str(number), None, by(), None) for number in range(1, 8)),
        return_exceptions=True,
    )
    assert all(isinstance(one, StreamMoved) or not isinstance(one, PortalError) for one in done)
    held = world.facts(GroupChanged)[-1].name
    for number in range(8):
        if str(number) != held:
            await a_group(world, str(number))


async def test_members_join_each_once_and_all_or_nobody(world: World) -> None:
    group_id = await a_group(world)
    first, second = await added(world), await added(world, replace(FORM, email="saburo@example.jp"))
    with pytest.raises(ReferenceUnknown) as refused:
        await world.handlers.join([first, uuid4()], group_id, by())
    assert [one["pointer"] for one in refused.value.extra["errors"]] == ["/userIds/1"]
    assert not world.facts(JoinedGroup)
    same = by()
    for _ in range(2):
        await world.handlers.join([first, second, first], group_id, same)
    assert [one.user_id for one in world.facts(JoinedGroup)] == [first, second]


async def test_s30_s31_a_person_chooses_their_own_language_and_zone(world: World) -> None:
    user_id = await added(world)
    await world.handlers.prefer(user_id, {"timezone": "UTC"}, by(f"user:{user_id}"))
    assert world.facts(ProfileChanged)[0].timezone == "UTC"
    with pytest.raises(UserUnknown):
        await world.handlers.prefer(user_id, {"mail_language": Language.EN}, by(f"user:{USER}"))
