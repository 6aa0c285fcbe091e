"""What an administrator gives and takes, seen by the other person's very next request."""

import asyncio

import pytest

from tests.e2e.administrator import Administrator, at_work
from tests.e2e.people import Person
from tests.e2e.portal import API, Browser, Portal


@pytest.fixture
async def person() -> Person:
    """Return the administrator of a company with two contracts."""
    return Person(second_factor="MAIL_OTP")


@pytest.fixture
async def administrator(portal: Portal, person: Person) -> Administrator:
    """Return the administrator, logged in."""
    return await at_work(portal, person)


async def colleague(portal: Portal, administrator: Administrator, address: str | None = None) -> tuple[Browser, str]:
    """Add a colleague and bring them as far as a session."""
    somebody = Person(second_factor="MAIL_OTP")
    user_id = await administrator.add(somebody)
    browser = portal.browser(address=address)
    await browser.activate(somebody, (await portal.mailbox.wait(somebody.email))[0].token)
    await browser.log_in(somebody, None)
    return browser, user_id


async def seen(browser: Browser) -> set[str]:
    """Return the contracts of the very next dashboard."""
    answer = await browser.get("/dashboard")
    assert answer.status_code == 200, answer.text
    return {one["contractId"] for one in answer.json()["contracts"]}


async def test_n1_n2_m4_what_a_group_gives_and_takes_shows_in_the_very_next_request(
    portal: Portal, administrator: Administrator
) -> None:
    browser, user_id = await colleague(portal, administrator)
    assert await seen(browser) == set()
    contracts = (await administrator.call("GET", "/contracts")).json()["items"]
    one, other = contracts[0]["contractId"], contracts[1]["contractId"]
    group = (await administrator.done("POST", "/groups", {"name": "営業部"}))["groupId"]
    permissions = [{"serviceName": "smart-pbx", "contractId": one, "actions": ["VIEW"]}]
    await administrator.done("PUT", f"/groups/{group}/permissions", {"permissions": permissions})
    await administrator.done("POST", f"/groups/{group}/members", {"userIds": [user_id]})
    assert await seen(browser) == {one}
    assert (await browser.get(f"/contracts/{one}")).status_code == 200
    assert (await browser.get(f"/contracts/{other}")).status_code == 404
    everything = [{"serviceName": "*", "actions": ["VIEW"]}]
    await administrator.done("PUT", f"/groups/{group}/permissions", {"permissions": everything})
    assert await seen(browser) == {one, other}
    await administrator.done("DELETE", f"/groups/{group}/members/{user_id}")
    assert await seen(browser) == set()
    await administrator.done("POST", f"/groups/{group}/members", {"userIds": [user_id]})
    assert await seen(browser) == {one, other}
    await administrator.done("DELETE", f"/groups/{group}")
    assert await seen(browser) == set()
    assert (await browser.get("/users")).status_code == 403


async def test_s5_who_is_suspended_is_out_with_the_next_request_and_on_an_open_stream(
    portal: Portal, administrator: Administrator
) -> None:
    browser, user_id = await colleague(portal, administrator)
    async with browser.http.stream("GET", f"{API}/events", timeout=10) as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": here"
        await administrator.done("POST", f"/users/{user_id}/suspension")
        assert (await browser.get("/dashboard")).status_code == 401
        async with asyncio.timeout(1.5):
            rest = [line async for line in lines]
    assert not [line for line in rest if line.startswith("event: contract")]
    await administrator.done("DELETE", f"/users/{user_id}/suspension")
    assert (await browser.get("/dashboard")).status_code == 401, "the old session does not come back"


async def test_d15_m13_networks_hold_for_sessions_that_run_and_never_shut_their_author_out(
    portal: Portal, administrator: Administrator
) -> None:
    browser, _ = await colleague(portal, administrator, address="127.0.0.2")
    assert (await browser.get("/session")).status_code == 200
    settings = (await administrator.call("GET", "/tenant/settings")).json()
    settings.pop("version")
    refused = await administrator.call("PUT", "/tenant/settings", settings | {"allowedNetworks": ["127.0.0.2/32"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "network-excludes-you")
    await administrator.done("PUT", "/tenant/settings", settings | {"allowedNetworks": ["127.0.0.1/32"]})
    answer = await browser.get("/session", **{"x-forwarded-for": "127.0.0.1"})
    assert (answer.status_code, answer.json()["code"]) == (403, "network-refused")
    await administrator.done("PUT", "/tenant/settings", settings | {"allowedNetworks": []})
    assert (await browser.get("/session")).status_code == 200


async def test_m14_m7_the_last_administrator_stays_and_a_stale_change_is_refused(administrator: Administrator) -> None:
    me = (await administrator.call("GET", "/session")).json()["userId"]
    demoted = await administrator.call("PATCH", f"/users/{me}", {"role": "GENERAL_USER"})
    assert (demoted.status_code, demoted.json()["code"]) == (409, "last-administrator")
    tag = (await administrator.call("GET", f"/users/{me}")).headers["etag"]
    first = await administrator.call("PATCH", f"/users/{me}", {"title": "部長"}, **{"if-match": tag})
    assert first.status_code in {200, 503}
    stale = await administrator.call("PATCH", f"/users/{me}", {"title": "課長"}, **{"if-match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    items = (await administrator.call("GET", f"/users/{me}/history")).json()["items"]
    assert ("title", "部長") in {(one["field"], one["new"]) for one in items}
