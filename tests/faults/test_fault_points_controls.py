"""The auditor's own proof on real servers: what is spoiled there by hand, it finds."""

import smtplib
from dataclasses import replace
from email.message import EmailMessage

import asyncpg
import pytest
from redis.asyncio import Redis

from tests.e2e.rows import octets
from tests.faults.auditor import audit
from tests.faults.campaign import Campaign
from tests.faults.evidence import Evidence
from tests.faults.gathering import Collector


@pytest.fixture(scope="module")
async def travelled(fire: Campaign) -> Campaign:
    """Give a campaign in which three people travelled without a fault."""
    await fire.journeys(3)
    assert await fire.settled() == []
    return fire


async def rules(evidence: Evidence) -> set[str]:
    return {violation.rule for violation in audit(evidence)}


async def test_a_wrong_row_in_redis_is_found(travelled: Campaign) -> None:
    collector = Collector(travelled.stack, travelled.portal)
    async with Redis.from_url(travelled.stack.plan.redis_url) as redis:
        key = next(iter([key async for key in redis.scan_iter(match="rm:*:row:contract_board:*", count=1000)]))
        row = await redis.get(key)
        assert row
        await redis.set(key, octets(row) + b" ")
    assert "I10" in await rules(await collector.read_models(await collector.logs()))


async def test_a_doubled_mail_and_one_that_nobody_asked_for_are_found(travelled: Campaign) -> None:
    collector = Collector(travelled.stack, travelled.portal)
    known = (await travelled.portal.mailbox.everything())[0]
    for message_id in (known.message_id, "nobody-asked@portal.test"):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Message-ID"] = known.sender, known.to[0], f"<{message_id}>"
        mail.set_content("the same again")
        with smtplib.SMTP("127.0.0.1", travelled.stack.plan.ports.smtp) as server:
            server.send_message(mail)
    evidence = await collector.mails(await collector.logs())
    found = [str(violation) for violation in audit(evidence) if violation.rule == "V3"]
    assert any("arrived 2 times" in one for one in found)
    assert any("nobody-asked" in one for one in found)


async def test_a_name_in_the_clear_is_found(travelled: Campaign) -> None:
    collector = Collector(travelled.stack, travelled.portal)
    async with Redis.from_url(travelled.stack.plan.redis_url) as redis:
        await redis.set("note", travelled.journal.secrets[0])
        evidence = await collector.writings(await collector.logs(), travelled.journal.secrets)
        await redis.delete("note")
    assert "I13" in await rules(evidence)


async def test_a_deleted_fact_is_found_by_the_log_the_topic_and_the_promise(travelled: Campaign) -> None:
    admin = travelled.stack.plan.postgres.url.rpartition("/")[0]
    connection = await asyncpg.connect(f"{admin}/contracts")
    try:
        # Only the superuser can, and only so: the table's own triggers and grants refuse everybody else.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("DELETE FROM es.events WHERE pos = 1")
    finally:
        await connection.close()
    evidence = await Collector(travelled.stack, travelled.portal).logs()
    evidence = replace(evidence, acknowledged=travelled.journal.acknowledged)
    assert await rules(evidence) >= {"I1", "I2", "I7", "V1"}
