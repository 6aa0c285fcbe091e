"""Users over HTTP: every bad field at once, versions, cursors, who may ask, where the facts stand."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from kernel.adapters.http.app import create_app
from kernel.adapters.http.tokens import Signer, Verifier
from services.users.application.directory import Entry, LoggedIn, Status
from services.users.application.streams import operator_stream
from services.users.domain.events import GroupCreated, Language, Role, SecondFactor, UserRegistered
from services.users.domain.operator_events import OperatorAppointed, OperatorRole
from services.users.main import ISSUERS, ROUTERS
from tests.unit.kernel.keys import pairs
from tests.unit.users.pictures import picture
from tests.unit.users.samples import AT, OTHER, TENANT, USER
from tests.unit.users.world import World, by

PRIVATE, PUBLIC = pairs()
FORM = {
    "email": "jiro@example.jp",
    "name": "鈴木 次郎",
    "phoneNumber": "03-1234-5678",
    "mailLanguage": "ja",
    "timezone": "Asia/Tokyo",
    "secondFactor": "TOTP",
    "role": "GENERAL_USER",
}
POLICY = {
    "sessionIdleMinutes": 30,
    "sessionAbsoluteHours": 12,
    "allowedNetworks": ["192.0.2.0/24"],
    "trustedBrowser": False,
    "secondFactors": ["TOTP"],
    "loginPolicy": {"effectiveFrom": "2026-05-01T00:00:00Z", "legacyUntil": "2026-06-21T09:00:00Z"},
    "callerAddress": "192.0.2.7",
}


OPERATORS = "/internal/operators"


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the service, as an administrator of the tenant."""
    app = create_app("users", ROUTERS)
    app.state.built = world.built
    app.state.verifier = Verifier(PUBLIC, "users", ISSUERS)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://users") as client:
        client.headers.update(bearer("users:admin", "users:read"))
        yield client


def bearer(*scopes: str, tenant_id: UUID = TENANT, issuer: str = "gateway") -> dict[str, str]:
    token = Signer(issuer, PRIVATE[issuer]).token("users", f"user:{USER}", scopes, tenant_id=tenant_id)
    return {"Authorization": f"Bearer {token}"}


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def bad(answer: httpx.Response) -> dict[str, str]:
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    return {one["pointer"]: one["code"] for one in answer.json()["errors"]}


async def test_o1_the_same_deed_is_fresh_for_the_call_that_recorded_it_alone(
    http: httpx.AsyncClient, world: World
) -> None:
    await world.store.append(
        operator_stream(USER), 0, [OperatorAppointed(user_id=USER, role=OperatorRole.OPS, reason="nights", at=AT)], by()
    )
    said = {"deed": "RETRY", "reason": "mended"}
    headers, calls = bearer("operators:deed") | key(), (uuid4(), uuid4())
    fresh = []
    for call in (calls[0], calls[0], calls[1]):
        answer = await http.post(f"{OPERATORS}/{USER}/deeds?attempt={call}", json=said, headers=headers)
        assert answer.status_code == 201
        fresh.append(answer.json()["fresh"])
    assert fresh == [True, True, False]


async def test_o1_the_gateway_notes_who_was_refused_and_lists_it_for_operators(http: httpx.AsyncClient) -> None:
    said = {"companyId": str(TENANT), "operation": "opsStreams"}
    by_gateway = bearer("operators:deed")
    for _ in range(2):
        noted = await http.post(f"{OPERATORS}/{USER}/refusals", json=said, headers=by_gateway | key())
        assert noted.status_code == 201
    another = await http.post(f"{OPERATORS}/{uuid4()}/refusals", json=said, headers=by_gateway | key())
    assert another.status_code == 403, "in nobody else's name"
    assert (await http.post(f"{OPERATORS}/{USER}/refusals", json=said, headers=key())).status_code == 403
    (one,) = (await http.get(f"{OPERATORS}/deeds", headers=bearer("ops:read"))).json()["items"]
    assert (one["userId"], one["companyId"], one["what"], one["refused"], one["reason"]) == (
        str(USER),
        str(TENANT),
        "opsStreams",
        True,
        "",
    )
    before = await http.get(f"{OPERATORS}/deeds?before={one['position']}", headers=bearer("ops:read"))
    assert before.json()["items"] == []
    for nonsense in ("limit=0", "limit=201", "before=0", "before=x"):
        assert (await http.get(f"{OPERATORS}/deeds?{nonsense}", headers=bearer("ops:read"))).status_code == 422
    assert (await http.get(f"{OPERATORS}/deeds", headers=by_gateway)).status_code == 403


