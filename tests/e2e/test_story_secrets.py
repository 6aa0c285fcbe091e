"""What is secret stays where it belongs, and a click can be followed to the mail that it caused."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from deploy.places import PROJECT
from deploy.services import NAMES
from deploy.stack import Stack
from tests.e2e.authenticator import Authenticator
from tests.e2e.people import Person
from tests.e2e.portal import Browser, Portal, until
from tests.e2e.sinks import sinks

LINE = Draft202012Validator(json.loads((PROJECT / "docs" / "log.schema.json").read_text()))


async def test_i13_a12_no_secret_is_written_down_anywhere(portal: Portal, services: Stack) -> None:
    with_app, by_mail = Person(), Person(second_factor="MAIL_OTP", language="en")
    canaries = [*with_app.secrets, *by_mail.secrets]
    browser, app = await portal.entered(with_app)
    assert isinstance(app, Authenticator)
    mailed, _ = await portal.entered(by_mail)
    for person, one in ((with_app, browser), (by_mail, mailed)):
        await one.post("/login", {"userId": person.email, "password": f"wrong-{person.mark}"})
        await one.post("/password-resets", person.identity())
        canaries.append(f"wrong-{person.mark}")
        links = await portal.mailbox.wait(person.email, 2, links=True)
        canaries += [mail.token for mail in links]
        await portal.browser().http.get(f"/activate/{links[-1].token}")
        canaries += [value for value in one.cookies.values() if len(value) > 20]
    canaries.append(app.secret)
    found = [
        (where, canary)
        for where, text in (await sinks(services)).items()
        for canary in canaries
        if canary.encode() in text or canary.encode("unicode-escape") in text
    ]
    assert found == []


async def test_i13_the_sinks_would_show_what_is_written_down(portal: Portal, services: Stack) -> None:
    person = Person()
    await portal.invited(person)
    texts = await sinks(services)
    # The company's name is no secret: where it may stand, it is found.
    for where in ("log of contracts", "topic of contracts", "redis"):
        assert person.company.encode() in texts[where], where
    assert set(texts) >= {f"said by {name}" for name in NAMES}


async def test_the_trace_of_a_click_is_found_in_the_line_about_its_mail(portal: Portal, services: Stack) -> None:
    person = Person(second_factor="MAIL_OTP")
    browser, _ = await portal.activated(person)
    trace = secrets.token_hex(16)
    parent = f"00-{trace}-{secrets.token_hex(8)}-01"
    body = {"userId": person.email, "password": person.password}
    answer = await browser.post("/login", body, traceparent=parent)
    assert answer.is_success
    await portal.mailbox.wait(person.email, 2)

    async def told() -> dict[str, Any] | None:
        return next((line for line in lines(services, "notifier") if line.get("trace_id") == trace), None)

    line = await until(told, 10)
    assert line["event"] == "mail.tried"
    assert line["outcome"] == "sent"


async def test_a_problem_names_the_trace_that_support_can_look_up(portal: Portal) -> None:
    trace = secrets.token_hex(16)
    answer = await portal.browser().get("/dashboard", traceparent=f"00-{trace}-{secrets.token_hex(8)}-01")
    assert answer.json()["traceId"] == trace


async def test_every_line_that_a_service_says_is_one_of_json_with_time_level_and_name(
    portal: Portal, services: Stack
) -> None:
    await portal.invited(Person())
    for name in NAMES:
        told = list(lines(services, name))
        assert told, name
        for line in told:
            assert {"timestamp", "level", "event", "service"} <= line.keys(), line
            assert not list(LINE.iter_errors(line)), line


async def test_a_line_about_a_fact_names_fact_company_and_trace(portal: Portal, services: Stack) -> None:
    await portal.invited(Person())

    async def told() -> dict[str, Any] | None:
        return next((line for line in lines(services, "notifier") if line["event"] == "mail.tried"), None)

    assert {"tenant_id", "trace_id", "cause_id"} <= (await until(told, 10)).keys()


async def test_answers_hold_no_code_and_no_token_but_in_cookies(portal: Portal) -> None:
    person = Person(second_factor="MAIL_OTP")
    browser, _ = await portal.activated(person)
    answer = await browser.post("/login", {"userId": person.email, "password": person.password})
    code = (await portal.mailbox.wait(person.email, 2))[-1].code
    assert code not in answer.text
    assert set(answer.json()) == {"method", "expiresAt", "triesLeft", "passkeys"}
    session = await browser.post("/login/code", {"code": code})
    assert_no_cookie_in(browser, session.text)


def assert_no_cookie_in(browser: Browser, text: str) -> None:
    for value in browser.cookies.values():
        assert value not in text


def lines(stack: Stack, name: str) -> Iterator[dict[str, Any]]:
    """Yield what a service has said; a line that is not JSON fails."""
    for line in stack.log(name).splitlines():
        if line.strip():
            yield json.loads(line)
