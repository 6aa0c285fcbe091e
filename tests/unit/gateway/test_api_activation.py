"""Activation and password reset over the public API."""

import httpx
import pytest

from gateway.application import cookies
from gateway.application.steps import Factor, Method
from tests.unit.gateway.browser import browser
from tests.unit.gateway.world import World

WHO = {"email": "hanako.sato@example.co.jp", "name": "佐藤 花子", "contactPhoneNumber": "03-1234-5678"}


async def say(http: httpx.AsyncClient, step: str, **body: str) -> httpx.Response:
    return await http.post(f"/api/v1/activation/{step}", json=body)


async def test_s6_s7_s8_the_three_steps(world: World) -> None:
    async with browser(world) as http:
        state = (await say(http, "state", token="link")).json()
        assert (state["state"], state["steps"]) == ("CONFIRM", ["CONFIRM", "PASSWORD", "TOTP"])
        assert (await say(http, "confirmation", token="link", **WHO)).json()["state"] == "PASSWORD"
        assert (await say(http, "password", token="link", password="long enough")).json()["state"] == "TOTP"
        setup = (await say(http, "totp", token="link")).json()
        assert setup["otpauthUri"].startswith("otpauth://totp/")
        assert setup["qrCode"].startswith("data:image/svg+xml")
        assert setup["secret"] in setup["otpauthUri"]
        assert (await say(http, "totp-confirmation", token="link", code="123456")).json()["state"] == "DONE"


async def test_s6_a_mismatch_says_only_how_many_tries_are_left(world: World) -> None:
    async with browser(world) as http:
        answer = await say(http, "confirmation", token="link", **{**WHO, "name": "somebody else"})
        assert (answer.status_code, answer.json()["code"], answer.json()["triesLeft"]) == (403, "identity-mismatch", 4)


async def test_s9_a_browser_that_opened_the_link_needs_not_name_it(world: World) -> None:
    async with browser(world) as http:
        http.cookies.set(cookies.ACTIVATION, "link", domain="portal.example.co.jp")
        assert (await say(http, "state")).status_code == 200


async def test_without_a_link_there_is_nothing_to_activate(world: World) -> None:
    async with browser(world) as http:
        answer = await say(http, "state")
        assert (answer.status_code, answer.json()["code"]) == (404, "activation-unknown")


async def test_s43_asking_for_a_reset_is_answered_without_content(world: World) -> None:
    async with browser(world) as http:
        answer = await http.post("/api/v1/password-resets", json=WHO)
        assert (answer.status_code, answer.json()) == (202, None)
        assert world.identity.resets[0].email == WHO["email"]


async def test_every_bad_field_is_named_at_once(world: World) -> None:
    async with browser(world) as http:
        answer = await http.post("/api/v1/password-resets", json={"name": "", "extra": 1})
        assert answer.status_code == 422
        pointers = {error["pointer"] for error in answer.json()["errors"]}
        assert pointers == {"/email", "/name", "/contactPhoneNumber", "/extra"}


@pytest.mark.parametrize("step", ["state", "confirmation", "password", "second-factor", "totp", "totp-confirmation"])
async def test_tries_from_one_address_are_counted(world: World, step: str) -> None:
    world.limits.refused.add("activation")
    async with browser(world) as http:
        body = {"token": "link", "password": "long enough", "code": "123456", "secondFactor": "TOTP", **WHO}
        fields = {"password": {"password"}, "second-factor": {"secondFactor"}, "totp-confirmation": {"code"}}
        wanted = WHO.keys() if step == "confirmation" else fields.get(step, set())
        answer = await say(http, step, **{name: body[name] for name in {"token", *wanted}})
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
        assert world.identity.asked == []


async def test_n03_the_choice_is_said_and_taken(world: World) -> None:
    world.identity.factor, world.identity.choices = Factor.UNSET, (Method.TOTP,)
    async with browser(world) as http:
        await say(http, "confirmation", token="link", **WHO)
        state = (await say(http, "password", token="link", password="long enough")).json()
        assert (state["state"], state["secondFactor"], state["choices"]) == ("FACTOR", "UNSET", ["TOTP"])
        refused = await say(http, "second-factor", token="link", secondFactor="MAIL_OTP")
        assert (refused.status_code, refused.json()["code"]) == (422, "second-factor-forbidden")
        assert (await say(http, "second-factor", token="link", secondFactor="UNSET")).status_code == 422
        state = (await say(http, "second-factor", token="link", secondFactor="TOTP")).json()
        assert (state["state"], state["steps"][2:]) == ("TOTP", ["FACTOR", "TOTP"])
