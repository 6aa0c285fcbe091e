"""Cursors lead forth and back, each in its own direction and for its own list alone."""

import pytest

from services.users.application.directory import Order, PeopleWanted
from services.users.application.errors import CursorUnreadable
from services.users.application.looking import BACK
from tests.unit.users.samples import OTHER, TENANT
from tests.unit.users.test_users_http import entry
from tests.unit.users.world import World


async def test_m5_the_first_part_leads_on_and_a_middle_one_both_ways(world: World) -> None:
    world.directory.found = [entry(number) for number in range(1, 5)]
    first = await world.built.looking.people(TENANT, PeopleWanted(), 3, None)
    assert (first.previous_cursor, bool(first.next_cursor)) == (None, True)
    middle = await world.built.looking.people(TENANT, PeopleWanted(), 3, first.next_cursor)
    assert middle.previous_cursor
    assert middle.next_cursor
    back = await world.built.looking.people(TENANT, PeopleWanted(), 3, middle.previous_cursor)
    assert [one.user_id.int for one in back.items] == [2, 3, 4]
    assert back.next_cursor


async def test_a7_a_cursor_is_not_turned_round_nor_used_elsewhere(world: World) -> None:
    world.directory.found = [entry(number) for number in range(1, 5)]
    looking = world.built.looking
    forth = (await looking.people(TENANT, PeopleWanted(), 3, None)).next_cursor
    back = (await looking.people(TENANT, PeopleWanted(), 3, forth)).previous_cursor
    assert forth
    assert back
    for tenant, wanted, cursor in (
        (TENANT, PeopleWanted(), BACK + forth),
        (TENANT, PeopleWanted(), back.removeprefix(BACK)),
        (OTHER, PeopleWanted(), back),
        (TENANT, PeopleWanted(order=Order.DESC), back),
        (TENANT, PeopleWanted(), BACK),
        (TENANT, PeopleWanted(), f"{BACK}made-up"),
    ):
        with pytest.raises(CursorUnreadable):
            await looking.people(tenant, wanted, 3, cursor)
