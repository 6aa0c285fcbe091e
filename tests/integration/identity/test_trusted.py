"""Trusted browsers skip the second step, and what ends that."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.identity.application.trusted_ports import BrowserTrust
from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import PASSWORD, Person, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP
NEW = "another rare long one"


async def _allowed(world: World) -> None:
    await world.decides(trusted_browser=True)


async def _trusted(person: Person) -> str:
    """Log in with both steps and have the browser trusted."""
    answer = await person.world.call(
        "/logins/code", {"login": await person.login(), "code": await person.right(), "trust": True}
    )
    assert answer.status_code == 200, answer.text
    person.world.clock.advance(timedelta(seconds=30))
    return str(answer.json()["trusted"])


async def _begin(person: Person, browser: str, password: str = "") -> httpx.Response:
    body = {"email": person.email, "password": password or person.password, "trusted": browser}
    return await person.world.call("/logins", {**body, "client": {"ip": "192.0.2.7", "userAgent": "test"}})


async def _listed(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await person.own("GET", "trusted-browsers")).json()["items"]
    return found


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_n03_m13_a_trusted_browser_logs_in_with_the_password_alone(world: World, factor: SecondFactor) -> None:
    await _allowed(world)
    person = await world.activated(factor)
    browser = await _trusted(person)
    mails = len(await world.named("challenge.mail-code-issued"))
    answer = await _begin(person, browser)
    passed = answer.json()
    assert (answer.status_code, passed["method"], passed["trusted"]) == (200, "TRUSTED_BROWSER", browser)
    assert answer.headers["X-Log-Position"].startswith("identity;")
    (started,) = await world.facts(UUID(passed["sessionId"]))
    assert (started.method, started.amr) == ("TRUSTED_BROWSER", ("pwd",))
    assert len(await world.named("challenge.mail-code-issued")) == mails
    assert (await _begin(person, browser, "wrong password")).json()["code"] == "credentials-wrong"
    records = (await person.own("GET", "logins")).json()["items"]
    assert {one["method"] for one in records if one["outcome"] == "PASSED"} == {factor, "TRUSTED_BROWSER"}


async def test_n03_a_login_with_both_steps_says_so(world: World) -> None:
    person = await world.activated()
    (started,) = await world.facts(UUID(await person.session()))
    assert (started.method, started.amr) == ("TOTP", ("pwd", "otp", "mfa"))


async def test_n03_each_login_renews_the_ten_days_and_ten_days_alone_end_them(world: World) -> None:
    await _allowed(world)
    person = await world.activated()
    browser = await _trusted(person)
    for _ in range(3):
        world.clock.advance(timedelta(days=9))
        assert "sessionId" in (await _begin(person, browser)).json()
    world.clock.advance(timedelta(days=10))
    assert "login" in (await _begin(person, browser)).json()


async def test_n03_nobody_is_trusted_unless_the_tenant_wants_it(world: World) -> None:
    person = await world.activated()
    body = {"login": await person.login(), "code": person.totp(), "trust": True}
    assert (await world.call("/logins/code", body)).json()["trusted"] is None
    assert await world.rows("SELECT FROM guard.trusted_browser") == []


async def test_n03_the_code_page_offers_it_where_the_tenant_wants_it(world: World) -> None:
    person = await world.activated()
    login = await person.login()
    assert (await world.call("/logins/state", {"login": login})).json()["mayTrust"] is False
    await _allowed(world)
    assert (await world.call("/logins/state", {"login": login})).json()["mayTrust"] is True


async def test_n03_a_browser_is_trusted_for_one_person_and_by_its_token_alone(world: World) -> None:
    await _allowed(world)
    person, other = await world.activated(), await world.activated()
    browser = await _trusted(person)
    assert "login" in (await _begin(other, browser)).json()
    assert "login" in (await _begin(person, browser[:-1])).json()
    kept = await world.rows("SELECT * FROM guard.trusted_browser")
    assert browser not in repr(kept)


async def _changes_password(person: Person) -> None:
    body = {"current": PASSWORD, "new": NEW, "endOthers": False, "sessionId": await person.session()}
    assert (await person.own("POST", "password", body)).status_code == 200
    person.password = NEW


async def _resets_password(person: Person) -> None:
    await person.reset()
    person.token = await person.newest_link()
    assert (await person.step("password", password=NEW)).status_code == 200
    person.password = NEW


async def _is_suspended_for_a_while(person: Person) -> None:
    following = person.world.built.following
    await following.suspended(person.user_id, person.world.because())
    await following.reinstated(person.user_id, person.world.because())


async def _is_given_another_factor(person: Person) -> None:
    await person.world.built.following.assigned(person.user_id, MAIL, person.world.because())


async def _ends_other_sessions(person: Person) -> None:
    body = {"others": True, "sessionId": await person.session()}
    assert (await person.own("POST", "sessions/end", body)).status_code == 200


async def _forgets(person: Person) -> None:
    assert (await person.own("POST", "trusted-browsers/forget", {})).status_code == 200


async def _forgets_that_one(person: Person) -> None:
    (one,) = await _listed(person)
    body = {"browserId": one["browserId"]}
    assert (await person.own("POST", "trusted-browsers/forget", body)).status_code == 200


async def _tenant_turns_it_off_and_on(person: Person) -> None:
    await person.world.decides(trusted_browser=False)
    await _allowed(person.world)


@pytest.mark.parametrize(
    "ends",
    [
        _changes_password,
        _resets_password,
        _is_suspended_for_a_while,
        _is_given_another_factor,
        _ends_other_sessions,
        _forgets,
        _forgets_that_one,
        _tenant_turns_it_off_and_on,
    ],
)
async def test_n03_m13_what_ends_trust(world: World, ends: Callable[[Person], Awaitable[None]]) -> None:
    await _allowed(world)
    person = await world.activated()
    browser = await _trusted(person)
    world.clock.advance(timedelta(seconds=30))
    await ends(person)
    assert await _listed(person) == []
    answer = await _begin(person, browser)
    assert (answer.status_code, "login" in answer.json()) == (200, True), answer.text


async def _decided(person: Person, trust: BrowserTrust) -> None:
    await person.world.built.following.trust_decided(person.user_id, trust)


async def test_n03_m13_who_is_allowed_may_although_the_company_does_not_let_browsers_be_trusted(world: World) -> None:
    person, other = await world.activated(), await world.activated()
    await _decided(person, BrowserTrust.ALLOWED)
    browser = await _trusted(person)
    assert (await _begin(person, browser)).json()["method"] == "TRUSTED_BROWSER"
    assert (await person.own("GET", "trusted-browsers")).json()["allowed"] is True
    assert (await other.own("GET", "trusted-browsers")).json()["allowed"] is False
    # What the company decides for everybody else leaves them alone.
    await _tenant_turns_it_off_and_on(person)
    assert (await _begin(person, browser)).json()["method"] == "TRUSTED_BROWSER"


@pytest.mark.parametrize("company", [True, False])
async def test_n03_m13_who_is_forbidden_is_asked_for_a_code_and_stays_so_when_allowed_again(
    world: World, company: bool
) -> None:
    await world.decides(trusted_browser=company)
    person = await world.activated()
    await _decided(person, BrowserTrust.ALLOWED)
    browser = await _trusted(person)
    await _decided(person, BrowserTrust.FORBIDDEN)
    assert "login" in (await _begin(person, browser)).json()
    assert (await person.own("GET", "trusted-browsers")).json() == {"items": [], "allowed": False}
    state = await person.world.call("/logins/state", {"login": await person.login()})
    assert state.json()["mayTrust"] is False
    await _decided(person, BrowserTrust.ALLOWED)
    assert "login" in (await _begin(person, browser)).json()


async def test_n03_m13_who_is_as_the_company_again_keeps_trust_only_where_it_wants_that(world: World) -> None:
    person = await world.activated()
    await _decided(person, BrowserTrust.ALLOWED)
    browser = await _trusted(person)
    await _decided(person, BrowserTrust.AS_COMPANY)
    assert "login" in (await _begin(person, browser)).json()
    await _allowed(world)
    browser = await _trusted(person)
    await _decided(person, BrowserTrust.AS_COMPANY)
    assert (await _begin(person, browser)).json()["method"] == "TRUSTED_BROWSER"


async def test_n03_people_see_their_browsers_and_nobody_elses(world: World) -> None:
    await _allowed(world)
    person, other = await world.activated(), await world.activated()
    await _trusted(person)
    (one,) = await _listed(person)
    assert (one["clientIp"], one["userAgent"]) == ("192.0.2.7", "test")
    assert await _listed(other) == []
    refused = await other.own("POST", "trusted-browsers/forget", {"browserId": one["browserId"]})
    assert (refused.status_code, refused.json()["code"]) == (404, "trusted-browser-unknown")
    assert len(await _listed(person)) == 1
    stranger = f"/credentials/{person.user_id}/trusted-browsers"
    told = await world.ask("GET", stranger, scope="credentials:self", subject=f"user:{other.user_id}")
    assert told.status_code == 404


async def test_n03_who_is_locked_out_is_not_let_in_by_a_browser(world: World) -> None:
    await _allowed(world)
    person = await world.activated()
    browser = await _trusted(person)
    wrong = await person.wrong()
    for _ in range(2):
        login = await person.login()
        for _ in range(5):
            await person.code(login, wrong)
    assert (await _begin(person, browser)).json()["code"] == "credential-locked"
