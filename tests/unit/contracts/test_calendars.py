"""The address of a calendar: random, one at a time, taken back at once, nowhere in the log."""

from uuid import UUID

import pytest

from services.contracts.domain.errors import CalendarUnknown
from tests.unit.contracts.samples import TENANT
from tests.unit.contracts.world import World, by

USER = UUID(int=70)


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