async def add(http: httpx.AsyncClient, **changes: Any) -> UUID:
    answer = await http.post("/users", json={**FORM, **changes}, headers=key())
    assert answer.status_code == 201
    return UUID(answer.json()["userId"])


async def test_s24_a_person_is_added_and_the_answer_waits_for_the_list(http: httpx.AsyncClient, world: World) -> None:
    answer = await http.post("/users", json=FORM, headers=key())
    assert answer.status_code == 201
    assert answer.json() == {"userId": str(world.store.log[0].stream_id), "version": 1}
    assert answer.headers["x-log-position"].startswith("users;e1;p")
    assert world.freshness.waited == [1]


async def test_s25_s35_every_bad_field_is_named_at_once(http: httpx.AsyncClient) -> None:
    form = {
        "email": "nobody",
        "name": "x" * 10_000,
        "title": "a\u202eb",
        "phoneNumber": "12",
        "mailLanguage": "fr",
        "timezone": "Mars/Olympus",
        "secondFactor": "SMS",
        "groupIds": ["x"],
        "comment": "a\x00b",
        "nickname": "?",
    }
    assert bad(await http.post("/users", json=form, headers=key())) == {
        "/email": "malformed",
        "/name": "too-long",
        "/title": "control-character",
        "/phoneNumber": "malformed",
        "/mailLanguage": "unknown-value",
        "/timezone": "unknown-value",
        "/secondFactor": "unknown-value",
        "/groupIds/0": "malformed",
        "/comment": "control-character",
        "/nickname": "unknown-field",
        "/role": "missing",
    }


async def test_s25_a_name_from_right_to_left_is_a_name(http: httpx.AsyncClient, world: World) -> None:
    await add(http, name="محمد العربي", title="מנהל")
    (registered,) = world.facts(UserRegistered)
    assert (registered.name, registered.title) == ("محمد العربي", "מנהל")


async def test_s35_a_comment_and_a_description_may_have_lines_and_a_name_may_not(
    http: httpx.AsyncClient, world: World
) -> None:
    user_id = await add(http, comment="4月から\r\n大阪")
    (registered,) = world.facts(UserRegistered)
    assert registered.comment == "4月から\n大阪"
    changed = await http.patch(f"/users/{user_id}", json={"comment": "4月に大阪支店から異動。\n電話の設定を担当。"})
    assert changed.status_code == 200
    made = await http.post("/groups", json={"name": "東京", "description": "本社\r\n総務"}, headers=key())
    assert made.status_code == 201
    assert world.facts(GroupCreated)[-1].description == "本社\n総務"
    form = FORM | {"name": "鈴木\n次郎", "title": "課\r長"}
    refused = bad(await http.post("/users", json=form, headers=key()))
    assert refused == {"/name": "control-character", "/title": "control-character"}


async def test_a_change_cannot_empty_what_must_be_said(http: httpx.AsyncClient) -> None:
    user_id = await add(http)
    answer = await http.patch(f"/users/{user_id}", json={"name": None, "role": None, "groupIds": None, "email": "x"})
    assert bad(answer) == {
        "/name": "wrong-type",
        "/role": "unknown-value",
        "/groupIds": "wrong-type",
        "/email": "unknown-field",
    }
    assert (await http.patch(f"/users/{user_id}", json={"title": None, "comment": None})).status_code == 200


async def test_m7_a_stale_version_is_refused(http: httpx.AsyncClient) -> None:
    user_id = await add(http)
    for said, status in (('"1"', 200), ('"1"', 412), ('W/"2"', 200), ("*", 200), ('"x"', 412), ('"9"', 412)):
        answer = await http.patch(
            f"/users/{user_id}", json={"title": str(uuid4())}, headers={**key(), "If-Match": said}
        )
        assert answer.status_code == status, said
    assert answer.json()["code"] == "stale"


async def test_s26_an_address_that_is_taken_is_a_conflict(http: httpx.AsyncClient) -> None:
    await add(http)
    answer = await http.post("/users", json=FORM, headers=key())
    assert (answer.status_code, answer.json()["code"]) == (409, "email-taken")


