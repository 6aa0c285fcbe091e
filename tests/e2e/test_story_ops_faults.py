"""The five faults of docs/operations.md, found and mended by the console's commands alone on the running portal."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy import ops
from deploy.stack import Stack
from deploy.topics import SERVICES, make_topics, topic
from tests.e2e.console import at_work, done, say, told
from tests.e2e.people import Person
from tests.e2e.portal import Portal, until
from tests.integration.kernel.records import drop_topic

READERS = {"projector", "contracts.applications", "notifier.contracts", "users.contracts"}
"""Who reads applications."""
WHY = ("--reason", "夜間の対応")
POISON = """
INSERT INTO es.events (pos, stream_id, version, tenant_id, type, schema_v, public, data, meta)
VALUES ($1, $2, $3, $4, $5, $6, true, $7, $8::text::jsonb)
"""


@pytest.fixture(scope="module")
async def operator(services: Stack) -> AsyncIterator[Person]:
    """Give somebody who operates the platform and is logged in, for all five faults: a code is good once."""
    patch = pytest.MonkeyPatch()
    patch.setattr(ops, "_plan", lambda: services.plan)
    portal = Portal(services.plan)
    yield await at_work(portal)
    await say("logout")
    await portal.close()
    patch.undo()


@asynccontextmanager
async def owned(stack: Stack, service: str) -> AsyncIterator[asyncpg.Connection]:
    """Give a connection to a service's database as its owner: what an operator of the console does not have."""
    connection = await asyncpg.connect(stack.plan.databases.owner_url(service))
    try:
        yield connection
    finally:
        await connection.close()


async def nothing_lags() -> bool | None:
    """Tell whether every service answers and nothing waits anywhere."""
    standings = (await told("streams"))["items"]
    return all(one["answers"] and not sum(flow["lag"] for flow in one["flows"]) for one in standings) or None


async def something_waits() -> bool | None:
    """Tell whether a reader has not applied everything, or a service cannot say."""
    return await nothing_lags() is None or None


async def parked_of(stream: UUID) -> list[Any]:
    """Return what readers keep of a stream that they parked."""
    return [one for one in await told("parked") if one["streamId"] == str(stream)]


async def test_fault_1_a_reader_that_stalls_goes_on_at_its_place_when_its_trouble_passes(
    portal: Portal, services: Stack, operator: Person
) -> None:
    _ = operator
    async with owned(services, "users") as connection, connection.transaction():
        # What a statement that somebody forgot to end does to whoever needs the table.
        await connection.execute("LOCK TABLE inbox.checkpoint IN ACCESS EXCLUSIVE MODE")
        person = Person(second_factor="MAIL_OTP")
        await portal.back_office.apply(person)

        await until(something_waits)
    await until(nothing_lags, 60)
    assert (await portal.mailbox.wait(person.email))[0].token


async def test_fault_2_a_fact_of_a_newer_version_parks_its_stream_alone_and_is_given_up(
    portal: Portal, services: Stack, operator: Person
) -> None:
    _ = operator
    stream, before = uuid4(), await told("parked")
    await _write(services, stream, 1, "application.received", schema=9)

    async def everywhere() -> list[Any] | None:
        found = await parked_of(stream)
        return found if {one["consumer"] for one in found} == READERS else None

    found = await until(everywhere)
    assert {one["error"] for one in found} == {"Unreadable"}
    assert "portal.application.received.v9" in found[0]["detail"]
    person = Person(second_factor="MAIL_OTP")
    assert (await portal.invited(person)).token, "everybody else's application is read as before"
    # The readers that want it have it one after the other; what is asked for one by one is not asked for the others.
    await done("retry", "--stream", str(stream), *WHY, "--yes")

    async def failed_again() -> bool | None:
        # The read models count no tries.
        return any(one["attempts"] > 1 for one in await parked_of(stream)) or None

    await until(failed_again)

    def give_up(consumer: str, *more: str) -> tuple[str, ...]:
        return ("discard", "--consumer", consumer, "--stream", str(stream), *WHY, *more)

    async def asked_first() -> bool | None:
        asked = [await say(*give_up(one["consumer"])) for one in found]
        return any("would be given up" in one.output for one in asked) or None

    await until(asked_first)
    left = set(READERS)

    async def given_up() -> bool | None:
        # A reader that is just trying again has nothing parked: it is asked once more.
        for consumer in sorted(left):
            if (await say(*give_up(consumer, "--yes"))).exit_code == 0:
                left.discard(consumer)
        return not left or None

    await until(given_up)

    async def gone() -> bool | None:
        return not await parked_of(stream) or None

    # The read models give up on their next round.
    await until(gone)

    async def as_before() -> bool | None:
        return len(await told("parked")) == len(before) or None

    await until(as_before)


