"""Servers are killed while people travel: the journeys arrive, nothing is lost, and nobody has to do anything."""

import asyncio
import time

import httpx
import pytest
from redis.asyncio import Redis

from tests.e2e.portal import until
from tests.faults.campaign import Campaign

DOWN = 2.0
"""Seconds that a server stays away, so that everybody notices."""
BACK_WITHIN = 20.0


async def away(fire: Campaign, name: str, seconds: float = DOWN) -> None:
    """Kill a server and start it again after a while."""
    await asyncio.to_thread(fire.stack.kill, name)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(fire.stack.restart, name)


async def healthy(fire: Campaign) -> None:
    """Return when the portal says of itself that everything works, as it must soon without a hand's turn."""

    async def look() -> bool:
        answer = await fire.portal.browser().get("/health")
        return bool(answer.is_success and answer.json()["status"] == "UP")

    await until(look, BACK_WITHIN)


@pytest.mark.parametrize("server", ["kafka", "postgres", "redis"])
async def test_f3_f4_f13_a_killed_server_costs_nothing_but_time(fire: Campaign, server: str) -> None:
    async with fire.traffic(2):
        await asyncio.sleep(1)
        await away(fire, server)
        await healthy(fire)
    assert await fire.settled(rebuild=server == "redis") == []


async def test_f13_a_flush_in_the_middle_is_healed_by_the_projector(fire: Campaign) -> None:
    async with fire.traffic(2), Redis.from_url(fire.stack.plan.redis_url) as redis:
        await asyncio.sleep(1)
        await redis.flushdb()
        await healthy(fire)
    assert await fire.settled() == []


async def test_login_works_without_kafka(fire: Campaign) -> None:
    person = fire.new_person("TOTP")
    browser, app = await fire.portal.activated(person)
    await asyncio.to_thread(fire.stack.kill, "kafka")
    try:
        session = await browser.log_in(person, app)
        assert session["email"] == person.email
        health = (await browser.get("/health")).json()
        assert health["status"] in {"UP", "DEGRADED"}
    finally:
        await asyncio.to_thread(fire.stack.restart, "kafka")
    await healthy(fire)


async def test_f14_a_mail_waits_for_its_server_and_then_goes_out_once(fire: Campaign) -> None:
    person = fire.new_person("MAIL_OTP")
    await asyncio.to_thread(fire.stack.kill, "mailbox")
    await fire.portal.back_office.apply(person)
    await asyncio.sleep(DOWN)
    await asyncio.to_thread(fire.stack.restart, "mailbox")
    mails = await fire.portal.mailbox.wait(person.email, seconds=BACK_WITHIN * 2)
    assert len(mails) == 1
    browser = fire.portal.browser()
    await browser.activate(person, mails[0].token)


@pytest.mark.parametrize(
    "step",
    [
        "sender",
        "recipient",
        pytest.param("data", marks=pytest.mark.embedded("Mailpit refuses senders and recipients, never contents")),
    ],
)
async def test_f14_a_mail_that_is_put_off_goes_out_once(fire: Campaign, step: str) -> None:
    person = fire.new_person("MAIL_OTP")
    await fire.portal.mailbox.refuse(**{step: 451})
    await fire.portal.back_office.apply(person)
    await asyncio.sleep(DOWN)
    await fire.portal.mailbox.refuse()
    assert len(await fire.portal.mailbox.wait(person.email, seconds=BACK_WITHIN)) == 1


@pytest.mark.parametrize("service", ["contracts", "users", "identity", "notifier"])
async def test_while_a_service_is_away_its_calls_say_so_and_the_rest_works(fire: Campaign, service: str) -> None:
    browser, _ = await fire.portal.entered(fire.new_person("MAIL_OTP"))
    await asyncio.to_thread(fire.stack.kill, service)
    before = time.monotonic()
    try:
        board = await browser.get("/dashboard")
        page = await browser.page("/status")
        anew = await fire.portal.browser().post("/login", {"userId": "x@example.org", "password": "wrong-one"})
    finally:
        await asyncio.to_thread(fire.stack.restart, service)
    assert board.status_code == httpx.codes.OK
    assert page.status_code == httpx.codes.OK
    assert anew.status_code == (503 if service == "identity" else 401)
    assert time.monotonic() - before < BACK_WITHIN
    assert await fire.settled(rebuild=False) == []