async def test_unknown_groups_are_named(http: httpx.AsyncClient) -> None:
    answer = await http.post("/users", json={**FORM, "groupIds": [str(uuid4())]}, headers=key())
    assert bad(answer) == {"/groupIds/0": "unknown-group"}


async def test_v8_another_tenants_people_and_groups_are_not_there(http: httpx.AsyncClient) -> None:
    user_id = await add(http)
    group_id = (await http.post("/groups", json={"name": "東京"}, headers=key())).json()["groupId"]
    http.headers.update(bearer("users:admin", "users:read", tenant_id=OTHER))
    calls = [
        ("PATCH", f"/users/{user_id}", {"title": "x"}),
        ("DELETE", f"/users/{user_id}", None),
        ("POST", f"/users/{user_id}/suspension", None),
        ("DELETE", f"/users/{user_id}/suspension", None),
        ("GET", f"/users/{user_id}", None),
        ("GET", f"/users/{user_id}/history", None),
        ("PATCH", f"/groups/{group_id}", {"name": "x"}),
        ("DELETE", f"/groups/{group_id}", None),
        ("PUT", f"/groups/{group_id}/permissions", {"permissions": []}),
        ("GET", f"/groups/{group_id}", None),
        ("GET", f"/groups/{group_id}/history", None),
        ("POST", f"/groups/{group_id}/members", {"userIds": [str(user_id)]}),
        ("DELETE", f"/groups/{group_id}/members/{user_id}", None),
    ]
    for method, path, body in calls:
        answer = await http.request(method, path, json=body, headers=key())
        assert (answer.status_code, answer.json()["code"].endswith("-unknown")) == (404, True), path


@pytest.mark.parametrize("scope", ["users:self", "users:read", "log:operate"])
async def test_only_administrators_change_people(http: httpx.AsyncClient, scope: str) -> None:
    answer = await http.post("/users", json=FORM, headers={**key(), **bearer(scope)})
    assert answer.status_code == 403
    answer = await http.post("/users", json=FORM, headers={**key(), **bearer("users:admin", issuer="operator")})
    assert answer.status_code == 403


async def test_members_stand_on_many_streams_and_each_partition_is_named(http: httpx.AsyncClient, world: World) -> None:
    people = [str(await add(http, email=f"a{number}@example.jp")) for number in range(8)]
    group_id = (await http.post("/groups", json={"name": "東京"}, headers=key())).json()["groupId"]
    answer = await http.post(f"/groups/{group_id}/members", json={"userIds": people}, headers=key())
    places = [one.split(";") for one in answer.headers["x-log-position"].split(", ")]
    assert answer.status_code == 200
    assert len({partition for _, _, partition, _ in places}) == len(places) > 1
    assert world.freshness.waited[-1] == max(int(position) for *_, position in places) == 17


async def test_permissions_are_checked_and_kept_in_order(http: httpx.AsyncClient, world: World) -> None:
    group_id = (await http.post("/groups", json={"name": "東京"}, headers=key())).json()["groupId"]
    path, contract = f"/groups/{group_id}/permissions", str(uuid4())
    wrong = [
        {"serviceName": "*", "contractId": contract, "actions": ["VIEW"]},
        {"serviceName": "smart-pbx", "actions": []},
        {"serviceName": "smart-pbx", "actions": ["VIEW", "DELETE"]},
    ]
    assert bad(await http.put(path, json={"permissions": wrong})) == {
        "/permissions/0/contractId": "malformed",
        "/permissions/1/actions": "too-few",
        "/permissions/2/actions/1": "unknown-value",
    }
    twice = [{"serviceName": "smart-pbx", "actions": ["VIEW"]}] * 2
    assert bad(await http.put(path, json={"permissions": twice})) == {"/permissions": "repeated"}
    right = [{"serviceName": "smart-pbx", "contractId": contract, "actions": ["EDIT", "VIEW", "EDIT"]}]
    assert (await http.put(path, json={"permissions": right})).status_code == 200
    assert world.store.log[-1].event.permissions[0].actions == ("VIEW", "EDIT")


