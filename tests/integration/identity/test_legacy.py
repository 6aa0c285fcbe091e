"""S17: the old login method, the code by mail, until its day; with a clock that stands where the test wants it."""

from datetime import datetime, timedelta

import httpx
import pytest

from services.identity.application.tenants import LoginPolicy
from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import Person, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP
BEFORE, WINDOW = timedelta(days=10), timedelta(days=51)
"""From now to the new method, and from there to the end of the old one, as in the spring of 2018."""


def _said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def _decided(world: World) -> tuple[datetime, datetime]:
    since = world.clock() + BEFORE
    policy = LoginPolicy(effective_from=since, legacy_until=since + WINDOW)
    await world.decides(trusted_browser=True, login_policy=policy)
    return since, since + WINDOW


async def _ends_at(person: Person) -> str | None:
    state = (await person.world.call("/logins/state", {"login": await person.login()})).json()
    ends: str | None = state["endsAt"]
    return ends


@pytest.mark.parametrize("moment", ["before", "inside"])
async def test_s17_both_methods_are_accepted_until_the_old_one_ends(world: World, moment: str) -> None:
    mail, app = await world.activated(MAIL), await world.activated(TOTP)
    since, until = await _decided(world)
    world.clock.advance((since if moment == "inside" else until - WINDOW - timedelta(seconds=1)) - world.clock())
    assert await mail.session()
    assert await app.session()
    world.clock.advance(until - world.clock() - timedelta(seconds=40))
    assert await mail.session()


async def test_s17_who_uses_the_old_method_is_told_inside_the_window_and_nobody_else(world: World) -> None:
    mail, app = await world.activated(MAIL), await world.activated(TOTP)
    since, until = await _decided(world)
    assert await _ends_at(mail) is None
    world.clock.advance(since - world.clock())
    told = await _ends_at(mail)
    assert told is not None
    assert datetime.fromisoformat(told) == until
    assert await _ends_at(app) is None


async def test_s17_the_old_method_is_refused_from_its_very_end_and_the_way_to_the_new_one_is_mailed(
    world: World,
) -> None:
    person, app = await world.activated(MAIL), await world.activated(TOTP)
    _, until = await _decided(world)
    world.clock.advance(until - world.clock())
    assert await app.session()
    codes = len(await world.named("challenge.mail-code-issued"))
    assert _said(await person.begin("wrong password")) == (401, "credentials-wrong")
    assert _said(await person.begin()) == (403, "login-method-ended")
    assert len(await world.named("challenge.mail-code-issued")) == codes
    person.token, person.factor = await person.newest_link(), TOTP
    state = (await person.step("state")).json()
    assert (state["purpose"], state["steps"]) == ("FACTOR_RESET", ["CONFIRM", "TOTP"])
    assert (await person.confirm()).status_code == 200
    person.seed = (await person.step("totp")).json()["secret"]
    assert (await person.step("totp-confirmation", code=person.totp())).json()["state"] == "DONE"
    world.clock.advance(timedelta(seconds=30))
    assert await person.session()


async def test_s17_a_trusted_browser_does_not_outlive_the_old_method(world: World) -> None:
    person = await world.activated(MAIL)
    _, until = await _decided(world)
    world.clock.advance(until - world.clock() - timedelta(days=1))
    body = {"login": await person.login(), "code": await person.mailed(), "trust": True}
    browser = (await world.call("/logins/code", body)).json()["trusted"]
    world.clock.advance(timedelta(days=1))
    begun = {"email": person.email, "password": person.password, "trusted": browser}
    assert _said(await world.call("/logins", begun)) == (403, "login-method-ended")


async def test_s17_nobody_new_gets_the_old_method_once_the_new_one_holds(world: World) -> None:
    since, _ = await _decided(world)
    early, late = await world.register(SecondFactor.UNSET), await world.register(SecondFactor.UNSET)
    await early.confirm()
    assert (await early.step("password", password=early.password)).json()["choices"] == ["TOTP", "MAIL_OTP"]
    await late.confirm()
    late.world.clock.advance(timedelta(hours=71))
    await late.step("password", password=late.password)
    policy = LoginPolicy(effective_from=world.clock(), legacy_until=since + WINDOW)
    await world.decides(login_policy=policy)
    assert (await late.step("state")).json()["choices"] == ["TOTP"]
    refused = await late.step("second-factor", secondFactor="MAIL_OTP")
    assert _said(refused) == (422, "second-factor-forbidden")


async def test_s17_a_company_that_takes_it_back_has_codes_by_mail_again(world: World) -> None:
    person = await world.activated(MAIL)
    _, until = await _decided(world)
    world.clock.advance(until - world.clock())
    await world.decides()
    assert await person.session()
