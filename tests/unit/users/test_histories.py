"""What changed of people, groups and settings, and who was registered: who, when, from where, from what to what."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel.domain.context import Client
from services.users.application.errors import CursorUnreadable
from services.users.application.history import Change, Field, Moment
from services.users.application.registered import LinkState, Registered
from services.users.application.registrations import Registration
from services.users.domain.commands import Changes, Policy
from services.users.domain.events import Origin, Role
from tests.unit.users.samples import AT, OTHER, TENANT, USER
from tests.unit.users.test_administering import FORM, a_group, added
from tests.unit.users.world import World, by

HERE = Client(address="192.0.2.7", agent="Firefox")


async def test_m10_history_says_who_changed_what_from_what_to_what(world: World) -> None:
    group_id = await a_group(world)
    user_id = await added(world)
    admin = by(f"user:{USER}")
    await world.handlers.change(user_id, Changes(profile={"title": "部長"}, group_ids=(group_id,)), admin)
    groups, title, *rest = (await world.built.histories.of_user(TENANT, user_id, 50)).items
    assert (title.field, title.old, title.new) == ("title", None, "部長")
    assert (title.actor, title.by, title.correlation_id) == (admin.actor, "佐藤 花子", admin.correlation_id)
    assert (groups.field, groups.old, groups.new) == ("groups", None, "東京")
    assert {one.field: one.new for one in rest}["email"] == FORM.email
    assert all(one.old is None for one in rest)


async def test_m10_history_says_from_where(world: World) -> None:
    user_id = await added(world)
    await world.handlers.suspend(user_id, replace(by(f"user:{USER}"), client=HERE))
    life, *rest = (await world.built.histories.of_user(TENANT, user_id, 50)).items
    assert (life.field, life.client) == ("life", HERE)
    assert {one.client for one in rest} == {None}


async def test_m9_from_where_is_forgotten_with_who_asked_and_so_is_their_name(world: World) -> None:
    user_id = await added(world)
    await world.handlers.suspend(user_id, replace(by(f"user:{USER}"), client=HERE))
    kept = world.store.log[-1].meta.client
    assert kept is not None
    assert HERE.address not in kept
    await world.store.keyring.shred(USER)
    life = (await world.built.histories.of_user(TENANT, user_id, 50)).items[0]
    assert life.client is None
    # Who was forgotten may still be at work for a moment; what they do is kept, from where is not.
    await world.handlers.reinstate(user_id, replace(by(f"user:{USER}"), client=HERE))
    assert world.store.log[-1].meta.client is None


async def test_m10_the_history_of_group_and_policy_too(world: World) -> None:
    group_id = await a_group(world)
    await world.groups.change(group_id, "大阪", "本社", by(), None)
    await world.built.policy.change(Policy(session_idle_minutes=15), None, by(), 0)
    found = (await world.built.histories.of_group(TENANT, group_id, 50)).items
    changed = [(one.field, one.old, one.new) for one in found]
    assert changed[:2] == [("name", "東京", "大阪"), ("description", None, "本社")]
    (minutes,) = (await world.built.histories.of_policy(TENANT, 50)).items
    assert (minutes.field, minutes.old, minutes.new) == ("sessionIdleMinutes", "30", "15")
    assert (await world.built.histories.of_policy(OTHER, 50)).items == []


async def test_m10_who_joined_a_group_stands_in_its_history_by_name(world: World) -> None:
    group_id = await a_group(world)
    world.records.joined = [
        Moment(
            at=AT + timedelta(hours=hour),
            stream_id=USER,
            version=hour,
            actor=f"user:{USER}",
            cause=None,
            correlation_id=UUID(int=9),
            fact="portal.user.joined-group.v1",
            client=None,
            fields=[Field(name="members", old=None, new=f"user:{USER}")],
        )
        for hour in (2, 1)
    ]
    found = (await world.built.histories.of_group(TENANT, group_id, 50)).items
    assert [(one.field, one.new) for one in found[:2]] == [("members", "佐藤 花子")] * 2
    assert found[2].field == "life"


async def test_m10_a_history_is_read_page_by_page_and_no_fact_is_torn(world: World) -> None:
    user_id = await added(world)
    for number in range(5):
        await world.handlers.change(user_id, Changes(profile={"title": f"{number}", "comment": f"{number}"}), by())
    whole = (await world.built.histories.of_user(TENANT, user_id, 50)).items
    read: list[Change] = []
    cursor: str | None = None
    while True:
        page = await world.built.histories.of_user(TENANT, user_id, 2, cursor)
        assert len(page.items) == 4 or page.next_cursor is None
        read += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert read == list(whole)


async def test_m10_a_cursor_of_another_history_is_refused(world: World) -> None:
    user_id, other = await added(world), await added(world, replace(FORM, email="saburo@example.jp"))
    await world.handlers.suspend(user_id, by())
    histories = world.built.histories
    cursor = (await histories.of_user(TENANT, user_id, 1)).next_cursor
    assert cursor is not None
    for look in (
        histories.of_user(TENANT, other, 1, cursor),
        histories.of_policy(OTHER, 1, cursor),
        histories.of_user(TENANT, user_id, 1, "made-up"),
    ):
        with pytest.raises(CursorUnreadable):
            await look


def registered(**changes: Any) -> Registered:
    who = Registered(
        user_id=USER,
        name="佐藤 花子",
        email="hanako.sato@example.co.jp",
        role=Role.GENERAL_USER,
        origin=Origin.ADMINISTRATOR,
        registered_at=AT,
        actor=f"user:{USER}",
        link_sent_at=AT,
        link_expires_at=AT + timedelta(hours=72),
        activated_at=None,
        suspended=False,
        deleted=False,
    )
    return replace(who, **changes)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, LinkState.WAITING),
        ({"link_expires_at": AT}, LinkState.EXPIRED),
        ({"activated_at": AT}, LinkState.ACTIVATED),
        ({"suspended": True}, LinkState.NOT_SENT),
        ({"link_sent_at": None, "link_expires_at": None}, LinkState.NOT_SENT),
        ({"deleted": True, "activated_at": AT}, LinkState.DELETED),
    ],
)
def test_d3_m2_how_far_a_registered_person_has_come(changes: dict[str, Any], state: LinkState) -> None:
    assert registered(**changes).state(AT) is state


async def test_m10_registrations_say_by_whom_and_are_read_page_by_page(world: World) -> None:
    several = [registered(user_id=uuid4(), registered_at=AT - timedelta(hours=hour)) for hour in range(5)]
    world.records.registered = several
    read: list[Registration] = []
    cursor: str | None = None
    while True:
        page = await world.built.registrations.page(TENANT, None, 2, cursor)
        read += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [one.who for one in read] == several
    assert {one.by for one in read} == {"佐藤 花子"}
    first = await world.built.registrations.page(TENANT, None, 2)
    with pytest.raises(CursorUnreadable):
        await world.built.registrations.page(TENANT, LinkState.EXPIRED, 2, first.next_cursor)
