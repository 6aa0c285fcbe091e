"""What operators did and whom the console refused, as JSON; and how a refusal comes to be noted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.application.ops_deeds import REMEMBERED, Seldom
from tests.unit.gateway.asking import PEOPLE, Somebody, Told, ask, fresh_world
from tests.unit.gateway.described import operations
from tests.unit.gateway.fakes import NOW, TENANT, USER
from tests.unit.gateway.fakes_ops import PARKED, READER
from tests.unit.gateway.fakes_ops_deeds import deed, refusal
from tests.unit.gateway.reading import person
from tests.unit.gateway.samples_people import STRANGER
from tests.unit.gateway.world import World

ALL = {one.id: one for one in operations() if one.id.startswith("ops")}
OPS, LOOKS, ADMINISTRATOR = PEOPLE["ops"], PEOPLE["ops viewer"], PEOPLE["administrator"]


@pytest.fixture
def world() -> World:
    made = fresh_world()
    OPS.come(made)
    return made


async def say(world: World, name: str = "opsDeeds", who: Somebody = OPS, **query: str) -> Told:
    return await ask(world, who, ALL[name], query=query)


async def test_o1_deeds_say_who_what_why_and_when_and_refusals_who_asked_for_what(world: World) -> None:
    refused, done = (await say(world)).json["items"]
    assert (done["userId"], done["what"], done["reason"], done["refused"]) == (
        str(USER),
        "DISCARD",
        "a test order 1",
        False,
    )
    assert (done["consumer"], done["error"], done["streams"]) == (READER, "Unreadable", [str(PARKED)])
    assert done["at"].startswith("2026")
    assert done["name"], "an operator is called by name"
    assert (refused["what"], refused["refused"], refused["companyId"]) == ("opsStreams", True, str(TENANT))


async def test_v9_a_companys_people_are_told_by_their_ids_alone(world: World) -> None:
    world.deed_book.kept = [refusal(3)]
    (one,) = (await say(world)).json["items"]
    assert (one["userId"], one["name"]) == (str(STRANGER), "")


async def test_o1_deeds_are_told_newest_first_and_go_on_behind_their_cursor(world: World) -> None:
    world.deed_book.kept = [deed(number) for number in range(5, 0, -1)]
    seen: list[int] = []
    query: dict[str, str] = {}
    for _ in range(3):
        page = (await say(world, limit="2", **query)).json
        seen += [one["position"] for one in page["items"]]
        query = {"cursor": page["nextCursor"]}
    assert (seen, page["nextCursor"]) == ([5, 4, 3, 2, 1], None)


@pytest.mark.parametrize("cursor", ["x", "WyIxIiwgIngiXQ", "WyItMSIsICIiXQ", "WyIxLjUiLCAiIl0"])
async def test_a_cursor_that_is_none_of_ours_is_refused(world: World, cursor: str) -> None:
    told = await say(world, cursor=cursor)
    assert (told.status, told.code) == (422, "cursor-unreadable")


async def test_o1_who_may_only_look_sees_them_too() -> None:
    world = fresh_world()
    LOOKS.come(world)
    assert (await say(world, who=LOOKS)).status == 200


async def test_o1_who_is_refused_is_noted_with_what_they_asked_for_under_a_key_of_ours() -> None:
    world = fresh_world()
    ADMINISTRATOR.come(world)
    assert (await say(world, "opsRetry", who=ADMINISTRATOR)).status == 403
    ((who, tenant, operation, key),) = world.deed_book.noted
    assert (who, tenant, operation) == (USER, TENANT, "opsRetry")
    assert key != "key-1", "who is refused chooses no key under which nothing is noted"


async def test_o1_who_opens_the_page_is_noted_as_well() -> None:
    world = fresh_world()
    ADMINISTRATOR.come(world)
    async with person(world) as http:
        http.headers["cookie"] = ADMINISTRATOR.headers["cookie"]
        assert (await http.get("/ops")).status_code == 403
    assert [one[2] for one in world.deed_book.noted] == ["opsStreams"]


async def test_o1_one_refusal_an_hour_of_each_person_is_noted_however_often_they_try() -> None:
    world = fresh_world()
    ADMINISTRATOR.come(world)
    for name in ("opsStreams", "opsParked", "opsDiscard", "opsStreams"):
        assert (await say(world, name, who=ADMINISTRATOR)).status == 403
    assert len(world.deed_book.noted) == 1
    assert not world.journeys.ops_deeds.seldom.turn(USER, NOW + timedelta(minutes=59))
    assert world.journeys.ops_deeds.seldom.turn(USER, NOW + timedelta(hours=2))


async def test_o1_where_a_refusal_cannot_be_noted_it_is_one_all_the_same_and_the_next_is_noted() -> None:
    world = fresh_world()
    ADMINISTRATOR.come(world)
    world.deed_book.away = True
    assert (await say(world, "opsStreams", who=ADMINISTRATOR)).status == 403
    world.deed_book.away = False
    assert (await say(world, "opsStreams", who=ADMINISTRATOR)).status == 403
    assert len(world.deed_book.noted) == 1


async def test_what_a_company_refuses_its_own_people_is_no_matter_of_the_console() -> None:
    world = fresh_world()
    who = PEOPLE["general user"]
    who.come(world)
    users = next(one for one in operations() if one.id == "users")
    assert (await ask(world, who, users)).status == 403
    assert world.deed_book.noted == []


def test_o1_a_process_remembers_a_bounded_number_of_people() -> None:
    seldom, someone = Seldom(), replace(deed(1)).stream_id
    assert seldom.turn(someone, NOW)
    others: list[Any] = [deed(number + 2).stream_id for number in range(REMEMBERED)]
    assert all(seldom.turn(one, NOW) for one in others)
    assert seldom.turn(someone, NOW), "who was noted longest ago is forgotten first"
