"""The three steps of the first login: in order, resumable, and nothing said to who guesses."""

import asyncio
import re
from typing import Any
from urllib.parse import unquote

import pyotp
import pytest

from tests.e2e.authenticator import Authenticator
from tests.e2e.people import Person
from tests.e2e.portal import Browser, Portal, until

WIDE = {digit: chr(ord(digit) + 0xFEE0) for digit in "0123456789"}


async def refused(browser: Browser, path: str, body: dict[str, Any]) -> tuple[int, str]:
    answer = await browser.post(path, body)
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("wrong", ["email", "name", "contactPhoneNumber"])
async def test_s06_whatever_is_wrong_the_answer_is_the_same(portal: Portal, wrong: str) -> None:
    person, browser = Person(), portal.browser()
    token = (await portal.invited(person)).token
    answers = [
        await browser.post("/activation/confirmation", {"token": token, **person.identity(**bad)})
        for bad in ({wrong: "nobody@example.org"}, dict.fromkeys(person.identity(), "x@example.org"))
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    bodies = [{k: v for k, v in answer.json().items() if k not in {"traceId", "triesLeft"}} for answer in answers]
    assert bodies[0] == bodies[1]
    assert [answer.json()["triesLeft"] for answer in answers] == [4, 3]


async def test_s06_width_spaces_and_hyphens_make_no_difference(portal: Portal) -> None:
    person, browser = Person(), portal.browser()
    token = (await portal.invited(person)).token
    typed = {
        "email": f" {person.email.upper()} ",
        "name": person.name.replace(" ", "\u3000"),
        "contactPhoneNumber": "".join(WIDE.get(char, char) for char in person.phone if char != "-"),
    }
    state = await browser.done("/activation/confirmation", {"token": token, **typed})
    assert state["state"] == "PASSWORD"


async def test_s06_five_failures_freeze_the_link_and_a_fresh_one_helps(portal: Portal) -> None:
    person, browser = Person(), portal.browser()
    token = (await portal.invited(person)).token
    wrong = {"token": token, **person.identity(name="誰か")}
    guesses = [await refused(browser, "/activation/confirmation", wrong) for _ in range(5)]
    assert guesses == [(403, "identity-mismatch")] * 5
    right = {"token": token, **person.identity()}
    assert await refused(browser, "/activation/confirmation", right) == (423, "activation-frozen")
    await browser.done("/password-resets", person.identity())
    fresh = (await portal.mailbox.wait(person.email, 2))[-1]
    await browser.activate(person, fresh.token)


async def test_s06_parallel_guesses_get_no_more_tries_than_single_ones(portal: Portal) -> None:
    person = Person()
    token = (await portal.invited(person)).token
    browser = portal.browser()
    wrong = {"token": token, **person.identity(name="誰か")}
    answers = await asyncio.gather(*(refused(browser, "/activation/confirmation", wrong) for _ in range(40)))
    assert sum(code == "identity-mismatch" for _, code in answers) <= 5
    assert {code for _, code in answers} == {"identity-mismatch", "activation-frozen"}


async def test_s07_a_password_before_the_confirmation_is_refused(portal: Portal) -> None:
    person, browser = Person(), portal.browser()
    token = (await portal.invited(person)).token
    asked = {"token": token, "password": person.password}
    assert await refused(browser, "/activation/password", asked) == (403, "identity-not-confirmed")


@pytest.mark.parametrize(
    ("password", "rule"),
    [("short-1", "too-short"), ("x" * 129, "too-long"), ("password", "common"), ("business-portal", "context-word")],
)
async def test_s07_a_bad_password_is_refused_by_the_name_of_its_rule(portal: Portal, password: str, rule: str) -> None:
    person, browser = Person(), portal.browser()
    token = (await portal.invited(person)).token
    await browser.done("/activation/confirmation", {"token": token, **person.identity()})
    answer = await browser.post("/activation/password", {"token": token, "password": password})
    assert (answer.status_code, answer.json()["code"]) == (422, "password-refused")
    assert rule in {error["code"] for error in answer.json()["errors"]}
    assert all(error["pointer"] == "/password" and error["detail"] for error in answer.json()["errors"])


async def test_s07_a_link_works_once(portal: Portal) -> None:
    person, browser = Person(second_factor="MAIL_OTP"), portal.browser()
    token = (await portal.invited(person)).token
    await browser.activate(person, token)
    assert await refused(browser, "/activation/state", {"token": token}) == (410, "activation-used")
    again = {"token": token, "password": person.new_password}
    assert await refused(browser, "/activation/password", again) == (410, "activation-used")


async def test_s08_the_qr_code_the_uri_and_the_manual_key_are_one_seed(portal: Portal) -> None:
    person, browser = Person(), portal.browser()
    token = (await portal.invited(person)).token
    await browser.done("/activation/confirmation", {"token": token, **person.identity()})
    await browser.done("/activation/password", {"token": token, "password": person.password})
    setup = await browser.done("/activation/totp", {"token": token})
    assert setup == await browser.done("/activation/totp", {"token": token})
    assert setup["otpauthUri"].startswith("otpauth://totp/")
    parsed = pyotp.parse_uri(setup["otpauthUri"])
    assert parsed.secret == setup["secret"].replace(" ", "")
    assert unquote(parsed.name or "") == person.email
    assert setup["qrCode"].startswith("data:image/svg+xml")


async def test_s08_s47_enrolment_is_done_only_after_a_right_code(portal: Portal) -> None:
    person, browser = Person(), portal.browser()
    token = (await portal.invited(person)).token
    await browser.done("/activation/confirmation", {"token": token, **person.identity()})
    await browser.done("/activation/password", {"token": token, "password": person.password})
    app = Authenticator((await browser.done("/activation/totp", {"token": token}))["secret"])
    wrong = {"token": token, "code": app.wrong()}
    assert await refused(browser, "/activation/totp-confirmation", wrong) == (403, "code-wrong")
    # With a password but without the app nobody reaches the login.
    login = {"userId": person.email, "password": person.password}
    assert await refused(browser, "/login", login) == (401, "credentials-wrong")
    await browser.done("/activation/totp-confirmation", {"token": token, "code": await app.code()})
    await browser.log_in(person, app)


async def test_s08_a_person_with_mailed_codes_never_sees_the_third_step(portal: Portal) -> None:
    person, browser = Person(second_factor="MAIL_OTP"), portal.browser()
    token = (await portal.invited(person)).token
    state = await browser.done("/activation/state", {"token": token})
    assert state["steps"] == ["CONFIRM", "PASSWORD"]
    await browser.done("/activation/confirmation", {"token": token, **person.identity()})
    assert await refused(browser, "/activation/totp", {"token": token}) == (409, "step-order")
    state = await browser.done("/activation/password", {"token": token, "password": person.password})
    assert state["state"] == "DONE"


@pytest.mark.parametrize("choice", ["TOTP", "MAIL_OTP"])
async def test_n03_who_may_choose_chooses_codes_by_mail_or_the_app(portal: Portal, choice: str) -> None:
    person, browser = Person(second_factor="UNSET"), portal.browser()
    token = (await portal.invited(person)).token
    await browser.done("/activation/confirmation", {"token": token, **person.identity()})
    state = await browser.done("/activation/password", {"token": token, "password": person.password})
    assert (state["state"], state["choices"]) == ("FACTOR", ["TOTP", "MAIL_OTP"])
    assert await refused(browser, "/activation/totp", {"token": token}) == (409, "step-order")
    await browser.done("/activation/second-factor", {"token": token, "secondFactor": choice})
    app = None
    if choice == "TOTP":
        app = Authenticator((await browser.done("/activation/totp", {"token": token}))["secret"])
        await browser.done("/activation/totp-confirmation", {"token": token, "code": await app.code()})
    await browser.log_in(person, app)

    async def listed() -> bool | None:
        # The list of users follows what identity says of the choice.
        user_id = (await browser.get("/session")).json()["userId"]
        return (await browser.get(f"/users/{user_id}")).json()["secondFactor"] == choice or None

    assert await until(listed)


async def test_s09_steps_go_in_order_and_an_abandoned_way_goes_on_elsewhere(portal: Portal) -> None:
    person = Person()
    token = (await portal.invited(person)).token
    first, second = portal.browser(), portal.browser(language="en")
    assert await refused(first, "/activation/totp", {"token": token}) == (409, "step-order")
    await first.done("/activation/confirmation", {"token": token, **person.identity()})
    assert await refused(first, "/activation/totp", {"token": token}) == (409, "step-order")
    state = await second.done("/activation/state", {"token": token})
    assert state["state"] == "PASSWORD"
    state = await second.done("/activation/password", {"token": token, "password": person.password})
    assert state["state"] == "TOTP"
    again = {"token": token, **person.identity()}
    assert await refused(first, "/activation/confirmation", again) == (409, "step-order")


async def test_s10_the_help_of_the_first_login_is_linked_in_mail_flow_and_help(portal: Portal) -> None:
    person = Person(second_factor="MAIL_OTP")
    mail = await portal.invited(person)
    help_path = "/help/tutorial/firstlogin/"
    assert help_path in mail.text
    browser = portal.browser()
    flow = await browser.page(f"/activate/{mail.token}")
    assert help_path in flow.text
    await browser.activate(person, mail.token)
    await browser.log_in(person, None)
    assert help_path in (await browser.page("/help")).text
    page = await portal.browser().page(help_path)
    assert page.status_code == 200
    assert re.search(r"<h1[^>]*>[^<]*初回ログイン", page.text)


async def test_unknown_and_malformed_links_are_all_alike(portal: Portal) -> None:
    browser = portal.browser()
    tokens = ("A" * 43, "x", "../../etc/passwd", "%00", "秘密", "a" * 200)
    answers = [await refused(browser, "/activation/state", {"token": token}) for token in tokens]
    assert answers == [(404, "activation-unknown")] * len(tokens)
