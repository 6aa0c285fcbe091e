"""The address of a calendar: random, one at a time, taken back at once, nowhere in the log."""

import asyncio
from uuid import UUID

import pytest

from services.contracts.domain.errors import CalendarEnded, CalendarUnknown
from tests.unit.contracts.samples import TENANT
from tests.unit.contracts.world import World, by

USER, WISH = UUID(int=70), UUID(int=71)


async def test_n8_a_calendar_opens_for_who_holds_its_secret(world: World) -> None:
    secret, _ = await world.built.calendars.issue(USER, by()(TENANT))
    opened = await world.built.calendars.open(secret)
    assert (opened.user_id, opened.tenant_id) == (USER, TENANT)
    assert len(secret) >= 40
    assert secret not in repr(world.store.log)
    assert secret.encode() not in world.secrets.kept


async def test_n8_a_new_secret_takes_the_place_of_the_old_one(world: World) -> None:
    old, _ = await world.built.calendars.issue(USER, by()(TENANT))
    new, _ = await world.built.calendars.issue(USER, by()(TENANT))
    with pytest.raises(CalendarUnknown):
        await world.built.calendars.open(old)
    assert (await world.built.calendars.open(new)).user_id == USER


async def test_n8_a_secret_that_was_taken_back_opens_nothing(world: World) -> None:
    secret, _ = await world.built.calendars.issue(USER, by()(TENANT))
    assert await world.built.calendars.has(USER)
    await world.built.calendars.revoke(USER, by()(TENANT))
    await world.built.calendars.revoke(USER, by()(TENANT))
    assert not await world.built.calendars.has(USER)
    for one in (secret, "made up"):
        with pytest.raises(CalendarUnknown):
            await world.built.calendars.open(one)
    assert world.kinds() == ["CalendarIssued", "CalendarRevoked"]


async def test_m7_the_same_wish_is_told_the_same_calendar_and_keeps_nothing_more(world: World) -> None:
    wish = by(WISH, b"body")(TENANT)
    first, _ = await world.built.calendars.issue(USER, wish)
    again, done = await world.built.calendars.issue(USER, wish)
    assert (again, done.duplicate) == (first, True)
    assert (await world.built.calendars.open(first)).user_id == USER
    assert world.kinds() == ["CalendarIssued"]
    assert len(world.secrets.kept) == 1


async def test_m7_the_same_wish_twice_at_once_is_told_one_calendar(world: World) -> None:
    wish = by(WISH, b"body")(TENANT)
    told = await asyncio.gather(*(world.built.calendars.issue(USER, wish) for _ in range(2)))
    assert len({secret for secret, _ in told}) == 1
    assert (await world.built.calendars.open(told[0][0])).user_id == USER


async def test_m7_a_wish_whose_calendar_ended_is_not_told_its_address_again(world: World) -> None:
    wish = by(WISH, b"body")(TENANT)
    await world.built.calendars.issue(USER, wish)
    await world.built.calendars.revoke(USER, by()(TENANT))
    with pytest.raises(CalendarEnded):
        await world.built.calendars.issue(USER, wish)
    assert not await world.built.calendars.has(USER)
    assert not world.secrets.kept


async def test_m7_a_wish_whose_calendar_was_replaced_leaves_the_new_one_alone(world: World) -> None:
    wish = by(WISH, b"body")(TENANT)
    await world.built.calendars.issue(USER, wish)
    new, _ = await world.built.calendars.issue(USER, by()(TENANT))
    with pytest.raises(CalendarEnded):
        await world.built.calendars.issue(USER, wish)
    assert (await world.built.calendars.open(new)).user_id == USER
