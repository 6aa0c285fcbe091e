"""Permissions as they were: over the API, on pages, and as the users service is asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

import pytest

from gateway.application.directory import HistoryKind, HistoryOf, HistoryPage
from gateway.application.permissions import CHANGES
from gateway.clients.permissions import PermissionsClient
from gateway.clients.users import UsersClient
from kernel.adapters.http.client import ServiceClient
from tests.unit.gateway.browser import browser
from tests.unit.gateway.fakes import GROUP, NOW, USER
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.fakes_past import a_change
from tests.unit.gateway.reading import enter as enter_pages
from tests.unit.gateway.reading import person, read
from tests.unit.gateway.samples_people import COLLEAGUE, OTHER_GROUP, STRANGER
from tests.unit.gateway.test_api_people import enter
from tests.unit.gateway.test_clients import ASKED
from tests.unit.gateway.test_clients_people import Reply, Wire
from tests.unit.gateway.viewers import session
from tests.unit.gateway.world import World

OF_USER, OF_GROUP = f"/users/{COLLEAGUE}/permissions", f"/groups/{GROUP}/permissions"
LONG_AGO = "2020-01-01T00:00:00Z"


async def test_sh4_the_api_says_what_a_person_might_do_at_a_moment(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        now = (await http.get(f"/api/v1{OF_USER}")).json()
        then = (await http.get(f"/api/v1{OF_USER}", params={"asOf": "2026-02-01T09:00:00+09:00"})).json()
        before = await http.get(f"/api/v1{OF_USER}", params={"asOf": LONG_AGO})
    assert now["asOf"] == NOW.isoformat().replace("+00:00", "Z")
    assert then["asOf"] == "2026-02-01T00:00:00Z"
    assert (then["life"], then["role"]) == ("REGISTERED", "GENERAL_USER")
    seen = [{"serviceName": "smart-pbx", "contractId": None, "actions": ["VIEW"]}]
    assert then["permissions"] == seen
    assert then["groups"] == [{"groupId": str(GROUP), "name": "営業本部", "permissions": seen}]
    assert (before.status_code, before.json()["code"]) == (404, "user-unknown")
    assert world.past.asked == [("of_person", NOW), ("of_person", datetime(2026, 2, 1, tzinfo=UTC))]


async def test_sh4_the_api_says_what_changed_between_two_moments_by_whom_and_why(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        query = {"since": "2026-02-01T00:00:00Z", "until": "2026-03-01T00:00:00Z"}
        (one,) = (await http.get(f"/api/v1{OF_USER}/changes", params=query)).json()["items"]
    assert (one["field"], one["new"], one["byName"]) == ("permissions", "smart-pbx: VIEW", "佐藤 花子")
    assert (one["fact"], one["cause"]) == ("portal.group.permitted.v1", "019abcde/1")
    assert world.past.asked == [("changes", (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)))]


async def test_sh4_the_api_says_what_changed_page_by_page(world: World) -> None:
    world.past.told = [a_change(new=str(number)) for number in range(3)]
    async with browser(world) as http:
        await enter(http)
        first = (await http.get(f"/api/v1{OF_USER}/changes?limit=2")).json()
        query = {"limit": 2, "cursor": first["nextCursor"]}
        second = (await http.get(f"/api/v1{OF_USER}/changes", params=query)).json()
        spoiled = await http.get(f"/api/v1{OF_USER}/changes?cursor=made-up")
        too_many = await http.get(f"/api/v1{OF_USER}/changes?limit=101")
    assert [one["new"] for one in (*first["items"], *second["items"])] == ["0", "1", "2"]
    assert second["nextCursor"] is None
    assert (spoiled.status_code, spoiled.json()["code"]) == (422, "cursor-unreadable")
    assert [one["pointer"] for one in too_many.json()["errors"]] == ["/limit"]


async def test_sh4_the_api_says_who_was_in_a_group_page_by_page(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        first = (await http.get(f"/api/v1{OF_GROUP}?limit=1")).json()
        query = {"limit": 1, "asOf": first["asOf"], "cursor": first["nextCursor"]}
        second = (await http.get(f"/api/v1{OF_GROUP}", params=query)).json()
        before = await http.get(f"/api/v1{OF_GROUP}", params={"asOf": LONG_AGO})
    assert first["members"] == [{"userId": str(COLLEAGUE), "name": "鈴木 一郎"}]
    assert second["members"] == [{"userId": str(UUID(int=77)), "name": None}]
    assert (first["name"], second["nextCursor"]) == ("営業本部", None)
    assert (before.status_code, before.json()["code"]) == (404, "group-unknown")


@pytest.mark.parametrize("moment", ["yesterday", "2026-01-01T00:00", "0001-01-01T00:00:00+14:00"])
@pytest.mark.parametrize(
    "path",
    [
        f"{OF_USER}?asOf=",
        f"{OF_GROUP}?asOf=",
        f"{OF_USER}/changes?since=",
        f"/users/{COLLEAGUE}/history?until=",
        f"/groups/{GROUP}/history/export?since=",
        f"/contracts/{contract(1).contract_id}?asOf=",
        f"/contracts/{contract(1).contract_id}/changes?until=",
    ],
)
async def test_sh4_a_moment_that_is_none_is_refused_at_its_field(world: World, path: str, moment: str) -> None:
    world.boards.rows = [contract(1)]
    async with browser(world) as http:
        await enter(http)
        answer = await http.get(f"/api/v1{path}{moment.replace('+', '%2B')}")
    assert answer.status_code == 422
    name = path.rpartition("?")[2].rstrip("=")
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"/{name}"]


async def test_sh4_other_companies_people_and_groups_are_unknown(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        for path in (f"/users/{STRANGER}/permissions", f"/users/{STRANGER}/permissions/changes"):
            assert (await http.get(f"/api/v1{path}")).status_code == 404
        assert (await http.get(f"/api/v1/groups/{OTHER_GROUP}/permissions")).status_code == 404


async def test_sh4_a_history_is_asked_for_the_time_between_two_moments(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        query = {"since": "2026-02-01T00:00:00Z", "until": "2026-03-01T00:00:00Z"}
        for path in (f"/users/{COLLEAGUE}/history", f"/groups/{GROUP}/history/export", "/tenant/settings/history"):
            assert (await http.get(f"/api/v1{path}", params=query)).status_code == 200
    february, march = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    assert [(one.since, one.until) for one in world.directory.histories] == [(february, march)] * 3


async def test_sh4_the_page_of_a_users_permissions_at_a_moment(world: World) -> None:
    world.boards.rows = [contract(1)]
    world.past.told = [a_change(new=f"smart-pbx {contract(1).contract_id}: VIEW, EDIT")]
    async with person(world) as http:
        await enter_pages(http)
        page = read(await http.get(f"/users/{COLLEAGUE}/past?asOf=2026-02-01T09:00&since=2026-01-10T09:00"))
        never = read(await http.get(f"/users/{COLLEAGUE}/past?asOf=2020-01-01T00:00"))
        broken = await http.get(f"/users/{COLLEAGUE}/past?asOf=yesterday")
    for words in ("2026年2月1日", "営業本部", "Arcstar Smart PBX: 表示", "一般ユーザー", "佐藤 花子"):
        assert words in page.text
    assert "Arcstar Smart PBX N000000001: 表示, 変更" in page.text
    assert world.past.asked[0] == ("changes", (datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)))
    assert "まだ登録されていませんでした" in never.text
    assert broken.status_code == 422
    assert "日時を確認してください。" in broken.text


async def test_sh4_the_page_shows_what_changed_a_part_at_a_time_and_keeps_the_moments(world: World) -> None:
    world.past.told = [a_change(new=f"smart-pbx: VIEW{number:02d}") for number in range(CHANGES + 1)]
    async with person(world) as http:
        await enter_pages(http)
        first = read(await http.get(f"/users/{COLLEAGUE}/past?asOf=2026-02-01T09:00&since=2026-01-10T09:00"))
        (older,) = [href for href, _ in first.links if "cursor=" in href]
        second = read(await http.get(older))
    assert older.startswith(f"/users/{COLLEAGUE}/past?asOf=2026-02-01T09%3A00&since=2026-01-10T09%3A00&cursor=")
    assert f"表示{CHANGES:02d}" not in first.text
    assert f"表示{CHANGES:02d}" in second.text
    january, february = datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    assert [what for name, what in world.past.asked if name == "changes"] == [(january, february)] * 2
    assert not [href for href, _ in second.links if "cursor=" in href]


async def test_sh4_the_page_of_a_group_at_a_moment_and_of_its_members(world: World) -> None:
    async with person(world, "en") as http:
        await enter_pages(http)
        page = read(await http.get(f"/groups/{GROUP}/past?asOf=2026-02-01T09:00"))
        never = read(await http.get(f"/groups/{GROUP}/past?asOf=2020-01-01T00:00"))
    assert f"/users/{COLLEAGUE}/past" in {href for href, _ in page.links}
    for words in ("営業本部", "Arcstar Smart PBX: View", "鈴木 一郎", "Deleted user"):
        assert words in page.text
    assert "did not exist at that moment" in never.text
    assert world.directory.histories[0] == HistoryOf(HistoryKind.GROUP, GROUP, until=datetime(2026, 2, 1, tzinfo=UTC))


@pytest.mark.parametrize("path", [f"/users/{COLLEAGUE}/past", f"/groups/{GROUP}/past"])
async def test_n1_the_past_of_permissions_is_for_administrators(world: World, path: str) -> None:
    world.boards.persons[USER] = replace(world.boards.persons[USER], role="GENERAL_USER")
    async with person(world) as http:
        await enter_pages(http)
        assert (await http.get(path)).status_code == 403


async def test_what_is_asked_of_the_users_service() -> None:
    wire = Wire(Reply({"life": "REGISTERED", "role": "GENERAL_USER", "groups": [], "permissions": []}))
    client = PermissionsClient(cast("ServiceClient", wire))
    tokyo = NOW.astimezone(UTC) - timedelta(days=1)
    then = await client.of_person(session(), COLLEAGUE, tokyo, ASKED)
    assert then.life == "REGISTERED"
    wire.reply = Reply({"group": {"groupId": str(GROUP), "name": "営業部", "permissions": []}, "members": []})
    team = await client.of_group(session(), GROUP, tokyo, ASKED, limit=50, cursor="c/1")
    assert team.group.name == "営業部"
    wire.reply = Reply({"items": [], "nextCursor": None})
    of = HistoryOf(HistoryKind.USER, COLLEAGUE, until=tokyo)
    assert await client.changes(session(), of, 50, "c/2", ASKED) == HistoryPage(items=())
    await UsersClient(cast("ServiceClient", wire)).history(session(), of, 50, None, ASKED)
    moment = "2026-11-23T09%3A00%3A00Z"
    assert [(verb, path) for verb, path, *_ in wire.calls] == [
        ("GET", f"{OF_USER}?at={moment}"),
        ("GET", f"{OF_GROUP}?at={moment}&limit=50&cursor=c%2F1"),
        ("GET", f"{OF_USER}/changes?limit=50&cursor=c%2F2&until={moment}"),
        ("GET", f"/users/{COLLEAGUE}/history?limit=50&until={moment}"),
    ]
    assert {tuple(scopes) for _, _, _, scopes, *_ in wire.calls} == {("users:read",)}
    assert {context.command_id for *_, context, _ in wire.calls} == {None}
