"""S36 to S38, N12, M12: from the portal to a settings site and back, as programs see it."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from deploy.operator_token import service_token
from deploy.stack import Stack
from tests.e2e.hop.second import Second
from tests.e2e.hop.sites import Site
from tests.e2e.people import Person, contract
from tests.e2e.portal import API, Browser, Portal, until


@dataclass(frozen=True)
class OfTwoServices(Person):
    """Somebody whose company has a phone contract and one of another service."""

    second_factor: str = "MAIL_OTP"

    def form(self, **changes: Any) -> dict[str, Any]:
        """Return the application form."""
        contracts = [contract(self.mark, 0), {**contract(self.mark, 1), "serviceName": "uno"}]
        return super().form(**{"contracts": contracts, **changes})


@pytest.fixture
async def person() -> Person:
    """Return the administrator of a company with both services."""
    return OfTwoServices()


@pytest.fixture
async def inside(portal: Portal, person: Person, settings_site: Stack) -> Browser:
    """Return their browser, logged in at the portal."""
    _ = settings_site
    browser, _app = await portal.entered(person)
    return browser


async def contracts(browser: Browser) -> dict[str, dict[str, Any]]:
    """Return the contracts by service, once they show."""

    async def look() -> dict[str, dict[str, Any]] | None:
        items = (await browser.get("/contracts")).json().get("items", [])
        return {one["serviceName"]: one for one in items} if len(items) == 2 else None

    return await until(look)


async def out(site: Site) -> str | None:
    """Return what the site says when it lets nobody in any more."""
    answer = await site.get("/")
    return answer.text if answer.status_code == 401 else None


async def test_s36_s37_s38_both_routes_end_at_the_same_settings_without_a_second_login(
    person: Person, inside: Browser, site: Site
) -> None:
    mine = (await contracts(inside))["smart-pbx"]
    for route in ("/hop?serviceName=smart-pbx", f"/hop/{mine['contractId']}"):
        site.cookies.clear()
        page = await site.comes(inside, route)
        assert page.status_code == 200
        assert f"{person.name} 様" in page.text
        assert mine["contractNumber"] in page.text
        assert person.company in page.text
    numbers = (await site.get("/numbers")).text
    assert mine["externalNumbers"][0] in numbers


async def test_s38_what_is_set_stays_set_and_belongs_to_the_contract(
    inside: Browser, site: Site, settings_site: Stack
) -> None:
    mine = (await contracts(inside))["smart-pbx"]
    page = await site.comes(inside, f"/hop/{mine['contractId']}")
    csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    assert (await site.post("/extensions", number="4711", name="受付", csrf=csrf)).status_code == 303
    assert (await site.post("/forwarding", extension="4711", rule="BUSY", target="03-1234-5678", csrf=csrf)).is_redirect
    assert (await site.post("/forwarding", extension="4712", rule="BUSY", target="03-1", csrf=csrf)).status_code == 422
    assert (await site.post("/extensions", number="4712", name="x", csrf="forged")).status_code == 403
    await asyncio.to_thread(settings_site.restart, "settings-site")
    assert "受付" in (await site.get("/extensions")).text
    assert "03-1234-5678" in (await site.get("/forwarding")).text


async def test_s38_a_code_is_worth_nothing_in_another_browser_or_a_second_time(
    inside: Browser, site: Site, settings_site: Stack
) -> None:
    mine = (await contracts(inside))["smart-pbx"]
    address = await site.code(inside, f"/hop/{mine['contractId']}")
    stranger = Site(settings_site.plan.settings_site.url)
    assert (await stranger.arrives(address)).status_code == 400
    await stranger.get("/login")
    assert (await stranger.arrives(address)).status_code == 400
    assert not await stranger.is_in()
    await stranger.close()
    assert (await site.arrives(address)).status_code == 200
    assert (await site.arrives(address)).status_code == 400


async def test_s38_after_the_logout_a_code_is_dead(inside: Browser, site: Site) -> None:
    mine = (await contracts(inside))["smart-pbx"]
    address = await site.code(inside, f"/hop/{mine['contractId']}")
    assert (await inside.log_out()).status_code == 204
    assert (await site.arrives(address)).status_code == 400
    assert not await site.is_in()


async def test_m12_the_logout_of_the_portal_ends_the_visit(inside: Browser, site: Site) -> None:
    mine = (await contracts(inside))["smart-pbx"]
    assert (await site.comes(inside, f"/hop/{mine['contractId']}")).status_code == 200
    assert (await inside.log_out()).status_code == 204
    assert "ログアウトしました" in await until(lambda: out(site))


async def test_m12_the_logout_of_the_site_ends_the_portals_session(inside: Browser, site: Site) -> None:
    mine = (await contracts(inside))["smart-pbx"]
    page = await site.comes(inside, f"/hop/{mine['contractId']}")
    csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    leaving = await site.post("/logout", csrf=csrf)
    back = await inside.page(leaving.headers["location"], follow=False)
    assert back.headers["location"].startswith(f"{site.url}/goodbye?state=")
    assert not await site.is_in()
    assert (await inside.get("/session")).status_code == 401


async def test_m12_who_is_suspended_is_out_at_the_site_too(
    portal: Portal, inside: Browser, site: Site, settings_site: Stack
) -> None:
    mine = (await contracts(inside))["smart-pbx"]
    colleague = Person(second_factor="MAIL_OTP")
    user_id = await _added(inside, colleague)
    theirs = portal.browser()
    await theirs.activate(colleague, (await portal.mailbox.wait(colleague.email))[0].token)
    await theirs.log_in(colleague, None)
    assert colleague.name in (await site.comes(theirs, f"/hop/{mine['contractId']}")).text
    own = Site(settings_site.plan.settings_site.url)
    assert (await own.comes(inside, f"/hop/{mine['contractId']}")).status_code == 200
    await _done(inside, "POST", f"/users/{user_id}/suspension")
    assert await until(lambda: out(site))
    # Nobody else is put out by that.
    assert await own.is_in()
    await own.close()


async def test_n12_a_second_library_logs_in_as_it_comes(person: Person, inside: Browser, second: Second) -> None:
    both = await contracts(inside)
    wish = await second.begins()
    granted = await inside.page(wish, follow=False)
    told = await second.finishes(granted.headers["location"])
    assert told["who"]["name"] == person.name
    assert told["who"]["email"] == person.email
    assert told["who"]["contract"]["number"] == both["uno"]["contractNumber"]
    assert told["claims"]["contract_id"] == both["uno"]["contractId"]
    # The library reads the same answer once more, and its code is used.
    assert (await second.finishes(granted.headers["location"]))["error"] == "invalid_grant"


async def test_n12_a_site_gets_nobody_for_a_contract_of_another_site(inside: Browser, second: Second) -> None:
    both = await contracts(inside)
    wish = await second.begins(both["smart-pbx"]["contractId"])
    refused = await inside.page(wish, follow=False)
    assert parse_qs(urlsplit(refused.headers["location"]).query)["error"] == ["access_denied"]
    assert (await second.finishes(refused.headers["location"]))["error"] == "access_denied"


async def test_n12_logins_go_on_when_the_signing_key_is_changed(
    inside: Browser, site: Site, settings_site: Stack
) -> None:
    mine = (await contracts(inside))["smart-pbx"]
    assert (await site.comes(inside, f"/hop/{mine['contractId']}")).status_code == 200
    plan = settings_site.plan
    headers = {
        "authorization": f"Bearer {service_token(plan, 'identity', 'log:operate')}",
        "idempotency-key": str(uuid4()),
    }
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{plan.ports.identity}") as identity:
        rotated = await identity.post("/internal/signing-keys/rotation", json={"withdraw": True}, headers=headers)
    assert rotated.is_success, rotated.text
    site.cookies.clear()
    assert (await site.comes(inside, f"/hop/{mine['contractId']}")).status_code == 200
    assert (await inside.log_out()).status_code == 204
    assert await until(lambda: out(site))


async def test_s38_a_site_that_is_down_is_said_to_be_and_the_portal_goes_on(
    inside: Browser, settings_site: Stack
) -> None:
    mine = (await contracts(inside))["smart-pbx"]
    await asyncio.to_thread(settings_site.halt, ["settings-site"])
    try:

        async def away() -> httpx.Response | None:
            answer = await inside.page(f"/hop/{mine['contractId']}", follow=False)
            return answer if answer.status_code == 503 else None

        assert "設定サイトが応答していません" in (await until(away)).text
        assert (await inside.page("/dashboard")).status_code == 200
    finally:
        await asyncio.to_thread(settings_site.start, ["settings-site"])


async def _added(browser: Browser, somebody: Person) -> str:
    """Register a colleague who may do everything with the contracts."""
    groups = (await browser.get("/groups")).json()["items"]
    (everything,) = [group["groupId"] for group in groups if group["builtIn"]]
    form = {
        "email": somebody.email,
        "name": somebody.name,
        "phoneNumber": somebody.phone,
        "mailLanguage": somebody.language,
        "timezone": somebody.timezone,
        "secondFactor": "MAIL_OTP",
        "role": "GENERAL_USER",
        "groupIds": [everything],
    }
    return str((await _done(browser, "POST", "/users", form))["userId"])


async def _done(browser: Browser, method: str, path: str, body: object = None) -> dict[str, Any]:
    csrf = (await browser.get("/session")).json()["csrfToken"]
    headers = {"x-csrf-token": csrf, "idempotency-key": str(uuid4()), "if-match": "*"}
    async with asyncio.timeout(30):
        while True:
            answer = await browser.http.request(method, f"{API}{path}", json=body, headers=headers)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            await asyncio.sleep(0.2)
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json() if answer.content else {}
    return told
