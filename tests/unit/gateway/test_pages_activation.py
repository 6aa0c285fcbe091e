"""From the mailed link to a usable login, through the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest

from gateway.application import cookies
from gateway.application.steps import ActivationState, Factor, Method, Step
from kernel.domain.errors import Gone, Invalid, Locked, Refused
from tests.unit.gateway.reading import MAIL, PASSWORD, person, read, send
from tests.unit.gateway.world import World

LINK = "/activate/a-token-from-the-mail"
RIGHT = {"email": MAIL, "name": "佐藤 花子", "contactPhoneNumber": "03-1234-5678"}


def gone(code: str) -> Gone:
    return type("Gone", (Gone,), {"code": code})()


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with person(world) as http:
        assert (await http.get(LINK)).headers["location"] == "/activation"
        yield http


async def test_d1_opening_the_link_moves_it_into_a_cookie_and_uses_nothing_up(world: World) -> None:
    async with person(world) as http:
        for _ in range(3):
            assert (await http.get(LINK)).status_code == 303
        await http.head(LINK)
        assert http.cookies.get(cookies.ACTIVATION) == "a-token-from-the-mail"
        assert "a-token-from-the-mail" not in (await http.get("/activation")).text
    assert world.identity.step is Step.CONFIRM


@pytest.mark.parametrize("code", ["activation-expired", "activation-used", "activation-replaced"])
async def test_s05_d2_d3_a_dead_link_says_so_at_once_and_leads_to_a_new_one(world: World, code: str) -> None:
    world.identity.activation_state = AsyncMock(side_effect=gone(code))
    async with person(world) as http:
        answer = await http.get(LINK)
        assert answer.status_code == 410
        assert "/password-reset" in {href for href, _ in read(answer).links}
        assert http.cookies.get(cookies.ACTIVATION) is None
        program = await http.get(LINK, headers={"accept": "*/*"})
    assert program.status_code == 410
    assert program.headers["content-type"] == "application/problem+json"
    assert program.json()["code"] == code
    assert program.headers["link"] == '</password-reset>; rel="help"'


async def test_a_link_that_dies_halfway_is_told_on_the_next_page(world: World) -> None:
    async with opened(world) as http:
        world.identity.activation_state = AsyncMock(side_effect=gone("activation-expired"))
        answer = await http.get("/activation")
    assert answer.status_code == 410
    assert "このリンクの有効期限が切れています。" in answer.text


async def test_without_a_link_there_is_nothing_to_activate(world: World) -> None:
    async with person(world) as http:
        assert (await http.get("/activation")).status_code == 404


async def test_s06_to_s09_the_three_steps_lead_to_the_login(world: World) -> None:
    async with opened(world) as http:
        page = read(await http.get("/activation"))
        assert "1 / 3" in page.text
        assert (await send(http, "/activation", **RIGHT)).headers["location"] == "/activation"
        page = read(await http.get("/activation"))
        assert "2 / 3" in page.text
        assert page.inputs["password"]["autocomplete"] == "new-password"
        passwords = {"password": PASSWORD, "passwordAgain": PASSWORD}
        assert (await send(http, "/activation", **passwords)).headers["location"] == "/activation"
        answer = await http.get("/activation")
        assert "3 / 3" in read(answer).text
        assert "<svg" in answer.text
        assert "JBSW Y3DP EHPK 3PXP" in answer.text
        done = await send(http, "/activation", code="492039")
        assert done.headers["location"] == "/activation/done"
        assert "/" in {href for href, _ in read(await http.get("/activation/done")).links}
        assert http.cookies.get(cookies.ACTIVATION) is None


async def test_s06_a_mismatch_says_neither_which_nor_forgets_what_was_typed(world: World) -> None:
    async with opened(world) as http:
        answer = await send(http, "/activation", **RIGHT | {"name": "別の人"})
    page = read(answer)
    assert answer.status_code == 403
    assert "入力された内容が登録と一致しません。あと4回入力できます。" in page.text
    assert page.inputs["name"]["value"] == "別の人"
    assert not any("aria-invalid" in given for given in page.inputs.values())


async def test_s06_a_frozen_link_leads_to_a_new_one(world: World) -> None:
    async with opened(world) as http:
        fields = read(await http.get("/activation")).form("/activation")
        world.identity.confirm = AsyncMock(side_effect=type("Frozen", (Locked,), {"code": "activation-frozen"})())
        answer = await http.post("/activation", data=fields | RIGHT)
    assert answer.status_code == 423
    assert "/password-reset" in {href for href, _ in read(answer).links}


async def test_s07_two_different_passwords_are_told_before_anybody_is_asked(world: World) -> None:
    world.identity.step = Step.PASSWORD
    async with opened(world) as http:
        answer = await send(http, "/activation", password=PASSWORD, passwordAgain="another one")
    page = read(answer)
    assert answer.status_code == 422
    assert page.inputs["passwordAgain"]["aria-invalid"] == "true"
    assert PASSWORD not in answer.text
    assert world.identity.step is Step.PASSWORD


@pytest.mark.parametrize(
    ("rule", "words"),
    [("too-short", "8文字以上"), ("too-long", "128文字以内"), ("common", "よく使われる"), ("context-word", "推測され")],
)
async def test_s07_each_broken_rule_is_named_at_the_field(world: World, rule: str, words: str) -> None:
    refused: Any = type("PasswordRefused", (Invalid,), {"code": "password-refused"})
    world.identity.step = Step.PASSWORD
    world.identity.set_password = AsyncMock(side_effect=refused(errors=[{"pointer": "/password", "code": rule}]))
    async with opened(world) as http:
        answer = await send(http, "/activation", password="x", passwordAgain="x")
    page = read(answer)
    assert answer.status_code == 422
    assert words in next(text for href, text in page.links if href == "#password")


async def test_s09_a_step_out_of_order_shows_the_step_to_do_now(world: World) -> None:
    async with opened(world) as http:
        fields = read(await http.get("/activation")).form("/activation")
        world.identity.confirm = AsyncMock(side_effect=type("Order", (Refused,), {"code": "step-order"})())
        answer = await http.post("/activation", data=fields | RIGHT)
    assert (answer.status_code, answer.headers["location"]) == (303, "/activation")


async def test_s08_who_gets_codes_by_mail_never_sees_the_third_step(world: World) -> None:
    state = await world.identity.activation_state("token", world.asked())
    short = replace(state, steps=(Step.CONFIRM, Step.PASSWORD), second_factor=Factor.MAIL_OTP)
    world.identity.activation_state = AsyncMock(return_value=short)
    async with opened(world) as http:
        page = read(await http.get("/activation"))
        assert "1 / 2" in page.text
        assert "認証アプリ" not in page.text
        fields = page.form("/activation") | {"step": "PASSWORD", "password": PASSWORD, "passwordAgain": PASSWORD}
        world.identity.set_password = AsyncMock(return_value=finished(short))
        assert (await http.post("/activation", data=fields)).headers["location"] == "/activation/done"


def finished(state: ActivationState) -> ActivationState:
    return replace(state, state=Step.DONE)


async def test_s43_the_answer_to_a_reset_is_the_same_for_everybody(world: World) -> None:
    async with person(world) as http:
        known = await send(http, "/password-reset", **RIGHT)
        unknown = await send(http, "/password-reset", **RIGHT | {"email": "nobody@example.co.jp"})
        assert (known.status_code, known.headers["location"]) == (303, "/password-reset/sent")
        assert (unknown.status_code, unknown.headers["location"]) == (303, "/password-reset/sent")
        assert "入力された内容が登録と一致した場合" in (await http.get("/password-reset/sent")).text
    assert len(world.identity.resets) == 2


async def test_s43_a_reset_without_the_phone_number_names_it(world: World) -> None:
    async with person(world) as http:
        answer = await send(http, "/password-reset", **RIGHT | {"contactPhoneNumber": " "})
    assert answer.status_code == 422
    assert "#contactPhoneNumber" in {href for href, _ in read(answer).links}
    assert not world.identity.resets


async def test_n03_who_may_choose_finds_the_choice_between_password_and_app(world: World) -> None:
    world.identity.factor, world.identity.step = Factor.UNSET, Step.FACTOR
    async with opened(world) as http:
        page = read(await http.get("/activation"))
        assert "3 / 3" in page.text
        assert "第2段階認証方式の選択" in page.text
        answer = await send(http, "/activation", secondFactor="TOTP")
        assert answer.headers["location"] == "/activation"
        page = read(await http.get("/activation"))
        assert "4 / 4" in page.text
        assert "/activation?choose=1" in {href for href, _ in page.links}
        assert "第2段階認証方式の選択" in read(await http.get("/activation?choose=1")).text
        fields = read(await http.get("/activation?choose=1")).form("/activation")
        done = await http.post("/activation", data=fields | {"secondFactor": "MAIL_OTP"})
    assert done.headers["location"] == "/activation/done"


async def test_n03_a_company_that_forbids_mailed_codes_shows_the_app_alone(world: World) -> None:
    world.identity.factor, world.identity.step, world.identity.choices = Factor.UNSET, Step.FACTOR, (Method.TOTP,)
    async with opened(world) as http:
        page = await http.get("/activation")
        assert 'value="TOTP" checked' in page.text
        assert 'value="MAIL_OTP"' not in page.text
        fields = read(page).form("/activation")
        refused = await http.post("/activation", data=fields | {"secondFactor": "MAIL_OTP"})
        nothing = await http.post("/activation", data=fields | {"secondFactor": "PIGEON"})
    assert (refused.status_code, nothing.status_code) == (422, 422)
    assert "会社の設定により、この方法は使えません。" in refused.text
    assert "方法を選んでください。" in nothing.text
