"""What was changed, who was registered, who came in: over the API, as files and on pages."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.application.credentials import LoginRecord
from gateway.application.directory import HistoryEntry, HistoryKind, HistoryOf, Status
from gateway.application.errors import ContractUnknown
from tests.unit.gateway.browser import browser
from tests.unit.gateway.fakes import GROUP, NOW, TENANT, USER
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.reading import enter as enter_pages
from tests.unit.gateway.reading import person, read
from tests.unit.gateway.samples_people import COLLEAGUE
from tests.unit.gateway.test_api_people import enter
from tests.unit.gateway.world import World

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
HISTORIES = (
    f"/users/{COLLEAGUE}/history",
    f"/groups/{GROUP}/history",
    "/tenant/settings/history",
)
PAGES = (f"/users/{COLLEAGUE}/history", f"/groups/{GROUP}/history", "/settings/company/history")


def entry(number: int = 0, **changes: Any) -> HistoryEntry:
    one = HistoryEntry(
        at=NOW - timedelta(hours=number),
        by=f"user:{USER}",
        by_name="佐藤 花子",
        client_ip="192.0.2.7",
        user_agent=FIREFOX,
        field="name",
        old="前",
        new=f"後{number}",
        cause="019abcde/1",
        fact="portal.user.profile-changed.v1",
        correlation_id=UUID(int=9),
    )
    return replace(one, **changes)


@pytest.mark.parametrize("path", HISTORIES)
async def test_m10_every_history_says_who_when_from_where_and_why_page_by_page(world: World, path: str) -> None:
    world.directory.entries = [entry(number) for number in range(5)]
    async with browser(world) as http:
        await enter(http)
        first = (await http.get(f"/api/v1{path}?limit=3")).json()
        second = (await http.get(f"/api/v1{path}", params={"limit": 3, "cursor": first["nextCursor"]})).json()
        assert (await http.get(f"/api/v1{path}?limit=101")).status_code == 422
    items = [*first["items"], *second["items"]]
    assert [one["new"] for one in items] == [f"後{number}" for number in range(5)]
    assert second["nextCursor"] is None
    one = items[0]
    assert (one["clientIp"], one["userAgent"]) == ("192.0.2.7", FIREFOX)
    assert (one["cause"], one["fact"]) == ("019abcde/1", "portal.user.profile-changed.v1")
    assert one["correlationId"] == str(UUID(int=9))


@pytest.mark.parametrize("path", HISTORIES)
async def test_m10_a_history_is_exported_whole_as_csv_that_no_spreadsheet_runs(world: World, path: str) -> None:
    world.directory.entries = [entry(number) for number in range(450)] + [entry(900, new='=cmd|"x"', old="a\nb,")]
    async with browser(world) as http:
        await enter(http)
        answer = await http.get(f"/api/v1{path}/export", headers={"accept-language": "en"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith("\ufeff".encode())
    assert b"\n" not in answer.content.replace(b"\r\n", b"").replace(b"a\nb", b"")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows[0][:3] == ["When", "Who", "Who, as an id"]
    assert len(rows) == 452
    assert rows[-1][6:8] == ["a\nb,", '\'=cmd|"x"']


async def test_m10_a_history_is_exported_as_json(world: World) -> None:
    world.directory.entries = [entry(number) for number in range(450)]
    async with browser(world) as http:
        await enter(http)
        answer = await http.get(f"/api/v1{HISTORIES[0]}/export?format=json")
        assert (await http.get(f"/api/v1{HISTORIES[0]}/export?format=xml")).status_code == 422
    assert len(json.loads(answer.content)["items"]) == 450


@pytest.mark.parametrize(
    ("query", "shown"), [("", ("03-*****", "050*****")), ("&phoneNumbers=whole", ("03-1", "050-2"))]
)
async def test_s23_a_history_leaves_without_whole_phones_unless_they_are_asked_for(
    world: World, query: str, shown: tuple[str, str]
) -> None:
    world.directory.entries = [entry(field="phoneNumber", old="03-1", new="050-2"), entry(field="title", new="部長")]
    async with browser(world) as http:
        await enter(http)
        answer = await http.get(f"/api/v1{HISTORIES[0]}/export?format=json{query}")
    first, second = answer.json()["items"]
    assert (first["old"], first["new"], second["new"]) == (*shown, "部長")


async def test_m10_who_was_deleted_is_called_so(world: World) -> None:
    world.directory.entries = [entry(by_name=None, client_ip=None, user_agent=None)]
    async with browser(world) as http:
        await enter(http)
        text = (await http.get(f"/api/v1{HISTORIES[0]}/export")).text
    assert "削除されたユーザー" in text
    async with person(world) as http:
        await enter_pages(http)
        assert "削除されたユーザー" in read(await http.get(PAGES[0])).text


@pytest.mark.parametrize("path", PAGES)
async def test_m10_every_history_has_a_page_with_ways_on_and_out(world: World, path: str) -> None:
    world.directory.entries = [entry(number) for number in range(60)]
    async with person(world) as http:
        await enter_pages(http)
        page = read(await http.get(path))
        assert "192.0.2.7" in page.text
        assert "Firefox, Windows" in page.text
        on = next(href for href, words in page.links if words == "前の履歴")
        second = read(await http.get(on))
        assert "後59" in second.text
        assert path in {href for href, words in second.links if words == "最初へ"}
        files = [href for href, words in page.links if "書き出す" in words]
        assert [(await http.get(one)).status_code for one in files] == [200, 200]


async def test_m10_a_contracts_history_is_for_who_sees_it_and_from_where_for_administrators(world: World) -> None:
    world.boards.rows = [contract(1)]
    world.own_contracts.entries = [entry(number, by_name=None, field="memo") for number in range(5)]
    path = f"/api/v1/contracts/{contract(1).contract_id}/history"
    async with browser(world) as http:
        await enter(http)
        first = (await http.get(f"{path}?limit=3")).json()
        second = (await http.get(path, params={"limit": 3, "cursor": first["nextCursor"]})).json()
        unknown = await http.get(f"/api/v1/contracts/{contract(2).contract_id}/history")
        world.boards.persons[USER] = replace(world.boards.persons[USER], role="GENERAL_USER")
        plain = (await http.get(f"{path}?since=2026-01-01T00:00:00Z")).json()["items"][0]
    items = [*first["items"], *second["items"]]
    assert [one["new"] for one in items] == [f"後{number}" for number in range(5)]
    assert (items[0]["byName"], items[0]["clientIp"]) == ("佐藤 花子", "192.0.2.7")
    assert (plain["byName"], plain["clientIp"], plain["userAgent"]) == ("佐藤 花子", None, None)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "contract-unknown")
    assert [one.since is None for one in world.own_contracts.asked] == [True, True, False]


@pytest.mark.parametrize("kind", ["csv", "json"])
async def test_m10_a_contracts_history_is_exported_whole(world: World, kind: str) -> None:
    world.boards.rows = [contract(1)]
    world.own_contracts.entries = [entry(number, by_name=None, field="memo", new="=1+1") for number in range(450)]
    async with browser(world) as http:
        await enter(http)
        path = f"/api/v1/contracts/{contract(1).contract_id}/history/export?format={kind}"
        answer = await http.get(path, headers={"accept-language": "en"})
        world.boards.rows = []
        gone = await http.get(path)
    assert f'filename="history-contract.{kind}"' in answer.headers["content-disposition"]
    if kind == "json":
        assert len(json.loads(answer.content)["items"]) == 450
    else:
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
        assert (len(rows), rows[-1][1], rows[-1][7]) == (451, "佐藤 花子", "'=1+1")
    assert gone.status_code == 404


async def test_m10_an_export_breaks_off_when_the_contract_may_be_seen_no_more(world: World) -> None:
    world.boards.rows = [contract(1)]
    world.own_contracts.entries = [entry(number, by_name=None) for number in range(450)]
    async with browser(world) as http:
        await enter(http)
        token = next(iter(world.sessions.kept))
        viewer = await world.journeys.sessions.look(token, "192.0.2.7")
        assert viewer is not None
        of = HistoryOf(HistoryKind.CONTRACT, contract(1).contract_id)
        steps = await world.journeys.contract_histories.export(viewer, token, of, world.asked())
        assert len(await anext(steps)) == 200
        world.boards.rows = []
        with pytest.raises(ContractUnknown):
            await anext(steps)


async def test_n2_permissions_in_a_groups_history_read_as_people_say_them(world: World) -> None:
    world.boards.rows = [contract(1)]
    said = f"smart-pbx {contract(1).contract_id}: VIEW, EDIT"
    world.directory.entries = [
        entry(field="permissions", old=None, new=said),
        entry(field="members", new=f"user:{USER}"),
    ]
    async with person(world) as http:
        await enter_pages(http)
        text = read(await http.get(PAGES[1])).text
    assert "N000000001" in text
    assert "EDIT" not in text
    assert str(USER) not in text


async def test_m13_settings_in_their_history_read_as_people_say_them(world: World) -> None:
    world.directory.entries = [
        entry(field="secondFactors", old="TOTP, MAIL_OTP", new="TOTP"),
        entry(field="trustedBrowser", old="false", new="true"),
    ]
    async with person(world, "en") as http:
        await enter_pages(http)
        text = "".join(read(await http.get(PAGES[2])).text.split())
    assert "MAIL_OTP" not in text
    assert "OfftoOn" in text or "Off→toOn" in text


@pytest.mark.parametrize("path", [*PAGES, f"/users/{COLLEAGUE}/logins", "/registrations"])
async def test_n1_histories_are_for_administrators(world: World, path: str) -> None:
    world.boards.persons[USER] = replace(world.boards.persons[USER], role="GENERAL_USER")
    async with person(world) as http:
        await enter_pages(http)
        assert (await http.get(path)).status_code == 403


async def test_m10_an_administrator_sees_who_came_in_and_who_tried(world: World) -> None:
    outcomes = ("PASSED", "PASSWORD_WRONG", "CODE_WRONG", "LOCKED", "UNLOCKED", "SOMETHING_NEW")
    world.credentials.records = [
        LoginRecord(at=NOW - timedelta(hours=n), outcome=one, method=None, client_ip="192.0.2.7", user_agent=FIREFOX)
        for n, one in enumerate(outcomes)
    ]
    async with browser(world) as http:
        await enter(http)
        first = (await http.get(f"/api/v1/users/{COLLEAGUE}/logins?limit=4")).json()
        assert [one["outcome"] for one in first["items"]] == list(outcomes[:4])
        assert first["nextCursor"]
    async with person(world) as http:
        await enter_pages(http)
        text = read(await http.get(f"/users/{COLLEAGUE}/logins")).text
    for words in (
        "成功",
        "パスワードの間違い",
        "認証コードの間違い",
        "ロック解除",
        "失敗",
        "192.0.2.7",
        "Firefox, Windows",
    ):
        assert words in text


async def test_d3_m2_registrations_say_by_whom_and_until_when_the_link_lives(world: World) -> None:
    people = world.directory.kept[TENANT]
    people[COLLEAGUE] = replace(people[COLLEAGUE], status=Status.PENDING_ACTIVATION)
    async with browser(world) as http:
        await enter(http)
        (one,) = (await http.get("/api/v1/registrations?state=WAITING")).json()["items"]
        assert (one["userId"], one["byName"], one["state"]) == (str(COLLEAGUE), "佐藤 花子", "WAITING")
        assert one["linkExpiresAt"] == "2026-11-27T09:00:00Z"
        assert (await http.get("/api/v1/registrations?state=SOMETHING")).status_code == 422
    async with person(world) as http:
        await enter_pages(http)
        page = read(await http.get("/registrations"))
        assert "期限: 2026年11月27日(金) 18:00 JST" in page.text
        waiting = next(href for href, words in page.links if words == "案内メール送信済み")
        assert "完了:" not in read(await http.get(waiting)).text
