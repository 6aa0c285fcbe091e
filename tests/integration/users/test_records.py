"""Registrations and memberships over time, folded from real logs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kernel.domain.context import Client
from services.users.application.registered import LinkState
from services.users.domain.commands import Changes
from services.users.domain.events import Role
from tests.integration.contracts.real_log import RealLog
from tests.integration.users.lists import Lists, lists_of
from tests.unit.users.samples import OTHER, TENANT
from tests.unit.users.test_administering import FORM
from tests.unit.users.world import by

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SOON = datetime.now(UTC) + timedelta(days=1)


async def administrator(lists: Lists) -> UUID:
    """Make somebody who registers others; nobody registered them."""
    form = replace(FORM, name="管理者", email="admin@example.jp", role=Role.PORTAL_ADMIN)
    return (await lists.built.users.add(form, (), by())).stream_id


async def person(lists: Lists, admin: UUID, number: int, *group_ids: UUID) -> UUID:
    form = replace(FORM, name=f"人 {number}", email=f"person{number}@example.jp")
    return (await lists.built.users.add(form, group_ids, by(f"user:{admin}"))).stream_id


async def test_d3_m2_registrations_say_by_whom_and_how_far_they_have_come(lists: Lists) -> None:
    admin = await administrator(lists)
    several = [await person(lists, admin, number) for number in range(5)]
    await lists.settled()
    waiting, expired, activated, deleted, unsent = several
    await lists.tell("credential.activation-issued", waiting, at=SOON)
    await lists.tell("credential.activation-issued", expired, at=LONG_AGO)
    await lists.tell("credential.activation-issued", activated, at=LONG_AGO)
    await lists.tell("credential.activated", activated)
    await lists.built.users.delete(deleted, by(f"user:{admin}"))
    await lists.settled()
    found = {
        state: [one.who.user_id for one in (await lists.built.registrations.page(TENANT, state, 50)).items]
        for state in LinkState
    }
    assert found == {
        LinkState.WAITING: [waiting],
        LinkState.EXPIRED: [expired],
        LinkState.ACTIVATED: [activated],
        LinkState.DELETED: [deleted],
        LinkState.NOT_SENT: [unsent, admin],
    }
    every = (await lists.built.registrations.page(TENANT, None, 50)).items
    assert [one.who.user_id for one in every] == [*several[::-1], admin]
    assert [one.by for one in every] == ["管理者"] * 5 + ["service:users"]
    gone = next(one for one in every if one.state is LinkState.DELETED)
    assert (gone.who.name, gone.who.email) == ("", "")
    assert (await lists.built.registrations.page(OTHER, None, 50)).items == ()


async def test_m10_registrations_are_read_page_by_page(lists: Lists) -> None:
    admin = await administrator(lists)
    several = [await person(lists, admin, number) for number in range(7)]
    await lists.settled()
    read: list[UUID] = []
    cursor: str | None = None
    while True:
        page = await lists.built.registrations.page(TENANT, None, 3, cursor)
        read += [one.who.user_id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert read == [*several[::-1], admin]


async def test_a_late_link_does_not_take_the_place_of_a_newer_one(lists: Lists) -> None:
    admin = await administrator(lists)
    one = await person(lists, admin, 1)
    await lists.tell("credential.activation-issued", one, at=SOON)
    await lists.tell("credential.activation-issued", one, at=LONG_AGO)
    await lists.settled()
    (row,) = (await lists.built.registrations.page(TENANT, LinkState.WAITING, 50)).items
    assert row.who.link_sent_at == SOON


async def test_m10_a_groups_history_holds_who_joined_and_left_it_and_when_it_changed(lists: Lists) -> None:
    built = lists.built
    admin = await administrator(lists)
    group_id = (await built.groups.create("東京", "", by(f"user:{admin}"))).stream_id
    joined = await person(lists, admin, 1, group_id)
    gone = await person(lists, admin, 2, group_id)
    await built.groups.change(group_id, "大阪", None, by(f"user:{admin}"), None)
    here = Client(address="192.0.2.7", agent="Firefox")
    await built.users.change(joined, Changes(profile={}, group_ids=()), replace(by(f"user:{admin}"), client=here))
    await built.users.delete(gone, by(f"user:{admin}"))
    await lists.settled()
    page = await built.histories.of_group(TENANT, group_id, 50)
    told = [(one.field, one.old, one.new) for one in page.items if one.field in ("members", "name")]
    assert told == [
        ("members", f"user:{gone}", None),
        ("members", "人 1", None),
        ("name", "東京", "大阪"),
        ("members", None, f"user:{gone}"),
        ("members", None, "人 1"),
        ("name", None, "東京"),
    ]
    assert {one.by for one in page.items} == {"管理者"}
    assert [one.client for one in page.items if one.old == "人 1"] == [here]
    read: list[object] = []
    cursor: str | None = None
    while True:
        part = await built.histories.of_group(TENANT, group_id, 1, cursor)
        read += part.items
        cursor = part.next_cursor
        if cursor is None:
            break
    assert read == list(page.items)


async def test_m8_what_was_kept_is_the_same_when_it_is_made_anew(log: RealLog) -> None:
    async with lists_of(log) as lists:
        admin = await administrator(lists)
        group_id = (await lists.built.groups.create("東京", "", by())).stream_id
        for number in range(3):
            await person(lists, admin, number, group_id)
        await lists.settled()
        before = await lists.everything()
    await log.database.pool.execute(
        "DELETE FROM rm.person; DELETE FROM rm.membership; DELETE FROM rm.membership_change; DELETE FROM rm.team"
    )
    await log.forget_place()
    async with lists_of(log) as lists:
        await lists.settled()
        assert await lists.everything() == before
