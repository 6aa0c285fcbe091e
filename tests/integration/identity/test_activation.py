"""From the mailed link to a usable login, over HTTP and a real database."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import httpx
import pytest

from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import PASSWORD, Person, World


def _said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_s06_s07_s08_an_authenticator_user_walks_three_steps(world: World) -> None:
    person = await world.register()
    start = (await person.step("state")).json()
    assert (start["purpose"], start["state"], start["secondFactor"]) == ("ACTIVATION", "CONFIRM", "TOTP")
    assert (start["steps"], start["confirmTriesLeft"]) == (["CONFIRM", "PASSWORD", "TOTP"], 5)
    assert (await person.confirm()).json()["state"] == "PASSWORD"
    assert (await person.step("password", password=PASSWORD)).json()["state"] == "TOTP"
    setup = (await person.step("totp")).json()
    person.seed = setup["secret"]
    assert setup["otpauthUri"].startswith("otpauth://totp/")
    assert f"ビジネスポータル:{person.email}" in unquote(setup["otpauthUri"])
    assert (await person.step("totp-confirmation", code=person.totp())).json()["state"] == "DONE"
    assert [type(fact).__name__ for fact in await world.facts(person.user_id)] == [
        "CredentialOpened",
        "ActivationIssued",
        "IdentityConfirmed",
        "PasswordSet",
        "TotpEnrolled",
        "CredentialActivated",
    ]


async def test_s08_a_mail_code_user_never_sees_the_authenticator_step(world: World) -> None:
    person = await world.register(SecondFactor.MAIL_OTP)
    assert (await person.step("state")).json()["steps"] == ["CONFIRM", "PASSWORD"]
    await person.confirm()
    assert (await person.step("password", password=PASSWORD)).json()["state"] == "DONE"
    assert _said(await person.step("totp")) == (410, "activation-used")


@pytest.mark.parametrize(
    "other",
    [
        {"email": "hanako@example.com"},
        {"name": "佐藤 太郎"},
        {"contactPhoneNumber": "03-1234-5679"},
        {"email": "x@example.com", "name": "x", "contactPhoneNumber": "x"},
    ],
)
async def test_s06_any_mismatch_is_the_same_error(world: World, other: dict[str, str]) -> None:
    person = await world.register()
    answer = await person.confirm(**other)
    problem = {name: value for name, value in answer.json().items() if name != "traceId"}
    assert problem == {
        "type": "/help/problems/identity-mismatch",
        "title": "Forbidden",
        "status": 403,
        "code": "identity-mismatch",
        "triesLeft": 4,
    }


async def test_s06_spelling_does_not_matter(world: World) -> None:
    person = await world.register()
    spelled = {"email": person.email.upper(), "name": "佐藤花子", "contactPhoneNumber": "+81 3 1234 5678"}
    assert (await person.confirm(**spelled)).status_code == 200


async def test_s06_five_failures_freeze_the_link_and_a_new_one_goes_on(world: World) -> None:
    person = await world.register()
    told = [_said(await person.confirm(name="x")) for _ in range(6)]
    assert told == [(403, "identity-mismatch")] * 5 + [(423, "activation-frozen")]
    assert _said(await person.confirm()) == (423, "activation-frozen")
    assert _said(await person.step("state")) == (423, "activation-frozen")
    await person.reset()
    person.token = await person.newest_link()
    await person.activate()


@pytest.mark.parametrize("done", [0, 1, 2])
async def test_s09_steps_go_in_order(world: World, done: int) -> None:
    person = await world.register()
    walk: list[tuple[str, dict[str, Any]]] = [
        ("confirmation", person.who),
        ("password", {"password": PASSWORD}),
        ("totp", {}),
        ("totp-confirmation", {"code": "123456"}),
    ]
    for name, body in walk[:done]:
        assert (await person.step(name, **body)).status_code == 200
    allowed = {0: {"confirmation"}, 1: {"password"}, 2: {"totp", "totp-confirmation"}}[done]
    for name, body in walk:
        if name not in allowed:
            early = (403, "identity-not-confirmed") if (name, done) == ("password", 0) else (409, "step-order")
            assert _said(await person.step(name, **body)) == early


async def test_s09_an_abandoned_way_goes_on_where_it_was_until_it_expires(world: World) -> None:
    person = await world.register()
    await person.confirm()
    world.clock.advance(timedelta(hours=71))
    assert (await person.step("state")).json()["state"] == "PASSWORD"
    await person.step("password", password=PASSWORD)
    secret = (await person.step("totp")).json()["secret"]
    assert (await person.step("totp")).json()["secret"] == secret
    world.clock.advance(timedelta(hours=1))
    assert _said(await person.step("totp")) == (410, "activation-expired")


async def test_s04_s05_the_link_ends_at_its_very_moment_for_every_step(world: World) -> None:
    person = await world.register()
    ends = (await person.step("state")).json()["expiresAt"]
    assert ends == (world.clock() + timedelta(hours=72)).isoformat().replace("+00:00", "Z")
    world.clock.advance(timedelta(hours=72) - timedelta(microseconds=1))
    assert (await person.step("state")).status_code == 200
    world.clock.advance(timedelta(microseconds=1))
    for name, body in [("state", {}), ("confirmation", person.who), ("password", {"password": PASSWORD})]:
        assert _said(await person.step(name, **body)) == (410, "activation-expired")


async def test_d01_looking_uses_nothing_up(world: World) -> None:
    person = await world.register()
    before = await world.rows("SELECT count(*) FROM es.events")
    for _ in range(20):
        assert (await person.step("state")).status_code == 200
    assert await world.rows("SELECT count(*) FROM es.events") == before
    await person.activate()


async def test_s07_a_used_link_says_so_and_an_unknown_one_too(world: World) -> None:
    person = await world.activated()
    for name, body in [("state", {}), ("confirmation", person.who), ("password", {"password": PASSWORD}), ("totp", {})]:
        assert _said(await person.step(name, **body)) == (410, "activation-used")
    person.token = "A" * 43
    assert _said(await person.step("state")) == (404, "activation-unknown")


async def test_m02_one_link_lives(world: World) -> None:
    person = await world.register()
    old = person.token
    await person.reset()
    assert _said(await person.step("state")) == (410, "activation-replaced")
    person.token = await person.newest_link()
    assert person.token != old
    assert (await person.step("state")).status_code == 200


async def test_s04_the_token_has_256_bits_and_is_kept_hashed_and_sealed(world: World) -> None:
    person = await world.register()
    assert len(person.token) == 43
    (row,) = await world.rows("SELECT a::text AS all_of_it FROM guard.activation a")
    assert person.token.encode().hex() not in row["all_of_it"]
    assert person.token not in row["all_of_it"]


async def test_s07_a_bad_password_is_refused_with_every_rule(world: World) -> None:
    person = await world.register()
    await person.confirm()
    answer = await person.step("password", password="hanako")
    assert _said(answer) == (422, "password-refused")
    assert [error["code"] for error in answer.json()["errors"]] == ["too-short", "context-word"]
    assert _said(await person.step("password", password="x" * 129)) == (422, "password-refused")
    assert (await person.step("password", password=PASSWORD)).status_code == 200


async def test_s08_enrolment_needs_a_right_code_and_allows_ten_wrong_ones(world: World) -> None:
    person = await world.register()
    await person.confirm()
    await person.step("password", password=PASSWORD)
    assert _said(await person.step("totp-confirmation", code="123456")) == (409, "step-order")
    person.seed = (await person.step("totp")).json()["secret"]
    wrong = await person.wrong()
    left = [(await person.step("totp-confirmation", code=wrong)).json()["triesLeft"] for _ in range(10)]
    assert left == list(range(9, -1, -1))
    assert _said(await person.step("totp-confirmation", code=person.totp())) == (423, "activation-frozen")
    assert _said(await person.begin()) == (401, "credentials-wrong")


async def test_s47_who_set_a_password_but_no_authenticator_cannot_log_in(world: World) -> None:
    person = await world.register()
    await person.confirm()
    await person.step("password", password=PASSWORD)
    await person.step("totp")
    assert _said(await person.begin()) == (401, "credentials-wrong")


async def test_a_command_that_is_sent_again_is_answered_as_before(world: World) -> None:
    person = await world.register(SecondFactor.MAIL_OTP)
    key, again = str(uuid4()), str(uuid4())
    confirm = {"token": person.token, **person.who}
    first = await world.call("/activations/confirmation", confirm, key=key)
    second = await world.call("/activations/confirmation", confirm, key=key)
    assert (second.status_code, second.json()) == (200, first.json())
    last = {"token": person.token, "password": PASSWORD}
    for _ in range(2):
        answer = await world.call("/activations/password", last, key=again)
        assert (answer.status_code, answer.json()["state"]) == (200, "DONE")
        assert answer.headers["X-Log-Position"].startswith("identity;e1;p")
    other = await world.call("/activations/password", {**last, "password": "something else entirely"}, key=again)
    assert _said(other) == (422, "idempotency-key-reused")


async def test_the_persons_words_are_forgotten_when_the_link_has_done_its_work(world: World) -> None:
    person: Person = await world.register()
    await person.activate()
    (row,) = await world.rows("SELECT token_sealed, said_sealed FROM guard.activation")
    assert tuple(row) == (None, None)


async def test_n03_who_was_to_choose_chooses_between_password_and_app(world: World) -> None:
    person = await world.register(SecondFactor.UNSET)
    state = (await person.confirm()).json()
    assert (state["steps"], state["secondFactor"], state["choices"]) == (["CONFIRM", "PASSWORD", "FACTOR"], "UNSET", [])
    early = await person.step("second-factor", secondFactor="MAIL_OTP")
    assert (early.status_code, early.json()["code"]) == (409, "step-order")
    state = (await person.step("password", password=person.password)).json()
    assert (state["state"], state["choices"]) == ("FACTOR", ["TOTP", "MAIL_OTP"])
    assert (await person.begin()).status_code == 401
    state = (await person.step("second-factor", secondFactor="TOTP")).json()
    assert (state["state"], state["choices"]) == ("TOTP", ["TOTP", "MAIL_OTP"])
    state = (await person.step("second-factor", secondFactor="MAIL_OTP")).json()
    assert (state["state"], state["secondFactor"], state["choices"]) == ("DONE", "MAIL_OTP", [])
    person.factor = SecondFactor.MAIL_OTP
    assert await person.session()


async def test_n03_a_tenant_that_forbids_mailed_codes_offers_the_app_alone(world: World) -> None:
    await world.decides(second_factors=(SecondFactor.TOTP,))
    person = await world.register(SecondFactor.UNSET)
    await person.confirm()
    assert (await person.step("password", password=person.password)).json()["choices"] == ["TOTP"]
    refused = await person.step("second-factor", secondFactor="MAIL_OTP")
    assert (refused.status_code, refused.json()["code"]) == (422, "second-factor-forbidden")
    assert refused.json()["errors"][0]["pointer"] == "/secondFactor"
    assert (await person.step("second-factor", secondFactor="UNSET")).status_code == 422
    key = str(uuid4())
    for _ in range(2):
        body = {"token": person.token, "secondFactor": "TOTP"}
        assert (await world.call("/activations/second-factor", body, key=key)).json()["state"] == "TOTP"
    person.seed = (await person.step("totp")).json()["secret"]
    assert (await person.step("totp-confirmation", code=person.totp())).json()["state"] == "DONE"