async def test_m13_a_policy_is_checked_as_a_whole(http: httpx.AsyncClient) -> None:
    wrong = {
        "sessionIdleMinutes": 4,
        "sessionAbsoluteHours": 169,
        "allowedNetworks": ["192.0.2.1/24", "10.0.0.0/8", "somewhere"],
        "trustedBrowser": "perhaps",
        "secondFactors": [],
        "callerAddress": "here",
    }
    assert bad(await http.put("/policy", json=wrong)) == {
        "/sessionIdleMinutes": "too-small",
        "/sessionAbsoluteHours": "too-large",
        "/allowedNetworks/0": "malformed",
        "/allowedNetworks/2": "malformed",
        "/trustedBrowser": "malformed",
        "/secondFactors": "too-few",
        "/callerAddress": "malformed",
    }
    answer = await http.put("/policy", json={**POLICY, "sessionIdleMinutes": 90, "sessionAbsoluteHours": 1})
    assert bad(answer) == {"/sessionAbsoluteHours": "too-small"}
    answer = await http.put("/policy", json={**POLICY, "allowedNetworks": ["10.0.0.0/8"] * 101})
    assert bad(answer) == {"/allowedNetworks": "too-many"}


async def test_m13_a_policy_is_read_changed_and_guarded(http: httpx.AsyncClient) -> None:
    before = await http.get("/policy")
    assert (before.json()["version"], before.headers["etag"]) == (0, '"0"')
    away = await http.put("/policy", json={**POLICY, "callerAddress": "198.51.100.1"})
    assert (away.status_code, away.json()["code"]) == (409, "network-excludes-you")
    done = await http.put("/policy", json=POLICY, headers={"If-Match": '"0"'})
    assert (done.status_code, done.json()) == (200, {"version": 1})
    stale = await http.put("/policy", json={**POLICY, "trustedBrowser": True}, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    after = (await http.get("/policy")).json()
    assert after == {**{name: POLICY[name] for name in POLICY if name != "callerAddress"}, "version": 1}


def entry(number: int) -> Entry:
    return Entry(
        user_id=UUID(int=number),
        name=f"佐藤 {number}",
        email=f"a{number}@example.jp",
        title=None,
        role=Role.GENERAL_USER,
        phone_number="03-1234-5678",
        mobile_phone_number=None,
        status=Status.ACTIVE,
        second_factor=SecondFactor.TOTP,
        groups=(),
        last_login_at=datetime(2026, 4, 1, tzinfo=UTC),
        mail_language=Language.JA,
        timezone="Asia/Tokyo",
        comment=None,
        mail_bounced_at=None,
        mail_bounce=None,
        version=3,
        place=f"佐藤 {number}",
    )


async def test_s21_a_list_is_asked_for_as_the_query_says(http: httpx.AsyncClient, world: World) -> None:
    world.directory.found = [entry(number) for number in range(5)]
    query = "limit=2&q=%20sato%20&role=GENERAL_USER&status=ACTIVE&lastLogin=before:2026-04-01&sort=email&order=desc"
    page = (await http.get(f"/users?{query}")).json()
    tenant_id, wanted, limit, after = world.directory.asked[0]
    assert (tenant_id, wanted.q, wanted.sort, wanted.order, limit, after) == (TENANT, "sato", "email", "desc", 3, None)
    assert wanted.last_login == LoggedIn("before", datetime(2026, 4, 1, tzinfo=UTC).date())
    assert ([one["userId"][-1] for one in page["items"]], page["total"]) == (["0", "1"], 5)
    await http.get(f"/users?{query}&cursor={page['nextCursor']}")
    assert world.directory.asked[1][3] == ("佐藤 1", UUID(int=1))
    assert "佐藤" not in page["nextCursor"]


async def test_a_cursor_that_was_changed_or_is_for_another_list_is_refused(
    http: httpx.AsyncClient, world: World
) -> None:
    world.directory.found = [entry(number) for number in range(5)]
    cursor = (await http.get("/users?limit=2")).json()["nextCursor"]
    turned = cursor[:30] + ("A" if cursor[30] != "A" else "B") + cursor[31:]
    swapped = cursor[:20] + cursor[21:] + "A"
    paths = [f"/users?cursor={one}" for one in (turned, swapped, "x", "%F0%9F%98%80", "A" * 100, "=")]
    paths += [f"/users?cursor={cursor}&{other}" for other in ("q=a", "role=GENERAL_USER", "order=desc", "sort=email")]
    for path in paths:
        answer = await http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor-unreadable"), path
    answer = await http.get(f"/users?cursor={cursor}", headers=bearer("users:read", tenant_id=OTHER))
    assert answer.status_code == 422
    assert (await http.get(f"/users?cursor={cursor}")).status_code == 200


async def test_a_query_that_means_nothing_is_refused_as_a_whole(http: httpx.AsyncClient) -> None:
    answer = await http.get("/users?limit=501&role=x&status=y&group=z&lastLogin=soon&sort=age&order=up&q=" + "x" * 101)
    assert set(bad(answer)) == {"/limit", "/role", "/status", "/group", "/lastLogin", "/sort", "/order", "/q"}
    assert bad(await http.get("/users?lastLogin=before:2026-02-30")) == {"/lastLogin": "malformed"}


async def test_s22_one_person_comes_with_their_version(http: httpx.AsyncClient, world: World) -> None:
    world.directory.found = [entry(1)]
    answer = await http.get(f"/users/{UUID(int=1)}")
    assert (answer.status_code, answer.headers["etag"], answer.json()["lastLoginAt"]) == (
        200,
        '"3"',
        "2026-04-01T00:00:00Z",
    )


async def test_m10_history_names_who_did_it(http: httpx.AsyncClient) -> None:
    user_id = await add(http)
    await http.patch(f"/users/{user_id}", json={"title": "部長"})
    first = (await http.get(f"/users/{user_id}/history")).json()["items"][0]
    assert (first["field"], first["old"], first["new"]) == ("title", None, "部長")
    assert (first["by"], first["actor"]) == ("佐藤 花子", f"user:{USER}")


async def test_s17_moments_that_make_no_sense_are_refused_at_their_place(http: httpx.AsyncClient) -> None:
    turned = {"effectiveFrom": "2026-06-21T09:00:00+09:00", "legacyUntil": "2026-06-21T00:00:00Z"}
    answer = await http.put("/policy", json={**POLICY, "loginPolicy": turned})
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/loginPolicy/legacyUntil"]
    answer = await http.put("/policy", json={**POLICY, "loginPolicy": {"effectiveFrom": "2026-05-01T00:00:00"}})
    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert pointers == {"/loginPolicy/effectiveFrom", "/loginPolicy/legacyUntil"}
    answer = await http.put("/policy", json={**POLICY, "secondFactors": ["MAIL_OTP"]})
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/loginPolicy"]


async def test_m7_a_picture_is_changed_from_the_one_that_the_call_names(http: httpx.AsyncClient) -> None:
    nothing = {"If-Match": '"none"'}
    assert (await http.put("/image", content=picture(), headers=nothing)).status_code == 200
    for odd in (nothing, {"If-Match": '"7"'}, {"If-Match": "none"}, {"If-Match": f'"{"0" * 64}"'}):
        assert (await http.put("/image", content=picture(), headers=odd)).status_code == 412, odd
        assert (await http.delete("/image", headers=odd)).status_code == 412, odd
    shown = (await http.get("/image", headers=bearer("users:self"))).json()
    assert (await http.delete("/image", headers={"If-Match": f'"{shown["digest"]}"'})).status_code == 200


@pytest.mark.parametrize("number", [1764000000, 1.5, "1764000000"])
async def test_a11_a_number_is_no_moment_of_the_login_policy(http: httpx.AsyncClient, number: object) -> None:
    asked = {**POLICY, "loginPolicy": {"effectiveFrom": 0, "legacyUntil": number}}
    answer = await http.put("/policy", json=asked)
    assert answer.status_code == 422
    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert pointers == {"/loginPolicy/effectiveFrom", "/loginPolicy/legacyUntil"}


async def test_m7_what_is_deleted_answers_the_same_wish_as_before(http: httpx.AsyncClient) -> None:
    user_id = (await http.post("/users", json=FORM, headers=key())).json()["userId"]
    group_id = (await http.post("/groups", json={"name": "営業部"}, headers=key())).json()["groupId"]
    for path in (f"/users/{user_id}", f"/groups/{group_id}"):
        same = key() | {"If-Match": '"1"'}
        first, again = [await http.delete(path, headers=same) for _ in range(2)]
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.headers["X-Log-Position"] == first.headers["X-Log-Position"], "whoever waits for it waits again"
        assert (await http.delete(path, headers=key() | {"If-Match": '"1"'})).status_code in (404, 412)
