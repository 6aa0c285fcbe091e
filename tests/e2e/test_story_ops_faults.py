"""The five faults of docs/operations.md on the running portal, found by the console's commands and by them mended.

What was taken away from outside, as a lock or a mail server, is given back from outside; the guide says so of each.
Behind them stand foreign and odd records, and a mail that only the console can have sent anew.
"""

import json
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]

from deploy import ops, ops_session
from deploy.stack import Stack
from deploy.topics import topic
from kernel.adapters.kafka.envelope import Outgoing, headers
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres.partition import partition_of
from tests.e2e import administrator
from tests.e2e.console import at_work, done, say, told
from tests.e2e.people import Person
from tests.e2e.portal import Browser, Portal, until
from tests.integration.kernel.records import cut_topic, drop_topic, read_as

READERS = {"projector", "contracts.applications", "notifier.contracts", "users.contracts"}
"""Who reads applications."""
OTHERS = READERS - {"contracts.applications"}
"""Those of them that read the topic, and not the log."""
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


async def flows() -> dict[str, Any]:
    """Return how each reader and relay stands, by name and topic."""
    standings = (await told("streams"))["items"]
    return {f"{flow['consumer']} {flow['topic']}": flow for one in standings for flow in one["flows"]}


async def nothing_lags() -> bool | None:
    """Tell whether every service answers and nothing waits anywhere."""
    standings = (await told("streams"))["items"]
    return all(one["answers"] and all(flow["lag"] == 0 for flow in one["flows"]) for one in standings) or None


async def all_is_well() -> bool | None:
    """Tell whether nothing waits anywhere and the board says so of everybody."""
    return (await nothing_lags() and (await say("streams")).exit_code == 0) or None


async def parked_of(stream: UUID) -> list[Any]:
    """Return what readers keep of a stream that they parked."""
    return [one for one in await told("parked") if one["streamId"] == str(stream)]


def operated(portal: Portal, stack: Stack) -> Browser:
    """Return a browser with the session that the commands keep."""
    browser = portal.browser(language="en")
    browser.cookies = json.loads((stack.plan.places.state / ops_session.FILE).read_text())
    return browser


async def pages_open(portal: Portal, stack: Stack, stream: UUID) -> None:
    """See that the page of a parked stream opens for the operator, whoever parked it."""
    browser = operated(portal, stack)
    for consumer in sorted(READERS):
        page = await browser.page(f"/ops/parked/{consumer}/{stream}")
        assert page.status_code == httpx.codes.OK, f"{consumer}: {page.status_code}"
        assert "portal.application.received.v9" in page.text
        assert f'href="/ops/events/contracts/{stream}/1"' in page.text


async def shown_whole(stream: UUID) -> None:
    """See what is told of one parked stream, the whole of it for a reason, and the event that it leads to."""
    for consumer in ("users.contracts", "projector"):
        one = await told("parked-stream", consumer, str(stream))
        assert (one["behind"], one["payload"]["data"], one["asItCame"]) == (0, {"new": True}, None)
        shown = await done("parked-stream", consumer, str(stream), "--unmask", WHY[1])
        for words in ("is a version that this reader does not know')", '{"new": true}', "7b 22 6e 65 77 22 3a 20"):
            assert words in shown
        assert "application.received" in await done("event", one["eventId"], "--service", one["source"])


async def test_fault_1_a_reader_that_stalls_is_named_within_a_minute_and_goes_on_at_its_place(
    portal: Portal, services: Stack, operator: Person
) -> None:
    _ = operator
    await until(all_is_well, 90)
    reader = f"notifier.contracts {topic('contracts', services.plan.topic_prefix)}"
    person = Person(second_factor="MAIL_OTP")
    async with owned(services, "notifier") as connection, connection.transaction():
        # What a statement that somebody forgot to end does to whoever needs the table: here one reader alone.
        await connection.execute("LOCK TABLE notice.story IN ACCESS EXCLUSIVE MODE")
        await portal.back_office.apply(person)

        async def stalled() -> dict[str, Any] | None:
            found = await flows()
            return found if reader in found and found[reader]["verdict"] == "STALLED" else None

        found = await until(stalled, 60)
        assert found[reader]["lag"] > 0
        assert found[reader]["lagSeconds"] > 20, "what it does not get past has waited since the fault"
        assert [name for name, flow in found.items() if flow["verdict"] in {"STALLED", "STOPPED"}] == [reader]
        assert (await say("streams")).exit_code == 1
        assert (await portal.mailbox.wait(person.email))[0].token, "the other readers of the topic go on"
        lines = [json.loads(line) for line in services.log("notifier").splitlines() if "reader.tries_again" in line]
        assert ("notifier.contracts", "TimeoutError()") in {(line["reader"], line["error"]) for line in lines}
    await until(all_is_well, 60)
    assert not await told("parked", "--consumer", "notifier.contracts"), "nothing was set aside"


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
    await shown_whole(stream)
    await pages_open(portal, services, stream)
    person = Person(second_factor="MAIL_OTP")
    assert (await portal.invited(person)).token, "everybody else's application is read as before"
    # The readers that want it have it one after the other; what is asked for one by one is not asked for the others.
    assert "would be tried again" in await done("retry", "--stream", str(stream), *WHY)
    await done("retry", "--stream", str(stream), *WHY, "--yes")

    async def failed_again() -> bool | None:
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


