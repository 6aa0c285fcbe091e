"""Many people at once over the public API: passed on in steps, refused row by row (S24 to S35, M6)."""

import json
from typing import Any

from services.users.application.importing import AN_HOUR, UNMAILED
from services.users.domain.errors import TooManyImported
from tests.unit.gateway.asking import ADMINISTRATOR, PEOPLE, Somebody, fresh_world, portal, send
from tests.unit.gateway.bodies import USER_FIELDS
from tests.unit.gateway.fakes import GROUP
from tests.unit.gateway.fakes_people import NAMELESS
from tests.unit.gateway.world import World

TABLE = (
    "\ufeffemail,name,title,phoneNumber,mailLanguage,timezone,secondFactor,role,groupIds\r\n"
    f"jiro@example.jp,鈴木 次郎,,03-1234-5678,ja,Asia/Tokyo,TOTP,GENERAL_USER,{GROUP}\r\n"
    "saburo@example.jp,,,03-1234-5679,ja,Asia/Tokyo,TOTP,GENERAL_USER,\r\n"
)


async def post(world: World, body: str, kind: str, query: str = "", who: Somebody = ADMINISTRATOR) -> Any:
    who.come(world)
    headers = {"idempotency-key": "key-1", "content-type": kind} | who.headers
    return await send(portal(world), "POST", "/api/v1/user-imports", query, headers, body.encode())


async def test_s24_a_table_is_taken_row_by_row_and_each_refusal_names_its_fields() -> None:
    world = fresh_world()
    told = await post(world, TABLE, "text/csv")
    assert (told.status, told.json["added"], told.json["refused"]) == (200, 1, 1)
    assert told.json["rows"] == [{"row": 2, "code": "invalid", "errors": [NAMELESS]}]
    ((_, (rows, invited), _),) = [call for call in world.directory.calls if call[0] == "import_people"]
    assert invited
    assert rows[0]["groupIds"] == [str(GROUP)]
    assert "title" not in rows[0]


async def test_m6_many_go_in_steps_each_under_a_key_of_its_own_and_links_can_wait() -> None:
    world = fresh_world()
    rows = [USER_FIELDS | {"email": f"p{number}@example.jp"} for number in range(450)]
    rows[401] = {"email": "nameless@example.jp"}
    told = await post(world, json.dumps({"rows": rows}), "application/json", "activation=later")
    assert (told.json["added"], told.json["rows"]) == (449, [{"row": 402, "code": "invalid", "errors": [NAMELESS]}])
    calls = [call for call in world.directory.calls if call[0] == "import_people"]
    assert [(len(what[0]), what[1], asked.key) for _, what, asked in calls] == [
        (200, False, "key-1"),
        (200, False, "key-1/200"),
        (50, False, "key-1/400"),
    ]


async def test_m6_whoever_imports_too_many_is_told_when_to_come_again_and_how_many_are_allowed() -> None:
    world = fresh_world()
    world.directory.refusal = TooManyImported(retry_after=420)
    told = await post(world, TABLE, "text/csv")
    assert (told.status, told.json["code"], told.headers["retry-after"]) == (429, "too-many-imported", "420")
    document = await send(portal(world), "GET", "/api/v1/openapi.json", "", ADMINISTRATOR.headers, b"")
    described = document.json["paths"]["/api/v1/user-imports"]["post"]
    assert "429" in described["responses"]
    assert f"{AN_HOUR:,} people an hour" in described["description"]
    assert f"{UNMAILED:,} who were never mailed" in described["description"]


async def test_only_administrators_import() -> None:
    told = await post(fresh_world(), TABLE, "text/csv", who=PEOPLE["general user"])
    assert told.status == 403


async def test_what_is_no_table_is_refused_as_a_whole() -> None:
    for body, kind in ((",", "text/csv"), ("{}", "application/json"), ("[", "application/json")):
        assert (await post(fresh_world(), body, kind)).status == 422
