"""What a person might do at a moment, against a telling that begins from nothing; what changed, by whom and why."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.users.application.errors import CursorUnreadable
from services.users.application.history import Change, Window
from services.users.application.lookback import PersonThen
from services.users.domain.commands import Changes
from services.users.domain.errors import GroupUnknown, UserUnknown
from services.users.domain.permission import Action, Permission
from tests.unit.users.lives import Told, lived, might
from tests.unit.users.samples import AT, OTHER, TENANT, USER
from tests.unit.users.test_administering import FORM, a_group, added
from tests.unit.users.world import World, by

PAIRS, STEPS = 1000, 700
SEEN = Permission(service_name="smart-pbx", actions=(Action.VIEW,))
NOTED = Permission(service_name="smart-pbx", contract_id=UUID(int=501), actions=(Action.VIEW, Action.EDIT))
HOUR = timedelta(hours=1)


def told(then: PersonThen) -> Told:
    """Return what is told of a person, in the words of the telling that it is compared with."""
    return {
        "life": then.life.name,
        "role": then.role,
        "groups": {one.name for one in then.groups},
        "may": {(one.contract_id, action) for one in then.permissions for action in one.actions},
    }


async def test_sh4_a_thousand_random_moments_of_people_equal_a_fold_from_nothing(world: World) -> None:
    chance = random.Random(20261127)  # noqa: S311 - the same past in every run
    company = await lived(
        world.built, chance, STEPS, lambda: world.clock.advance(timedelta(minutes=chance.randrange(1, 60)))
    )
    log, whole = world.store.log, world.clock.at - AT
    met = set()
    for _ in range(PAIRS):
        who, at = chance.choice(company.people), AT + whole * chance.random()
        expected = might(log, who, at)
        try:
            found: Told | None = told(await world.built.lookback.person(TENANT, who, at))
        except UserUnknown:
            found = None
        assert found == expected
        met |= {None} if expected is None else {expected["life"], bool(expected["may"])}
    assert met == {None, "REGISTERED", "SUSPENDED", "DELETED", True, False}


async def test_sh4_what_changed_of_access_says_who_did_it_and_why(world: World) -> None:
    group_id, user_id, admin = await a_group(world), await added(world), f"user:{USER}"
    world.clock.advance(HOUR)
    await world.groups.permit(group_id, (SEEN,), by(admin), None)
    world.clock.advance(HOUR)
    await world.handlers.change(
        user_id, Changes(profile={}, group_ids=(group_id,)), replace(by(admin), causation_id="some/1")
    )
    world.clock.advance(HOUR)
    await world.groups.permit(group_id, (SEEN, NOTED), by(admin), None)
    world.clock.advance(HOUR)
    await world.handlers.suspend(user_id, by("service:users"))
    lookback, whole = world.built.lookback, Window(since=AT, until=AT + 4 * HOUR)
    found = (await lookback.changes(TENANT, user_id, 50, None, whole)).items
    noted = f"smart-pbx: VIEW; smart-pbx {UUID(int=501)}: VIEW, EDIT"
    assert [(one.field, one.old, one.new, one.by) for one in found] == [
        ("life", "REGISTERED", "SUSPENDED", "service:users"),
        ("permissions", "smart-pbx: VIEW", noted, "佐藤 花子"),
        ("groups", None, "東京", "佐藤 花子"),
        ("permissions", None, "smart-pbx: VIEW", "佐藤 花子"),
    ]
    assert (found[3].cause, found[1].fact) == ("some/1", "portal.group.permitted.v1")
    middle = await lookback.changes(TENANT, user_id, 50, None, Window(since=AT + 2 * HOUR, until=AT + 3 * HOUR))
    assert [one.new for one in middle.items] == [noted]


async def test_sh4_what_a_group_permits_before_somebody_joins_is_no_change_of_theirs(world: World) -> None:
    group_id, user_id = await a_group(world), await added(world)
    await world.handlers.change(user_id, Changes(profile={}, group_ids=(group_id,)), by())
    await world.handlers.change(user_id, Changes(profile={}, group_ids=()), by())
    world.clock.advance(HOUR)
    await world.groups.permit(group_id, (SEEN,), by(), None)
    assert (await world.built.lookback.changes(TENANT, user_id, 50, None, Window(since=AT))).items == []


async def test_sh4_what_changed_of_access_is_read_page_by_page_and_no_fact_is_torn(world: World) -> None:
    group_id, user_id, lookback = await a_group(world), await added(world), world.built.lookback
    for number in range(6):
        # All in one instant: only the log says in which order.
        await world.groups.permit(group_id, (SEEN,) if number % 2 else (SEEN, NOTED), by(), None)
        await world.handlers.change(user_id, Changes(profile={}, group_ids=() if number % 2 else (group_id,)), by())
    whole = (await lookback.changes(TENANT, user_id, 50)).items
    read: list[Change] = []
    cursor: str | None = None
    while True:
        page = await lookback.changes(TENANT, user_id, 2, cursor)
        assert len({(one.correlation_id, one.fact) for one in page.items}) <= 2
        read += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
        await world.handlers.suspend(user_id, by())
        await world.handlers.reinstate(user_id, by())
    assert read == list(whole), "what happens while somebody reads is not in the pages behind"


async def test_sh4_a_cursor_of_anothers_changes_is_refused(world: World) -> None:
    user_id, other = await added(world), await added(world, replace(FORM, email="saburo@example.jp"))
    await world.handlers.suspend(user_id, by())
    lookback = world.built.lookback
    cursor = (await lookback.changes(TENANT, user_id, 1)).next_cursor
    of_history = (await world.built.histories.of_user(TENANT, user_id, 1)).next_cursor
    assert cursor
    assert of_history
    for look in (
        lookback.changes(TENANT, other, 1, cursor),
        lookback.changes(TENANT, user_id, 1, of_history),
        lookback.changes(TENANT, user_id, 1, "made-up"),
        lookback.changes(TENANT, user_id, 1, ("A" if cursor[0] != "A" else "B") + cursor[1:]),
    ):
        with pytest.raises(CursorUnreadable):
            await look


async def test_sh4_a_group_as_it_was_and_who_was_in_it_page_by_page(world: World) -> None:
    group_id = await a_group(world)
    world.clock.advance(HOUR)
    await world.groups.change(group_id, "大阪", None, by(), None)
    await world.groups.permit(group_id, (SEEN,), by(), None)
    world.records.then = [UUID(int=number) for number in range(100, 105)]
    before = await world.built.lookback.group(TENANT, group_id, AT, 10)
    assert (before.group.name, before.group.permissions) == ("東京", ())
    first = await world.built.lookback.group(TENANT, group_id, AT + HOUR, 3)
    assert (first.group.name, first.group.permissions) == ("大阪", (SEEN,))
    second = await world.built.lookback.group(TENANT, group_id, AT + HOUR, 3, first.next_cursor)
    assert [one.user_id for one in (*first.members, *second.members)] == world.records.then
    assert (second.next_cursor, first.members[0].name) == (None, "佐藤 花子")


async def test_sh4_what_was_not_there_yet_or_any_more_is_unknown(world: World) -> None:
    group_id, user_id = await a_group(world), await added(world)
    world.clock.advance(HOUR)
    await world.groups.delete(group_id, by(), None)
    lookback, before = world.built.lookback, AT - HOUR
    for look in (lookback.person(TENANT, user_id, before), lookback.person(TENANT, group_id, AT)):
        with pytest.raises(UserUnknown):
            await look
    for gone in (
        lookback.group(TENANT, group_id, before, 10),
        lookback.group(TENANT, group_id, AT + HOUR, 10),
        lookback.group(TENANT, user_id, AT, 10),
    ):
        with pytest.raises(GroupUnknown):
            await gone


async def test_sh4_the_past_of_another_companys_people_and_groups_is_as_unknown_as_none(world: World) -> None:
    group_id, user_id = await a_group(world), await added(world)
    with pytest.raises(UserUnknown):
        await world.built.lookback.person(OTHER, user_id, AT)
    with pytest.raises(UserUnknown):
        await world.built.lookback.changes(OTHER, user_id, 50)
    with pytest.raises(GroupUnknown):
        await world.built.lookback.group(OTHER, group_id, AT, 10)


async def test_sh4_a_history_of_the_time_between_two_moments(world: World) -> None:
    group_id, user_id = await a_group(world), await added(world)
    for hour in range(1, 6):
        world.clock.advance(HOUR)
        await world.handlers.change(user_id, Changes(profile={"title": f"{hour}"}), by())
        await world.groups.change(group_id, f"{hour}", None, by(), None)
    within = Window(since=AT + 2 * HOUR, until=AT + 4 * HOUR)
    histories = world.built.histories
    assert [one.new for one in (await histories.of_user(TENANT, user_id, 50, None, within)).items] == ["4", "3"]
    first = await histories.of_group(TENANT, group_id, 1, None, within)
    second = await histories.of_group(TENANT, group_id, 1, first.next_cursor, within)
    assert [one.new for one in (*first.items, *second.items)] == ["4", "3"]
    assert second.next_cursor is None
