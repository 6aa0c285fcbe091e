"""A new password for who lost theirs: nothing is told to others, nothing but the password changes."""

import asyncpg

from deploy.stack import Stack
from tests.e2e.people import Person
from tests.e2e.portal import Browser, Portal, until


async def reset(portal: Portal, person: Person, browser: Browser) -> str:
    """Ask for a new link and return its token."""
    known = len(await portal.mailbox.to(person.email))
    await browser.done("/password-resets", person.identity())
    return (await portal.mailbox.wait(person.email, known + 1))[-1].token


async def test_s43_everybody_gets_the_same_answer_and_only_the_registered_a_mail(portal: Portal) -> None:
    person, stranger = Person(second_factor="MAIL_OTP"), Person()
    browser, _ = await portal.activated(person)
    asked = [
        stranger.identity(),
        person.identity(name="誰か"),
        person.identity(contactPhoneNumber="03-0000-0000"),
        person.identity(),
    ]
    answers = [await browser.post("/password-resets", body) for body in asked]
    assert [answer.status_code for answer in answers] == [202] * 4
    assert len({answer.text for answer in answers}) == 1
    mails = await portal.mailbox.wait(person.email, 2)
    assert "パスワード再設定" in mails[-1].subject
    # Wishes are looked at in order, so the mail of the last shows that the others brought none.
    assert len(await portal.mailbox.to(person.email)) == 2
    assert await portal.mailbox.to(stranger.email) == []


async def test_s43_a_reset_changes_the_password_keeps_the_app_and_ends_all_sessions(portal: Portal) -> None:
    person = Person()
    browser, app = await portal.entered(person)
    link = await reset(portal, person, portal.browser())
    other = portal.browser()
    state = await other.done("/activation/state", {"token": link})
    assert (state["purpose"], state["steps"]) == ("PASSWORD_RESET", ["PASSWORD"])
    await other.done("/activation/password", {"token": link, "password": person.new_password})

    async def ended() -> bool:
        return (await browser.get("/session")).status_code == 401

    await until(ended, 5)
    old = await other.post("/login", {"userId": person.email, "password": person.password})
    assert old.status_code == 401
    await other.log_in(person, app, person.new_password)


async def test_s43_a_link_of_a_reset_is_used_once_and_replaced_by_the_next(portal: Portal) -> None:
    person = Person(second_factor="MAIL_OTP")
    browser, _ = await portal.activated(person)
    first = await reset(portal, person, browser)
    second = await reset(portal, person, browser)
    replaced = await browser.post("/activation/state", {"token": first})
    assert (replaced.status_code, replaced.json()["code"]) == (410, "activation-replaced")
    await browser.done("/activation/password", {"token": second, "password": person.new_password})
    used = await browser.post("/activation/password", {"token": second, "password": person.password})
    assert (used.status_code, used.json()["code"]) == (410, "activation-used")


async def test_s43_a_link_of_a_reset_never_gets_round_the_second_factor(portal: Portal) -> None:
    person = Person()
    browser, _ = await portal.activated(person)
    link = await reset(portal, person, browser)
    await browser.done("/activation/password", {"token": link, "password": person.new_password})
    assert "__Host-portal-session" not in browser.cookies
    pending = await browser.first_step(person, person.new_password)
    assert pending["method"] == "TOTP"
    assert (await browser.get("/session")).status_code == 401


async def test_s43_d08_a_reset_opens_a_login_that_guesses_have_closed(portal: Portal) -> None:
    person = Person(second_factor="MAIL_OTP")
    browser, _ = await portal.activated(person)
    for _ in range(40):
        answer = await browser.post("/login", {"userId": person.email, "password": "not-the-password"})
    assert answer.status_code == 429
    link = await reset(portal, person, browser)
    await browser.done("/activation/password", {"token": link, "password": person.new_password})
    await browser.log_in(person, None, person.new_password)


async def test_s43_who_never_logged_in_confirms_again_who_they_are(portal: Portal) -> None:
    person, browser = Person(second_factor="MAIL_OTP"), portal.browser()
    first = (await portal.invited(person)).token
    link = await reset(portal, person, browser)
    state = await browser.done("/activation/state", {"token": link})
    assert state["steps"][0] == "CONFIRM"
    assert (await browser.post("/activation/state", {"token": first})).json()["code"] == "activation-replaced"
    await browser.activate(person, link)


async def test_s48_a_bounced_mail_is_a_fact_that_names_no_address(portal: Portal, services: Stack) -> None:
    person = Person(second_factor="MAIL_OTP")
    browser, _ = await portal.activated(person)
    await portal.mailbox.refuse(recipient=550)
    await browser.first_step(person)
    failed = await until(lambda: last_failure(services))
    assert "550" in failed
    assert person.email not in failed


async def last_failure(services: Stack) -> str | None:
    """Return the newest fact of a mail that was refused for good."""
    log = await asyncpg.connect(services.plan.databases.owner_url("notifier"))
    try:
        found = await log.fetchval("SELECT data FROM es.events WHERE type = 'message.failed' ORDER BY pos DESC LIMIT 1")
    finally:
        await log.close()
    return found.decode() if found else None