async def test_o1_a_fact_whose_log_does_not_say_by_whom_parks_its_stream_and_is_shown_as_far_as_it_says(
    portal: Portal, services: Stack, operator: Person
) -> None:
    _ = operator
    stream = uuid4()
    await _write(services, stream, 1, "application.received", schema=1, meta={})

    async def everywhere() -> list[Any] | None:
        found = await parked_of(stream)
        return found if {one["consumer"] for one in found} == READERS else None

    own = {one["consumer"]: one for one in await until(everywhere)}["contracts.applications"]
    assert (own["error"], own["topic"]) == ("Unreadable", "log:contracts")
    assert "does not say who wanted it" in own["detail"]
    (listed,) = await told("events", "--service", "contracts", "--stream", str(stream))
    assert (listed["actor"], listed["correlationId"]) == (None, None)
    browser = operated(portal, services)
    for path in ("/ops/events", f"/ops/events/contracts/{stream}/1"):
        assert (await browser.page(path)).status_code == httpx.codes.OK
    person = Person(second_factor="MAIL_OTP")
    assert (await portal.invited(person)).token, "what comes behind it is read as before"
    for consumer in READERS:
        await done("discard", "--consumer", consumer, "--stream", str(stream), *WHY, "--yes")

    async def gone() -> bool | None:
        return not await parked_of(stream) or None

    await until(gone)
    await until(all_is_well, 60)


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
    waiting = (await told("mails", "--state", "inProgress"))["items"]
    assert "SMTP_451" in {one["reason"] for one in waiting}
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

    async def drained() -> bool | None:
        return not any(one["putOff"] for one in (await told("mails"))["queue"]) or None

    await until(drained)


async def test_fault_4_a_topic_that_was_deleted_is_missed_and_filled_again_from_the_log(
    portal: Portal, services: Stack, operator: Person
) -> None:
    _ = operator
    name = topic("contracts", services.plan.topic_prefix)
    before = await _topics()
    assert name in before
    await drop_topic(services.plan.kafka_bootstrap, name)

    async def missed() -> bool | None:
        return await _topics() == before - {name} or None

    await until(missed)
    person = Person(second_factor="MAIL_OTP")
    await portal.back_office.apply(person)
    # What `make restart SERVICE=contracts` does: the topics that are missing are made first.
    await to_thread(services.start_services)
    await to_thread(services.restart, "contracts")
    assert (await portal.mailbox.wait(person.email, seconds=90))[0].token
    await until(all_is_well, 120)

    async def there() -> bool | None:
        # What Kafka says of topics is told again for five seconds.
        return await _topics() == before or None

    await until(there, 10)
    assert len(await portal.mailbox.to(person.email)) == 1, "what was read before mails nobody again"


async def test_fault_4_the_beginning_that_a_topic_lost_is_published_again_for_who_needs_it(
    portal: Portal, services: Stack, operator: Person
) -> None:
    _ = operator
    kafka, name = services.plan.kafka_bootstrap, topic("contracts", services.plan.topic_prefix)
    early, late = Person(second_factor="MAIL_OTP"), Person(second_factor="MAIL_OTP")
    await portal.invited(early)
    (lost,) = await told("events", "--service", "contracts", "--type", "application.received", "--most", "1")
    await until(nothing_lags, 60)
    await cut_topic(kafka, name)
    await portal.invited(late)
    warehouse = f"warehouse.{uuid4().hex[:8]}"
    read = await read_as(warehouse, kafka, name)
    assert read, "what came later is there"
    assert lost["eventId"] not in read

    async def shown() -> Any:
        return next((one for one in (await told("groups"))["items"] if one["name"] == warehouse), None)

    # Kafka knows of nothing that is missing; the log, which the console searches, does.
    assert (await until(shown))["lag"] == 0
    again = ("publish-again", "contracts", "--from", "1", *WHY)
    tried = await done(*again)
    assert "would be sent again" in tried
    assert "none will be sent again" in tried
    await done(*again, "--yes")

    async def over() -> bool | None:
        ways = (await told("publishing"))["items"]
        return any(one["topic"] == name and one["first"] == 1 and one["doneAt"] for one in ways) or None

    await until(over, 60)
    assert lost["eventId"] in await read_as(warehouse, kafka, name)
    await until(all_is_well, 90)
    assert [len(await portal.mailbox.to(one.email)) for one in (early, late)] == [1, 1], "nobody is mailed again"


