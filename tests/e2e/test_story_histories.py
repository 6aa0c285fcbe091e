"""What an administrator can look up later over the running portal: changes, logins, registrations, a picture."""

import csv
import io
from typing import Any

import asyncpg
import httpx
import pytest
from redis.asyncio import Redis

from deploy.stack import Stack
from tests.e2e.administrator import Administrator, at_work
from tests.e2e.people import Person
from tests.e2e.portal import Portal, until
from tests.unit.users.pictures import picture


@pytest.fixture
async def administrator(portal: Portal) -> Administrator:
    """Return an administrator, logged in."""
    return await at_work(portal, Person(second_factor="MAIL_OTP", contracts=1))


async def items(administrator: Administrator, path: str) -> list[dict[str, Any]]:
    answer = await administrator.call("GET", path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_m10_d17_every_change_says_who_from_where_from_what_to_what(administrator: Administrator) -> None:
    user_id = await administrator.add(Person(second_factor="MAIL_OTP"))
    await administrator.done("PATCH", f"/users/{user_id}", {"title": "部長"})
    group_id = (await administrator.done("POST", "/groups", {"name": "営業部"}))["groupId"]
    await administrator.done("POST", f"/groups/{group_id}/members", {"userIds": [user_id]})
    settings = (await administrator.call("GET", "/tenant/settings")).json()
    settings.pop("version")
    await administrator.done("PUT", "/tenant/settings", settings | {"sessionIdleMinutes": 45})
    me = (await administrator.call("GET", "/session")).json()
    for path, field, old, new in (
        (f"/users/{user_id}/history", "title", None, "部長"),
        (f"/users/{user_id}/history", "groups", None, "営業部"),
        (f"/groups/{group_id}/history", "name", None, "営業部"),
        ("/tenant/settings/history", "sessionIdleMinutes", "30", "45"),
    ):
        (one,) = [one for one in await items(administrator, path) if (one["field"], one["new"]) == (field, new)]
        assert (one["old"], one["by"], one["byName"]) == (old, f"user:{me['userId']}", me["name"])
        assert (one["clientIp"], one["userAgent"].startswith("python-httpx")) == ("127.0.0.1", True)

    async def joined() -> bool:
        return "members" in {one["field"] for one in await items(administrator, f"/groups/{group_id}/history")}

    await until(joined)
    exported = await administrator.call("GET", f"/users/{user_id}/history/export", **{"accept-language": "en"})
    rows = list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig"), newline="")))
    assert {("title", "", "部長")} <= {(row[5], row[6], row[7]) for row in rows}
    json_file = await administrator.call("GET", f"/users/{user_id}/history/export?format=json")
    assert len(json_file.json()["items"]) == len(rows) - 1


async def test_m10_d3_logins_and_registrations(portal: Portal, administrator: Administrator) -> None:
    somebody = Person(second_factor="MAIL_OTP")
    user_id = await administrator.add(somebody)
    link = (await portal.mailbox.wait(somebody.email))[0].token

    async def state(wanted: str) -> dict[str, Any] | None:
        found = await items(administrator, f"/registrations?state={wanted}")
        return next((one for one in found if one["userId"] == user_id), None)

    waiting = await until(lambda: state("WAITING"))
    assert waiting["byName"] == (await administrator.call("GET", "/session")).json()["name"]
    assert waiting["linkExpiresAt"] > waiting["registeredAt"]
    browser = portal.browser(address="127.0.0.2")
    await browser.activate(somebody, link)
    await until(lambda: state("ACTIVATED"))
    refused = await browser.post("/login", {"userId": somebody.email, "password": "not the password"})
    assert refused.status_code == 401
    await browser.log_in(somebody, None)
    found = await items(administrator, f"/users/{user_id}/logins")
    assert [(one["outcome"], one["clientIp"]) for one in found] == [
        ("PASSED", "127.0.0.2"),
        ("PASSWORD_WRONG", "127.0.0.2"),
    ]
    assert [one["outcome"] for one in (await browser.get("/me/logins")).json()["items"]] == ["PASSED", "PASSWORD_WRONG"]
    assert (await browser.get(f"/users/{user_id}/logins")).status_code == 403


async def test_m10_a7_the_logins_of_the_company_are_one_list_for_its_administrators_alone(
    portal: Portal, administrator: Administrator
) -> None:
    somebody = Person(second_factor="MAIL_OTP")
    user_id = await administrator.add(somebody)
    browser = portal.browser(address="127.0.0.2")
    await browser.activate(somebody, (await portal.mailbox.wait(somebody.email))[0].token)
    assert (await browser.post("/login", {"userId": somebody.email, "password": "not it"})).status_code == 401
    await browser.log_in(somebody, None)
    me = (await administrator.call("GET", "/session")).json()
    found = await items(administrator, "/logins")
    assert [(one["userId"], one["name"], one["outcome"]) for one in found] == [
        (user_id, somebody.name, "PASSED"),
        (user_id, somebody.name, "PASSWORD_WRONG"),
        (me["userId"], me["name"], "PASSED"),
    ]
    assert [one["clientIp"] for one in found] == ["127.0.0.2", "127.0.0.2", "127.0.0.1"]
    assert await items(administrator, f"/logins?userId={user_id}&result=REFUSED") == found[1:2]
    assert await items(administrator, f"/logins?until={found[2]['at']}") == found[2:]
    exported = await administrator.call("GET", "/logins/export", **{"accept-language": "en"})
    assert len(exported.content.decode("utf-8-sig").splitlines()) == 4
    assert (await browser.get("/logins")).status_code == 403
    other = await at_work(portal, Person(second_factor="MAIL_OTP", contracts=1))
    assert user_id not in str(await items(other, "/logins"))
    assert await items(other, f"/logins?userId={user_id}") == []
    await administrator.done("DELETE", f"/users/{user_id}")

    async def gone() -> bool:
        return somebody.name not in str(await items(administrator, "/logins"))

    await until(gone)
    for language, words in (("ja", "会社のログイン履歴"), ("en", "Company login history")):
        page = await administrator.browser.http.get("/logins", headers={"accept-language": language})
        assert page.status_code == 200
        assert words in page.text


async def test_m13_a_picture_reaches_everybodys_pages_and_nobody_elses(
    portal: Portal, administrator: Administrator
) -> None:
    headers = {"content-type": "image/png", "if-none-match": "*"}

    async def put(content: bytes) -> httpx.Response:
        csrf = (await administrator.call("GET", "/session")).json()["csrfToken"]
        return await administrator.browser.http.put(
            "/api/v1/tenant/image", content=content, headers=headers | {"x-csrf-token": csrf}
        )

    refused = await put(b"<svg onload=alert(1)>")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not-a-picture")
    assert (await put(picture("JPEG"))).status_code == 204

    async def shown() -> httpx.Response | None:
        answer = await administrator.call("GET", "/tenant/image")
        return answer if answer.is_success else None

    image = await until(shown)
    assert (image.headers["content-type"], image.headers["x-content-type-options"]) == ("image/png", "nosniff")
    address = "/company/image/" + image.headers["etag"].strip('"')
    assert f'src="{address}"' in (await administrator.browser.page("/dashboard")).text
    assert (await administrator.browser.page(address)).content == image.content
    other = await at_work(portal, Person(second_factor="MAIL_OTP", contracts=1))
    assert (await other.browser.page(address)).status_code == 404
    assert (await other.call("GET", "/tenant/image")).status_code == 404
    assert (await put(picture("JPEG"))).status_code == 412, "there is one by now"
    gone_now = await administrator.call("DELETE", "/tenant/image", **{"if-match": image.headers["etag"]})
    assert gone_now.status_code == 204, gone_now.text

    async def gone() -> bool:
        return (await administrator.call("GET", "/tenant/image")).status_code == 404

    await until(gone)
    fields = [one["field"] for one in await items(administrator, "/tenant/settings/history")]
    assert fields.count("image") == 2


async def test_asvs_7_3_1_a_session_that_nobody_uses_ends_for_the_record(
    administrator: Administrator, services: Stack
) -> None:
    me = (await administrator.call("GET", "/session")).json()["userId"]
    async with Redis.from_url(services.plan.redis_url.removesuffix("/0") + "/1") as redis:
        (whose,) = [one async for one, _ in redis.zscan_iter("sessions:ends") if me.encode() in one]
        session_id, _, _, key = whose.decode().split(" ")
        await redis.delete(key)
        await redis.zadd("sessions:ends", {whose: 0})
    assert (await administrator.call("GET", "/session")).status_code == 401

    async def recorded() -> bytes | None:
        connection = await asyncpg.connect(services.plan.databases.owner_url("identity"))
        try:
            found: bytes | None = await connection.fetchval(
                "SELECT data FROM es.events WHERE stream_id = $1 AND type = 'session.ended'", session_id
            )
        finally:
            await connection.close()
        return found

    assert b'"EXPIRED"' in await until(recorded, 60)
