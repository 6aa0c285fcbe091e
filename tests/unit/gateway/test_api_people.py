"""Users, groups and settings over the public API: shapes, versions, keys, and answers only when a change holds."""

import csv
import io
from dataclasses import replace
from typing import Any

import httpx
import pytest

from gateway.application.directory import Done, PeopleWanted, Status
from gateway.application.import_words import people_in, read
from kernel.domain.errors import Unavailable
from tests.unit.gateway.bodies import USER_FIELDS
from tests.unit.gateway.browser import browser, log_in
from tests.unit.gateway.fakes import GROUP, NOW, TENANT, USER
from tests.unit.gateway.fakes_people import LastAdministrator
from tests.unit.gateway.samples_people import COLLEAGUE, NEW, POSITION, somebody
from tests.unit.gateway.world import World

ONE = f"/api/v1/users/{COLLEAGUE}"


async def enter(http: httpx.AsyncClient) -> None:
    """Log in, and carry what a call that changes something must."""
    session = await log_in(http)
    http.headers.update({"X-CSRF-Token": session["csrfToken"], "Idempotency-Key": "one-click", "If-Match": "*"})


def changes(world: World) -> list[tuple[str, Any]]:
    return [(name, what) for name, what, _ in world.directory.calls if name != "people"]


async def test_s21_the_list_has_everything_the_page_shows(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        answer = (await http.get("/api/v1/users")).json()
    assert (answer["total"], answer["nextCursor"]) == (2, None)
    assert answer["items"][1] == {
        "userId": str(COLLEAGUE),
        "name": "鈴木 一郎",
        "email": "ichiro.suzuki@example.co.jp",
        "title": "課長",
        "role": "GENERAL_USER",
        "phoneNumber": "03-1234-5679",
        "mobilePhoneNumber": None,
        "status": "ACTIVE",
        "secondFactor": "TOTP",
        "browserTrust": "AS_COMPANY",
        "groups": [{"groupId": str(GROUP), "name": "営業部"}],
        "lastLoginAt": NOW.isoformat().replace("+00:00", "Z"),
        "mailLanguage": "ja",
        "timezone": "Asia/Tokyo",
        "comment": None,
        "mailBouncedAt": None,
        "mailBounce": None,
        "version": 2,
    }


async def test_m5_filters_order_and_cursor_go_to_the_users_service_as_they_are(world: World) -> None:
    query = {
        "q": "鈴木",
        "role": "GENERAL_USER",
        "status": "ACTIVE",
        "group": str(GROUP),
        "lastLogin": "before:2026-11-01",
        "sort": "lastLogin",
        "order": "desc",
        "limit": "20",
    }
    async with browser(world) as http:
        await enter(http)
        assert (await http.get("/api/v1/users", params=query)).status_code == 200
    wanted = PeopleWanted(
        q="鈴木",
        role="GENERAL_USER",
        status=Status.ACTIVE,
        group=GROUP,
        last_login="before:2026-11-01",
        sort="lastLogin",
        order="desc",
    )
    assert world.directory.calls[0][1] == (wanted, 20, None)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"role": "ROOT"},
        {"status": "GONE"},
        {"group": "営業部"},
        {"lastLogin": "yesterday"},
        {"lastLogin": "before:2026-11-1"},
        {"sort": "password"},
        {"order": "up"},
        {"offset": "10"},
        {"q": "x" * 101},
        {"q": "nul\x00"},
        {"cursor": "nul\x00"},
    ],
)
async def test_a_filter_that_means_nothing_is_refused(world: World, query: dict[str, str]) -> None:
    async with browser(world) as http:
        await enter(http)
        answer = await http.get("/api/v1/users", params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"] == "/" + next(iter(query))


async def test_m5_pages_join(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        first = (await http.get("/api/v1/users?limit=1")).json()
        rest = (await http.get("/api/v1/users", params={"limit": 1, "cursor": first["nextCursor"]})).json()
    assert [one["name"] for one in first["items"] + rest["items"]] == ["佐藤 花子", "鈴木 一郎"]
    assert rest["nextCursor"] is None


async def test_s24_a_person_is_registered_with_every_field(world: World) -> None:
    form = USER_FIELDS | {
        "title": "主任",
        "mobilePhoneNumber": "090-1234-5678",
        "groupIds": [str(GROUP)],
        "comment": "4月から",
    }
    async with browser(world) as http:
        await enter(http)
        answer = await http.post("/api/v1/users", json=form)
    assert (answer.status_code, answer.json()) == (201, {"userId": str(NEW)})
    assert answer.headers["location"] == f"/api/v1/users/{NEW}"
    assert changes(world) == [("add_person", form)]
    assert world.directory.calls[-1][2].key == "one-click"


async def test_s25_all_bad_fields_are_named_at_once(world: World) -> None:
    form = {
        "email": "no address",
        "name": " ",
        "phoneNumber": "call me",
        "timezone": "Tokyo",
        "role": "ROOT",
        "secondFactor": "SMS",
        "isAdmin": True,
    }
    async with browser(world) as http:
        await enter(http)
        answer = await http.post("/api/v1/users", json=form)
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} == {
        "/email",
        "/name",
        "/phoneNumber",
        "/mailLanguage",
        "/timezone",
        "/role",
        "/secondFactor",
        "/isAdmin",
    }
    assert changes(world) == []


@pytest.mark.parametrize("name", ["長" * 10_000, "a\u202eb", "nul\x00", "tab\there"])
async def test_a11_texts_that_deceive_are_refused(world: World, name: str) -> None:
    async with browser(world) as http:
        await enter(http)
        answer = await http.post("/api/v1/users", json=USER_FIELDS | {"name": name})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/name"]


async def test_m7_a_person_is_changed_only_from_what_was_seen(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        seen = await http.get(ONE)
        assert seen.headers["etag"] == '"2"'
        done = await http.patch(ONE, json={"title": None, "role": "PORTAL_ADMIN"}, headers={"If-Match": '"2"'})
        stale = await http.patch(ONE, json={"title": "部長"}, headers={"If-Match": '"2"'})
        any_ = await http.patch(ONE, json={"title": "部長"}, headers={"If-Match": "*"})
    assert (done.status_code, done.json()["title"], done.json()["role"]) == (200, None, "PORTAL_ADMIN")
    assert done.headers["etag"] == '"3"'
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert any_.status_code == 200
    assert changes(world)[0] == ("change_person", (COLLEAGUE, {"title": None, "role": "PORTAL_ADMIN"}, '"2"'))


@pytest.mark.parametrize("field", ["name", "phoneNumber", "timezone", "role", "secondFactor", "groupIds"])
async def test_null_is_refused_where_a_field_must_hold_something(world: World, field: str) -> None:
    async with browser(world) as http:
        await enter(http)
        answer = await http.patch(ONE, json={field: None})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"/{field}"]
    assert changes(world) == []


async def test_a_change_of_nothing_names_nothing(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        assert (await http.patch(ONE, json={})).status_code == 200
    assert changes(world) == [("change_person", (COLLEAGUE, {}, None))]


async def test_a_malformed_version_is_refused(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        assert (await http.patch(ONE, json={}, headers={"If-Match": "2"})).status_code == 422


async def test_m2_an_administrator_sees_the_state_and_the_end_of_an_activation(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        credential = (await http.get(ONE)).json()["credential"]
    assert credential["state"] == "PENDING_ACTIVATION"
    assert credential["activation"] == {"state": "OPEN", "expiresAt": "2026-11-27T09:00:00Z"}


async def test_a_person_is_shown_while_identity_does_not_know_them_yet(world: World) -> None:
    del world.credentials.known[COLLEAGUE]
    async with browser(world) as http:
        await enter(http)
        answer = await http.get(ONE)
    assert (answer.status_code, answer.json()["credential"]) == (200, None)


@pytest.mark.parametrize(
    ("verb", "path", "call"),
    [
        ("POST", "/suspension", "suspend"),
        ("DELETE", "/suspension", "reinstate"),
        ("DELETE", "", "delete_person"),
    ],
)
async def test_s5_a_change_of_access_is_answered_when_it_holds(world: World, verb: str, path: str, call: str) -> None:
    async with browser(world) as http:
        await enter(http)
        assert (await http.request(verb, ONE + path)).status_code == 204
        assert world.progress.waits[-1] == 2.0
        world.progress.behind = True
        answer = await http.request(verb, ONE + path)
    assert changes(world)[0] == (call, COLLEAGUE)
    if call != "delete_person":
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (
            503,
            "access-pending",
            "1",
        )


@pytest.mark.parametrize(("path", "status"), [("unlock", 204), ("activation", 202), ("second-factor-reset", 202)])
async def test_m2_an_administrator_helps_who_cannot_come_in(world: World, path: str, status: int) -> None:
    async with browser(world) as http:
        await enter(http)
        assert (await http.post(f"{ONE}/{path}")).status_code == status
    assert [(what, asked.key) for _, what, asked in world.credentials.calls] == [(COLLEAGUE, "one-click")]


async def test_m14_the_last_administrator_stays(world: World) -> None:
    world.directory.refusal = LastAdministrator()
    async with browser(world) as http:
        await enter(http)
        answer = await http.patch(f"/api/v1/users/{USER}", json={"role": "GENERAL_USER"})
    assert (answer.status_code, answer.json()["code"]) == (409, "last-administrator")
    assert answer.json()["title"] == "有効なポータル管理者がいなくなるため、この操作はできません。"


async def test_d17_the_history_says_what_changed_from_what_to_what(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        items = (await http.get(f"{ONE}/history")).json()["items"]
    assert [(one["field"], one["old"], one["new"], one["byName"]) for one in items] == [
        ("role", "GENERAL_USER", "PORTAL_ADMIN", "佐藤 花子")
    ]


async def test_a_service_that_does_not_answer_is_told_as_such(world: World) -> None:
    world.directory.refusal = Unavailable("users does not answer")
    async with browser(world) as http:
        await enter(http)
        answer = await http.post(f"{ONE}/suspension")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


EVIL = ["=1+2", "+cmd", "-1", "@SUM(A1)", "\t=1", "＝1", " =1", '"=1']  # noqa: RUF001 - the wide one counts too


async def test_a5_an_export_runs_nothing_in_a_spreadsheet(world: World) -> None:
    people = world.directory.kept[TENANT]
    for number, text in enumerate(EVIL):
        one = replace(somebody(), user_id=type(USER)(int=number), name=text, title=text, comment=text)
        people[one.user_id] = one
    async with browser(world) as http:
        await enter(http)
        answer = await http.get("/api/v1/users/export", headers={"Accept-Language": "en"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="users.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Name", "Mail address", "Title"]
    assert len(rows) == 1 + len(people)
    for row in rows[1:]:
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))  # noqa: RUF001 - the wide one counts too
    assert {row[0] for row in rows} >= {f"'{text}" for text in EVIL if text != '"=1'}


async def test_a_comment_of_lines_is_one_cell_of_an_export_and_is_read_again_as_one(world: World) -> None:
    one = replace(somebody(), comment="4月から\n大阪", groups=())
    world.directory.kept[TENANT] = {one.user_id: one}
    async with browser(world) as http:
        await enter(http)
        content = (await http.get("/api/v1/users/export?phoneNumbers=whole")).content
    assert '"4月から\n大阪"' in content.decode()
    (line,) = people_in(read(content), [])
    assert (line.number, line.row["comment"]) == (2, "4月から\n大阪")


@pytest.mark.parametrize(("query", "shown"), [("", "050*****"), ("?phoneNumbers=whole", "050-1111-2222")])
async def test_s23_phones_leave_in_files_with_their_beginning_unless_whole_ones_are_asked_for(
    world: World, query: str, shown: str
) -> None:
    one = replace(somebody(), phone_number="050-1111-2222", mobile_phone_number=None)
    world.directory.kept[TENANT] = {one.user_id: one}
    async with browser(world) as http:
        await enter(http)
        answer = await http.get(f"/api/v1/users/export{query}")
        assert (await http.get("/api/v1/users/export?phoneNumbers=half")).status_code == 422
    (_, row) = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row[4:6] == [shown, ""]


async def test_m6_an_export_goes_through_all_pages(world: World) -> None:
    people = world.directory.kept[TENANT]
    for number in range(1, 1051):
        people[type(USER)(int=number)] = replace(somebody(), user_id=type(USER)(int=number), name=f"人{number:04}")
    async with browser(world) as http:
        await enter(http)
        answer = await http.get("/api/v1/users/export")
    assert len(answer.text.split("\r\n")) == 1 + 1052 + 1
    assert [what[2] for name, what, _ in world.directory.calls if name == "people"] == [
        None,
        f"{TENANT}/500",
        f"{TENANT}/1000",
    ]


@pytest.mark.parametrize(
    ("path", "method", "body"),
    [
        (ONE, "change_person", {"title": "部長"}),
        (f"/api/v1/groups/{GROUP}", "change_group", {"description": "新しい"}),
    ],
)
async def test_m7_a_change_that_the_list_does_not_show_yet_is_not_answered_with_the_old_state(
    world: World, monkeypatch: pytest.MonkeyPatch, path: str, method: str, body: dict[str, str]
) -> None:
    async def changed(*_: object) -> Done:
        return Done(body={"version": 99}, positions=(POSITION,))

    monkeypatch.setattr(world.directory, method, changed)
    async with browser(world) as http:
        await enter(http)
        answer = await http.patch(path, json=body)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "access-pending", "1")
    assert "etag" not in answer.headers