async def test_fault_3_a_mail_server_that_is_away_is_waited_for_and_what_waits_is_drained(
    portal: Portal, operator: Person
) -> None:
    _ = operator
    await portal.mailbox.refuse(sender=451)
    person = Person(second_factor="MAIL_OTP")
    await portal.back_office.apply(person)

    async def put_off() -> bool | None:
        return any(one["putOff"] for one in (await told("mails"))["queue"]) or None

    await until(put_off)
    await done("pause-mails", *WHY, "--yes")
    assert (await say("mails")).exit_code == 1, "a pause is not forgotten"
    await portal.mailbox.refuse()
    await done("resume-mails", *WHY, "--yes")
    assert "would be tried now" in await done("drain-mails", *WHY)
    await done("drain-mails", *WHY, "--yes")
    (mail,) = await portal.mailbox.wait(person.email, seconds=10)
    assert mail.token
    (newest,) = [one for one in (await told("mails"))["items"] if one["receiver"][:1] == person.email[:1]][:1]
    assert person.email not in json.dumps(newest)


async def test_fault_4_a_topic_that_was_deleted_is_filled_again_from_the_log(
    portal: Portal, services: Stack, operator: Person
) -> None:
    _ = operator
    plan = services.plan
    name = topic("contracts", plan.topic_prefix)
    assert "contracts" in SERVICES
    await drop_topic(plan.kafka_bootstrap, name)
    await asyncio.sleep(1)
    await make_topics(plan.kafka_bootstrap, plan.topic_prefix)
    person = Person(second_factor="MAIL_OTP")
    await portal.back_office.apply(person)
    assert (await portal.mailbox.wait(person.email, seconds=90))[0].token
    await until(nothing_lags, 90)
    assert len(await portal.mailbox.to(person.email)) == 1, "what was read before mails nobody again"


async def test_fault_5_mails_that_were_refused_are_sent_again_in_one_go(portal: Portal, operator: Person) -> None:
    person = Person(second_factor="MAIL_OTP")
    browser, _ = await portal.entered(person)
    await portal.mailbox.refuse(recipient=550)
    before = len(await portal.mailbox.to(person.email))
    await browser.done("/password-resets", person.identity())

    async def refused() -> Any:
        mails = (await told("mails", "--state", "failed"))["items"]
        return [one for one in mails if one["template"] == "PASSWORD_RESET"] or None

    found = await until(refused)
    await portal.mailbox.refuse()
    named = ("--mail", found[0]["messageId"])
    assert "1 mails would be sent again" in await done("resend-mails", *named, *WHY)
    await done("resend-mails", *named, *WHY, "--yes")
    mails = await portal.mailbox.wait(person.email, before + 1)
    assert len(mails) == before + 1
    assert operator.email not in mails[-1].to


async def _write(stack: Stack, stream: UUID, version: int, kind: str, *, schema: int) -> None:
    """Write a fact to the contracts log that no code of this release knows, as a newer release would."""
    async with owned(stack, "contracts") as connection, connection.transaction():
        head = await connection.fetchval("SELECT pos FROM es.head FOR UPDATE") + 1
        meta = json.dumps({"actor": "service:newer", "correlationId": str(uuid4())})
        await connection.execute(POISON, head, stream, version, uuid4(), kind, schema, b'{"new": true}', meta)
        await connection.execute("UPDATE es.head SET pos = $1", head)
