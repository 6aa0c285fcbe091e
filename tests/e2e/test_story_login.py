"""The two steps of the login: one answer for all who guess, every code once, counters that nobody resets."""

import asyncio
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

import httpx
import pytest

from deploy.stack import Stack
from tests.e2e.authenticator import Authenticator
from tests.e2e.people import Person
from tests.e2e.portal import Browser, Portal


async def guess(browser: Browser, person: Person, password: str = "not-the-password") -> httpx.Response:  # noqa: S107 - a wrong one
    return await browser.post("/login", {"userId": person.email, "password": password})


def shape(answer: httpx.Response) -> tuple[object, ...]:
    body = {name: value for name, value in answer.json().items() if name != "traceId"}
    return answer.status_code, body, sorted(name for name in answer.headers if name not in {"date", "x-correlation-id"})


async def test_s11_who_is_not_logged_in_finds_the_login_at_the_root(portal: Portal) -> None:
    page = await portal.browser().page("/")
    assert page.status_code == 200
    assert 'type="password"' in page.text
    assert "パスワード再設定はこちら" in page.text


async def test_s12_unknown_user_and_wrong_password_cannot_be_told_apart(portal: Portal) -> None:
    known = Person()
    await portal.activated(known)
    browser = portal.browser()
    await guess(browser, Person())
    took: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(4):
        answers = {}
        for is_known, person in ((True, known), (False, Person())):
            before = perf_counter()
            answers[is_known] = await guess(browser, person)
            took[is_known].append(perf_counter() - before)
        assert shape(answers[True]) == shape(answers[False])
    assert abs(median(took[True]) - median(took[False])) < 0.1


async def test_s12_s16_the_first_step_makes_no_session(portal: Portal) -> None:
    person = Person()
    browser, _ = await portal.activated(person)
    pending = await browser.first_step(person)
    assert pending["method"] == "TOTP"
    assert pending["triesLeft"] == 5
    assert "__Host-portal-session" not in browser.cookies
    for path in ("/session", "/dashboard", "/contracts", "/applications", "/events"):
        assert (await browser.get(path)).status_code == 401


async def test_s13_s14_the_code_comes_by_mail_only_after_the_password_and_works_once(portal: Portal) -> None:
    person = Person(second_factor="MAIL_OTP")
    browser, _ = await portal.activated(person)
    await guess(browser, person)
    assert len(await portal.mailbox.to(person.email)) == 1
    pending = await browser.first_step(person)
    assert pending["method"] == "MAIL_OTP"
    assert datetime.fromisoformat(pending["expiresAt"]) - datetime.now(UTC) <= timedelta(minutes=10)
    code = (await portal.mailbox.wait(person.email, 2))[-1].code
    other = portal.browser()
    await other.first_step(person)
    bound = await other.post("/login/code", {"code": code})
    assert (bound.status_code, bound.json()["code"]) == (401, "code-wrong")
    assert (await browser.post("/login/code", {"code": code})).status_code == 200
    again = await browser.post("/login/code", {"code": code})
    assert again.status_code == 401


async def test_s14_a_code_asked_for_again_kills_the_one_before(portal: Portal) -> None:
    person = Person(second_factor="MAIL_OTP")
    browser, _ = await portal.activated(person)
    await browser.first_step(person)
    first = (await portal.mailbox.wait(person.email, 2))[-1].code
    await browser.done("/login/resend")
    second = (await portal.mailbox.wait(person.email, 3))[-1].code
    if first != second:
        assert (await browser.post("/login/code", {"code": first})).status_code == 401
    assert (await browser.post("/login/code", {"code": second})).status_code == 200


async def test_s14_asking_again_gives_no_more_tries(portal: Portal) -> None:
    person = Person(second_factor="MAIL_OTP")
    browser, _ = await portal.activated(person)
    await browser.first_step(person)
    await portal.mailbox.wait(person.email, 2)
    assert (await browser.post("/login/code", {"code": "x00000"})).json()["triesLeft"] == 4
    assert (await browser.done("/login/resend"))["triesLeft"] == 4


async def test_s15_a_code_of_the_app_is_taken_once_even_by_another_login(portal: Portal) -> None:
    person = Person()
    browser, app = await portal.activated(person)
    assert app
    code = await app.code()
    await browser.first_step(person)
    assert (await browser.post("/login/code", {"code": code})).status_code == 200
    other = portal.browser()
    await other.first_step(person)
    replayed = await other.post("/login/code", {"code": code})
    assert (replayed.status_code, replayed.json()["code"]) == (401, "code-wrong")


