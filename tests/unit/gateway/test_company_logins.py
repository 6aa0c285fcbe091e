"""M10: an administrator sees in one list who of the company came in and who was refused, and takes it along."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from gateway.application.credentials import CompanyLogin, LoginResult, LoginsWanted
from gateway.application.errors import SessionMissing
from tests.unit.gateway.browser import browser
from tests.unit.gateway.fakes import NOW, TENANT, USER
from tests.unit.gateway.fakes_boards import person as row
from tests.unit.gateway.reading import enter as enter_pages
from tests.unit.gateway.reading import person, read
from tests.unit.gateway.samples_people import COLLEAGUE
from tests.unit.gateway.test_api_people import enter
from tests.unit.gateway.world import World

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"


def login(number: int = 0, **other: object) -> CompanyLogin:
    made = CompanyLogin(
        user_id=USER, at=NOW - timedelta(minutes=number), outcome="PASSED", client_ip="192.0.2.7", user_agent=FIREFOX
    )
    return replace(made, **other)  # type: ignore[arg-type] # the test names real fields


async def test_m10_the_list_says_whose_login_it_was_and_nothing_of_who_was_deleted(world: World) -> None:
    world.credentials.company[TENANT] = [login(), login(1, user_id=COLLEAGUE, outcome="CODE_WRONG", method="TOTP")]
    async with browser(world) as http:
        await enter(http)
        answer = await http.get("/api/v1/logins")
    assert answer.json() == {
        "items": [
            {
                "at": "2026-11-24T09:00:00Z",
                "outcome": "PASSED",
                "method": None,
                "clientIp": "192.0.2.7",
                "userAgent": FIREFOX,
                "userId": str(USER),
                "name": "佐藤 花子",
            },
            {
                "at": "2026-11-24T08:59:00Z",
                "outcome": "CODE_WRONG",
                "method": "TOTP",
                "clientIp": "192.0.2.7",
                "userAgent": FIREFOX,
                "userId": str(COLLEAGUE),
                "name": None,
            },
        ],
        "nextCursor": None,
    }


async def test_m10_names_of_a_page_are_asked_for_once(world: World) -> None:
    world.credentials.company[TENANT] = [login(number, user_id=(USER, COLLEAGUE)[number % 2]) for number in range(120)]
    asked: list[int] = []
    many = world.boards.many

    async def counted(model: object, keys: list[str]) -> object:
        asked.append(len(keys))
        return await many(model, keys)  # type: ignore[arg-type] # as it came

    world.boards.many = counted  # type: ignore[method-assign,assignment] # it counts and passes on
    async with browser(world) as http:
        await enter(http)
        asked.clear()
        assert len((await http.get("/api/v1/logins?limit=100")).json()["items"]) == 100
    assert asked == [2]


async def test_m10_filters_and_cursor_go_to_identity_as_they_are(world: World) -> None:
    world.credentials.company[TENANT] = [login(number) for number in range(5)]
    async with browser(world) as http:
        await enter(http)
        query = f"userId={USER}&result=SUCCEEDED&since=2026-11-24T17:56:30%2B09:00&until=2026-11-24T08:59:00Z"
        first = (await http.get(f"/api/v1/logins?limit=2&{query}")).json()
        second = (await http.get(f"/api/v1/logins?limit=2&{query}&cursor={first['nextCursor']}")).json()
        bad = [
            (await http.get(f"/api/v1/logins?{one}")).status_code for one in ("result=X", "userId=1", "since=x", "a=1")
        ]
    assert [one["at"][14:16] for one in (*first["items"], *second["items"])] == ["59", "58", "57"]
    wanted = world.credentials.asked_for[0]
    assert (wanted.user_id, wanted.result, wanted.until) == (USER, LoginResult.SUCCEEDED, NOW - timedelta(minutes=1))
    assert wanted.since == NOW - timedelta(minutes=3, seconds=30)
    assert bad == [422] * 4


@pytest.mark.parametrize(
    ("language", "heading", "deleted"), [("ja", "日時", "削除されたユーザー"), ("en", "When", "Deleted user")]
)
async def test_m10_they_are_exported_whole_as_csv_that_no_spreadsheet_runs(
    world: World, language: str, heading: str, deleted: str
) -> None:
    found = [login(number) for number in range(450)] + [login(900, user_id=COLLEAGUE, user_agent='=cmd|"x"')]
    world.credentials.company[TENANT] = found
    async with browser(world) as http:
        await enter(http)
        answer = await http.get("/api/v1/logins/export", headers={"accept-language": language})
        refused = await http.get("/api/v1/logins/export?result=REFUSED")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="logins.csv"' in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert (len(rows), rows[0][0]) == (452, heading)
    assert rows[1][1:4] == ["佐藤 花子", str(USER), "PASSED"]
    assert (rows[-1][1], rows[-1][-1]) == (deleted, '\'=cmd|"x"')
    assert len(refused.text.splitlines()) == 1


async def test_m10_they_are_exported_as_json(world: World) -> None:
    world.credentials.company[TENANT] = [login(number) for number in range(450)]
    async with browser(world) as http:
        await enter(http)
        answer = await http.get("/api/v1/logins/export?format=json")
        assert (await http.get("/api/v1/logins/export?format=xml")).status_code == 422
    items = json.loads(answer.content)["items"]
    assert (len(items), items[0]["name"]) == (450, "佐藤 花子")


async def test_m10_an_export_breaks_off_when_its_administrator_is_none_any_more(world: World) -> None:
    world.credentials.company[TENANT] = [login(number) for number in range(450)]
    async with browser(world) as http:
        await enter(http)
        token = next(iter(world.sessions.kept))
        viewer = await world.journeys.sessions.look(token, "192.0.2.7")
        assert viewer is not None
        journey = world.journeys.company_logins
        steps = await journey.export(viewer, token, LoginsWanted(), world.asked())
        assert len(await anext(steps)) == 200
        world.boards.persons[USER] = row(status="SUSPENDED")
        with pytest.raises(SessionMissing):
            await anext(steps)


@pytest.mark.parametrize("path", ["/logins", "/api/v1/logins", "/api/v1/logins/export"])
async def test_n1_the_logins_of_the_company_are_for_administrators(world: World, path: str) -> None:
    world.boards.persons[USER] = row(role="GENERAL_USER")
    async with person(world) as http:
        await enter_pages(http)
        assert (await http.get(path)).status_code == 403


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", ("会社のログイン履歴", "佐藤 花子", "成功", "パスワードの間違い", "削除されたユーザー")),
        ("en", ("Company login history", "佐藤 花子", "Succeeded", "Failed: wrong password", "deleted user")),
    ],
)
async def test_m10_the_page_shows_them_with_ways_on_and_out(
    world: World, language: str, words: tuple[str, ...]
) -> None:
    world.credentials.company[TENANT] = [
        login(number, **({"user_id": COLLEAGUE, "outcome": "PASSWORD_WRONG"} if number % 2 else {}))
        for number in range(60)
    ]
    async with person(world, language) as http:
        await enter_pages(http)
        page = read(await http.get("/logins"))
        for one in (*words, "192.0.2.7", "Firefox, Windows"):
            assert one.lower() in page.text.lower()
        on = next(href for href, _ in page.links if "cursor=" in href)
        assert "/logins" in {href for href, _ in read(await http.get(on)).links}
        files = [href for href, _ in page.links if "export" in href]
        assert [(await http.get(one)).status_code for one in files] == [200, 200]
        mine = next(href for href, said in page.links if said == "佐藤 花子")
        assert words[4].lower() not in read(await http.get(mine)).text.lower()
        for path in ("/users", "/registrations"):
            assert "/logins" in {href for href, _ in read(await http.get(path)).links}


@pytest.mark.parametrize(("language", "deleted"), [("ja", "削除されたユーザー"), ("en", "deleted user")])
async def test_m10_the_page_can_be_asked_for_one_person_who_has_no_name_any_more(
    world: World, language: str, deleted: str
) -> None:
    world.credentials.company[TENANT] = [login(), login(1, user_id=COLLEAGUE)]
    async with person(world, language) as http:
        await enter_pages(http)
        answer = await http.get(f"/logins?userId={COLLEAGUE}")
        nobody = await http.get(f"/logins?userId={UUID(int=1)}")
    assert (answer.status_code, nobody.status_code) == (200, 200)
    for page in (read(answer), read(nobody)):
        assert any(href == "/logins" and words.lower().startswith(deleted) for href, words in page.links)
    assert "192.0.2.7" in answer.text


async def test_m10_the_page_is_filtered_in_the_persons_own_time(world: World) -> None:
    world.credentials.company[TENANT] = [login(number) for number in range(5)]
    async with person(world) as http:
        await enter_pages(http)
        address = "/logins?result=SUCCEEDED&since=2026-11-24T17:57&until=2026-11-24T17:59&userId=nobody"
        page = read(await http.get(address))
        assert len([one for one in page.text.split() if one.startswith("192.0.2.7")]) == 2
        wanted = world.credentials.asked_for[-1]
        assert (wanted.user_id, wanted.since, wanted.until) == (
            None,
            NOW - timedelta(minutes=3),
            NOW - timedelta(minutes=1),
        )
        export = next(href for href, _ in page.links if "export" in href)
        assert len((await http.get(export)).text.splitlines()) == 3
        wrong = await http.get("/logins?since=yesterday&until=2026-11-24T17:59")
        assert (wrong.status_code, "日時を確認してください。" in read(wrong).text) == (422, True)
        assert len([one for one in read(wrong).text.split() if one.startswith("192.0.2.7")]) == 4


@pytest.mark.parametrize(
    ("path", "words"),
    [("/logins", "ログインの記録はまだありません。"), ("/logins?result=REFUSED", "条件に合うログインはありません。")],
)
async def test_m10_where_there_is_nothing_the_page_says_so(world: World, path: str, words: str) -> None:
    world.credentials.company[TENANT] = []
    async with person(world) as http:
        await enter_pages(http)
        assert words in read(await http.get(path)).text
