"""Many people in one call: who is fine becomes a user, who is not is refused alone (S24 to S35, M6)."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.users.application.importing import LATER_SECONDS, UNMAILED
from services.users.domain.events import UserRegistered
from tests.unit.users.samples import AT, OTHER
from tests.unit.users.test_users_http import FORM, bearer, http, key  # noqa: F401 - a fixture
from tests.unit.users.world import World


def rows(count: int) -> list[dict[str, Any]]:
    return [FORM | {"email": f"person{number}@example.jp"} for number in range(count)]


async def sent(client: httpx.AsyncClient, people: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    answer = await client.post("/users/import", json={"rows": people, **more.get("body", {})}, headers=more["headers"])
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def registered(world: World) -> list[UserRegistered]:
    return world.facts(UserRegistered)


async def test_s25_a_row_with_bad_fields_is_refused_with_all_of_them(http: httpx.AsyncClient, world: World) -> None:  # noqa: F811
    people = rows(3)
    people[1] |= {"email": "nowhere", "phoneNumber": "call me", "role": "KING"}
    told = await sent(http, people, headers=key())
    assert [one["code"] for one in told] == [None, "invalid", None]
    assert {one["pointer"] for one in told[1]["errors"]} == {"/email", "/phoneNumber", "/role"}
    assert [one.email for one in registered(world)] == ["person0@example.jp", "person2@example.jp"]


async def test_a11_a_row_with_half_a_character_or_an_unseen_name_is_refused_alone(
    http: httpx.AsyncClient,  # noqa: F811
    world: World,
) -> None:
    people = rows(4)
    people[0]["name"], people[1]["name"], people[2]["title"] = "\ud800", "\u200b\u3164", "課\u2028長"
    body = json.dumps({"rows": people})
    answer = await http.post("/users/import", content=body, headers=key() | {"content-type": "application/json"})
    said = [[(one["pointer"], one["code"]) for one in row["errors"] or ()] for row in answer.json()["rows"]]
    assert said == [[("/name", "malformed")], [("/name", "too-short")], [("/title", "control-character")], []]
    assert [one.email for one in registered(world)] == ["person3@example.jp"]


async def test_m6_the_beginning_of_a_phone_number_is_nobodys_number(http: httpx.AsyncClient, world: World) -> None:  # noqa: F811
    masked = {"phoneNumber": "090*****", "mobilePhoneNumber": "+81*****"}
    (told,) = await sent(http, [rows(1)[0] | masked], headers=key())
    said = {one["pointer"]: one["code"] for one in told["errors"]}
    assert said == {"/phoneNumber": "masked", "/mobilePhoneNumber": "masked"}
    assert not registered(world)


async def test_s35_a_row_may_have_a_comment_of_lines(http: httpx.AsyncClient, world: World) -> None:  # noqa: F811
    (told,) = await sent(http, [rows(1)[0] | {"comment": "一\r\n二"}], headers=key())
    assert told["code"] is None
    assert [one.comment for one in registered(world)] == ["一\n二"]


async def test_s26_an_address_that_stands_twice_makes_one_user(http: httpx.AsyncClient, world: World) -> None:  # noqa: F811
    told = await sent(http, [*rows(2), *rows(1)], headers=key())
    assert [one["code"] for one in told] == [None, None, "email-taken"]
    assert len(registered(world)) == 2


async def test_m7_sent_again_under_its_key_it_changes_nothing(http: httpx.AsyncClient, world: World) -> None:  # noqa: F811
    same = key()
    first = await sent(http, rows(3), headers=same)
    assert await sent(http, rows(3), headers=same) == first
    assert len(registered(world)) == 3


async def test_m7_sent_again_after_a_group_is_gone_it_says_what_was_done(http: httpx.AsyncClient) -> None:  # noqa: F811
    made = (await http.post("/groups", json={"name": "東京"}, headers=key())).json()
    people, same = [rows(1)[0] | {"groupIds": [made["groupId"]]}], key()
    first = await sent(http, people, headers=same)
    gone = await http.delete(f"/groups/{made['groupId']}", headers={**key(), "If-Match": f'"{made["version"]}"'})
    assert gone.status_code < 300
    assert await sent(http, people, headers=same) == first
    assert [one["code"] for one in await sent(http, people, headers=key())] == ["invalid"]


async def test_v8_a_group_of_another_tenant_is_unknown(http: httpx.AsyncClient, world: World) -> None:  # noqa: F811
    theirs = bearer("users:admin", tenant_id=OTHER)
    made = await http.post("/groups", json={"name": "東京"}, headers={**key(), **theirs})
    people = [rows(1)[0] | {"groupIds": [made.json()["groupId"], str(uuid4())]}]
    (told,) = await sent(http, people, headers=key())
    assert [one["pointer"] for one in told["errors"]] == ["/groupIds/0", "/groupIds/1"]
    assert not registered(world)


@pytest.mark.parametrize("invited", [True, False])
async def test_m6_links_go_out_at_once_or_later(http: httpx.AsyncClient, world: World, *, invited: bool) -> None:  # noqa: F811
    await sent(http, rows(2), headers=key(), body={"invited": invited})
    assert [one.invited for one in registered(world)] == [invited, invited]


async def test_m6_a_dry_run_says_what_would_come_of_each_row_and_registers_nobody(
    http: httpx.AsyncClient,  # noqa: F811
    world: World,
) -> None:
    await sent(http, rows(1), headers=key())
    people = [*rows(3), rows(3)[2] | {"email": "PERSON2@example.jp"}, {"email": "nameless@example.jp"}]
    told = await sent(http, people, headers=key(), body={"dryRun": True})
    assert [one["code"] for one in told] == ["email-taken", None, None, "email-taken", "invalid"]
    assert [one["userId"] for one in told] == [None] * 5
    assert len(registered(world)) == 1


async def test_no_key_is_made_for_whoever_cannot_be_a_user(http: httpx.AsyncClient, world: World) -> None:  # noqa: F811
    await sent(http, rows(2), headers=key())
    made = world.store.keyring.subjects
    await sent(http, rows(2), headers=key())
    assert world.store.keyring.subjects == made


@pytest.mark.parametrize("dry_run", [True, False])
async def test_m6_whoever_imports_more_than_an_hour_allows_is_told_when_to_come_again(
    http: httpx.AsyncClient,  # noqa: F811
    world: World,
    *,
    dry_run: bool,
) -> None:
    world.allowance.full_until = AT + timedelta(minutes=7)
    answer = await http.post("/users/import", json={"rows": rows(2), "dryRun": dry_run}, headers=key())
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-imported")
    assert answer.headers["retry-after"] == "420"
    assert not registered(world)


async def test_m6_people_are_counted_when_they_are_tried_and_when_they_are_imported(
    http: httpx.AsyncClient,  # noqa: F811
    world: World,
) -> None:
    people = [*rows(2), {"email": "nameless@example.jp"}]
    await sent(http, people, headers=key(), body={"dryRun": True})
    await sent(http, people, headers=key())
    assert world.allowance.counted == 4, "what can be nobody is not counted"


async def test_m6_m7_what_was_imported_is_not_counted_again_when_it_is_sent_again(
    http: httpx.AsyncClient,  # noqa: F811
    world: World,
) -> None:
    same = key()
    first = await sent(http, rows(2), headers=same)
    assert await sent(http, rows(2), headers=same) == first
    assert world.allowance.counted == 2
    world.allowance.full_until = AT + timedelta(minutes=7)
    assert await sent(http, rows(2), headers=same) == first, "what filled the hour is answered in it"


async def test_m6_who_asks_whether_addresses_are_taken_is_counted_each_time(
    http: httpx.AsyncClient,  # noqa: F811
    world: World,
) -> None:
    for _ in range(3):
        await sent(http, rows(2), headers=key())
    assert world.allowance.counted == 6


async def test_m6_no_more_people_than_may_hold_an_address_unmailed(http: httpx.AsyncClient, world: World) -> None:  # noqa: F811
    world.allowance.held = UNMAILED - 1
    answer = await http.post("/users/import", json={"rows": rows(2), "invited": False}, headers=key())
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-unmailed")
    assert answer.headers["retry-after"] == str(LATER_SECONDS)
    assert not registered(world)
    await sent(http, rows(2), headers=key())
    await sent(http, [FORM | {"email": "last@example.jp"}], headers=key(), body={"invited": False})
    assert len(registered(world)) == 3


async def test_m7_what_filled_the_room_is_still_done_when_it_is_sent_again(
    http: httpx.AsyncClient,  # noqa: F811
    world: World,
) -> None:
    same = key()
    first = await sent(http, rows(2), headers=same, body={"invited": False})
    world.allowance.held = UNMAILED
    assert await sent(http, rows(2), headers=same, body={"invited": False}) == first
