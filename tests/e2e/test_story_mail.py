"""What became of mails, as the administrator sees it: one comes back, is sent again and gets through."""

import asyncio
from typing import Any

import pytest

from deploy.bouncing import bounce
from deploy.stack import Stack
from tests.e2e.people import Person
from tests.e2e.portal import Portal, until
from tests.e2e.test_story_access import Administrator


@pytest.fixture
async def administrator(portal: Portal) -> Administrator:
    """Return an administrator who reads Japanese, logged in."""
    browser, _ = await portal.entered(Person(second_factor="MAIL_OTP"))
    return Administrator(browser, (await browser.get("/session")).json()["csrfToken"])


async def one(administrator: Administrator, path: str) -> dict[str, Any]:
    """Return what the API tells."""
    answer = await administrator.call("GET", path)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_s48_m11_a_mail_that_came_back_is_seen_sent_again_and_forgotten_once_one_gets_through(
    portal: Portal, services: Stack, administrator: Administrator
) -> None:
    colleague = Person(second_factor="MAIL_OTP", language="en", timezone="UTC")
    user_id = await administrator.add(colleague)
    (first,) = await portal.mailbox.wait(colleague.email)

    async def sent() -> dict[str, Any] | None:
        items = (await one(administrator, f"/users/{user_id}/messages?limit=1"))["items"]
        return items[0] if items and items[0]["state"] == "completed" else None

    mail = await until(sent)
    assert (mail["template"], mail["tryTimes"], mail["generation"]) == ("ACTIVATION", 1, 1)
    assert mail["receiver"] == {"name": colleague.name, "email": colleague.email}
    assert mail["cause"]["type"] == "portal.credential.activation-issued.v1"
    assert mail["cause"]["id"].startswith(f"{user_id}/")

    await asyncio.to_thread(bounce, services.plan, colleague.email)

    async def marked() -> dict[str, Any] | None:
        told = await one(administrator, f"/users/{user_id}")
        return told if told["mailBouncedAt"] else None

    assert (await until(marked))["mailBounce"] == "DSN_5.1.1"
    listed = (await one(administrator, "/users?bounced=true"))["items"]
    assert [row["userId"] for row in listed] == [user_id]
    bounced = await one(administrator, f"/messages/{mail['messageId']}")
    assert (bounced["state"], bounced["reason"], bounced["mayBeResent"]) == ("failed", "DSN_5.1.1", True)

    await administrator.done("POST", f"/messages/{mail['messageId']}/resend")
    second = (await portal.mailbox.wait(colleague.email, 2))[-1]
    # The link is a new one, and still the person's language decides, not the administrator's.
    assert second.token != first.token
    assert second.subject == "NTT Communications Business Portal: your user registration"
    dead = await portal.browser().post("/activation/state", {"token": first.token})
    assert dead.json()["code"] == "activation-replaced"

    async def cleared() -> bool:
        return (await one(administrator, f"/users/{user_id}"))["mailBouncedAt"] is None

    await until(cleared)
    await portal.browser().activate(colleague, second.token)


async def test_n11_who_refuses_mail_still_gets_what_is_about_security(
    portal: Portal, administrator: Administrator
) -> None:
    colleague = Person(second_factor="MAIL_OTP")
    user_id = await administrator.add(colleague)
    await portal.mailbox.wait(colleague.email)
    told = await administrator.call("PUT", f"/users/{user_id}/notifications", {"refused": ["FAULT", "MAINTENANCE"]})
    assert [kind["kind"] for kind in told.json()["items"] if not kind["wanted"]] == ["FAULT", "MAINTENANCE"]
    await administrator.done("POST", f"/users/{user_id}/activation")
    assert len(await portal.mailbox.wait(colleague.email, 2)) == 2
    # The administrator stands for the company: the application form names them.
    refused = await administrator.call("PUT", "/me/notifications", {"refused": ["FAULT"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "mail-not-refusable")


async def test_asvs_8_4_1_another_companys_mails_are_not_there(portal: Portal, administrator: Administrator) -> None:
    browser, _ = await portal.entered(Person(second_factor="MAIL_OTP"))
    stranger = Administrator(browser, (await browser.get("/session")).json()["csrfToken"])
    mine = (await one(administrator, "/messages"))["items"]
    theirs = (await one(stranger, "/messages"))["items"]
    assert mine
    assert theirs
    assert not {mail["messageId"] for mail in mine} & {mail["messageId"] for mail in theirs}
    for path in (f"/messages/{mine[0]['messageId']}", f"/users/{mine[0]['userId']}/messages"):
        assert (await stranger.call("GET", path)).status_code == 404
    resend = await stranger.call("POST", f"/messages/{mine[0]['messageId']}/resend")
    assert (resend.status_code, resend.json()["code"]) == (404, "message-unknown")