async def test_fault_5_mails_that_were_refused_are_sent_again_in_one_go(portal: Portal, operator: Person) -> None:
    people = [Person(second_factor="MAIL_OTP"), Person(second_factor="MAIL_OTP")]
    for person in people:
        await administrator.at_work(portal, person)
    before = await _refused()
    await portal.mailbox.refuse(recipient=550)
    incident = f"T{uuid4().int % 10**9:09d}"
    numbers = [person.form()["contracts"][0]["contractNumber"] for person in people]
    report = {"incidentNumber": incident, "title": "音声品質低下", "contractNumbers": numbers}
    assert (await portal.back_office.send("POST", "/operator/incidents", report)).is_success
    which = ("--state", "failed", "--kind", "FAULT")

    async def listed() -> Any:
        found = [one for one in (await told("mails", *which))["items"] if one["reason"] == "SMTP_550"]
        return found if len(found) >= len(people) and await _refused() == before + len(people) else None

    found = (await until(listed))[: len(people)]
    await portal.mailbox.refuse()
    assert f"{len(people)} mails would be sent again" in await done("resend-mails", *which, *WHY)
    await done("resend-mails", *which, *WHY, "--yes")

    async def arrived() -> Any:
        mails = [[one for one in await portal.mailbox.to(each.email) if incident in one.text] for each in people]
        return mails if all(mails) else None

    assert [len(mails) for mails in await until(arrived)] == [1, 1]

    async def sent() -> Any:
        newest = (await told("mails", "--state", "completed", "--kind", "FAULT"))["items"]
        return {one["resendOf"] for one in newest} >= {one["messageId"] for one in found} or None

    await until(sent)
    said = await done("resend-mails", *which, *WHY)
    assert said.startswith("0 mails would be sent again"), "who has it gets no second one"
    assert all(operator.email not in mail.to for mail in await portal.mailbox.everything() if incident in mail.text)


async def test_o1_a_first_administrator_whose_mail_was_refused_gets_a_new_link_from_the_console(
    portal: Portal, operator: Person
) -> None:
    _ = operator
    await portal.mailbox.refuse(recipient=550)
    person = Person(second_factor="MAIL_OTP")
    await portal.back_office.apply(person)

    async def refused() -> str | None:
        (newest,) = (await told("mails", "--kind", "SECURITY", "--most", "1"))["items"]
        return newest["messageId"] if (newest["template"], newest["reason"]) == ("ACTIVATION", "SMTP_550") else None

    lost = await until(refused)
    await portal.mailbox.refuse()
    assert "1 mails would be sent again" in await done("resend-mails", "--mail", lost, *WHY)
    await done("resend-mails", "--mail", lost, *WHY, "--yes")
    (mail,) = await portal.mailbox.wait(person.email)
    await portal.browser().activate(person, mail.token)


async def _topics() -> set[str]:
    """Return the topics that the console lists; it keeps what it saw for some seconds."""
    return {one["name"] for one in (await told("topics"))["items"]}


async def _refused() -> int:
    """Return how many mails about faults were refused in the last day."""
    outcomes = (await told("mails"))["outcomes"]
    return sum(one["mails"] for one in outcomes if (one["kind"], one["fact"]) == ("FAULT", "message.failed"))


async def test_o5_a_foreign_record_that_says_that_a_log_was_restored_stops_neither_readers_nor_console(
    portal: Portal, services: Stack, operator: Person
) -> None:
    _ = operator
    await until(all_is_well, 60)
    stream, name = uuid4(), topic("contracts", services.plan.topic_prefix)
    forged = Outgoing(
        position=77,
        partition=partition_of(stream, PARTITIONS),
        public=True,
        stream_id=stream,
        version=1,
        tenant_id=uuid4(),
        type="application.received",
        schema_version=1,
        data=b"{}",
        meta={"correlationId": str(uuid4())},
        recorded_at=datetime.now(UTC),
    )
    carried = headers(forged, service="contracts", previous=76, epoch=99)
    async with AIOKafkaProducer(bootstrap_servers=services.plan.kafka_bootstrap) as producer:
        sent = await producer.send_and_wait(
            name, forged.data, key=forged.key, partition=forged.partition, headers=carried
        )

    async def met() -> bool | None:
        found = [(flow["consumer"], flow["foreign"]) for flow in (await flows()).values() if flow["foreign"]]
        last = (sent.partition, sent.offset)
        return {consumer for consumer, one in found if (one["part"], one["offset"]) == last} == OTHERS or None

    await until(met, 2)
    # Behind it a fact of the log, of a type that nobody reads: the relay is to know the end of the topic again.
    await _write(services, stream, 1, "application.noted", schema=1)
    assert (await portal.invited(Person(second_factor="MAIL_OTP"))).token
    await until(all_is_well, 60)
    assert "feed.foreign_record" in services.log("gateway")
    assert not [one for one in await told("parked") if one["streamId"] == str(stream)]


async def _write(stack: Stack, stream: UUID, version: int, kind: str, *, schema: int, meta: object = None) -> None:
    """Write a fact to the contracts log that no code of this release knows, as a newer release would."""
    meta = {"actor": "service:newer", "correlationId": str(uuid4())} if meta is None else meta
    async with owned(stack, "contracts") as connection, connection.transaction():
        head = await connection.fetchval("SELECT pos FROM es.head FOR UPDATE") + 1
        given = (head, stream, version, uuid4(), kind, schema, b'{"new": true}', json.dumps(meta))
        await connection.execute(POISON, *given)
        await connection.execute("UPDATE es.head SET pos = $1", head)