async def test_s15_two_hundred_parallel_guesses_get_five_tries(portal: Portal) -> None:
    person = Person()
    browser, app = await portal.activated(person)
    assert isinstance(app, Authenticator)
    await browser.first_step(person)
    wrong = app.wrong()
    answers = await asyncio.gather(*(browser.post("/login/code", {"code": wrong}) for _ in range(200)))
    codes = [answer.json()["code"] for answer in answers]
    assert codes.count("code-wrong") <= 5
    assert set(codes) <= {"code-wrong", "login-expired", "too-many-tries"}
    right = await browser.post("/login/code", {"code": await app.code()})
    assert right.status_code == 401


async def test_s16_a_session_needs_both_steps_and_ends_with_the_logout(portal: Portal) -> None:
    person = Person(second_factor="MAIL_OTP")
    browser, _ = await portal.entered(person)
    session = (await browser.get("/session")).json()
    assert (session["email"], session["name"]) == (person.email, person.name)
    assert (session["role"], session["timezone"]) == ("PORTAL_ADMIN", person.timezone)
    cookies = dict(browser.cookies)
    forged = await browser.http.delete("/api/v1/session", headers={"x-csrf-token": "x"})
    assert forged.status_code == 403
    assert (await browser.log_out()).status_code == 204
    again = await portal.browser().http.get(
        "/api/v1/session", headers={"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    )
    assert again.status_code == 401


async def test_m03_wrong_passwords_close_the_login_for_a_while_and_never_the_second_factor(portal: Portal) -> None:
    person = Person()
    browser, _ = await portal.activated(person)
    waiting = portal.browser()
    await waiting.first_step(person)
    answers = [await guess(browser, person) for _ in range(40)]
    closed = [answer for answer in answers if answer.status_code == 429]
    assert closed
    assert all(int(answer.headers["retry-after"]) > 0 for answer in closed)
    assert {answer.json()["code"] for answer in closed} == {"too-many-tries"}
    # The counters are separate: who has passed the password still has all tries for the code.
    assert (await waiting.post("/login/code", {"code": "x00000"})).json()["triesLeft"] == 4


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "true-client-ip", "cf-connecting-ip"])
async def test_cve_2025_69615_changing_headers_gives_no_more_tries(portal: Portal, header: str) -> None:
    person = Person()
    browser, _ = await portal.activated(person)
    statuses = []
    for number in range(40):
        body = {"userId": person.email, "password": "not-the-password"}
        address = f"for=10.1.2.{number}" if header == "forwarded" else f"10.1.2.{number}"
        statuses.append((await browser.post("/login", body, **{header: address})).status_code)
    assert 429 in statuses
    assert 200 not in statuses


async def test_the_gateways_own_limit_counts_the_connection_and_no_header(portal: Portal) -> None:
    caller = portal.browser(address="127.0.0.9")
    statuses = []
    for number in range(700):
        form = {"grant_type": "client_credentials", "client_id": "operator", "client_secret": "wrong"}
        headers = {"x-forwarded-for": f"10.{number % 250}.0.1"}
        answer = await caller.http.post("/api/v1/oauth/token", data=form, headers=headers)
        statuses.append(answer.status_code)
        if answer.status_code == 429:
            assert int(answer.headers["retry-after"]) > 0
            break
    assert statuses[0] == 401
    assert statuses[-1] == 429
    # Another address has tries of its own.
    await portal.back_office.token()


async def test_counters_survive_the_loss_of_redis(portal: Portal, services: Stack) -> None:
    person = Person()
    browser, app = await portal.activated(person)
    assert app
    await browser.first_step(person)
    assert (await browser.post("/login/code", {"code": app.wrong()})).json()["triesLeft"] == 4
    await asyncio.to_thread(services.kill, "redis")
    await asyncio.to_thread(services.restart, "redis")
    answer = await browser.post("/login/code", {"code": app.wrong()})
    while answer.status_code == 503:
        await asyncio.sleep(0.2)
        answer = await browser.post("/login/code", {"code": app.wrong()})
    assert answer.json()["triesLeft"] == 3
