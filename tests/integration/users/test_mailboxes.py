"""To whom mail cannot be delivered, as the notifier's facts tell it, in whatever order (S48)."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel.application.consume import Incoming
from services.users.adapters.mailboxes import PostgresMailboxes
from services.users.application.directory import PeopleWanted
from services.users.consumers.notifier import Mails, MessageBounced, MessageFailed, MessageSent
from services.users.domain.events import Origin, Role
from tests.integration.users.lists import Lists
from tests.unit.users.samples import AT, OTHER, REGISTRATION, TENANT
from tests.unit.users.world import by

FORM = replace(REGISTRATION, role=Role.GENERAL_USER, origin=Origin.ADMINISTRATOR)
LATER, LAST = AT + timedelta(hours=1), AT + timedelta(hours=2)


async def added(lists: Lists, number: int = 0) -> UUID:
    form = replace(FORM, email=f"a{number}@example.jp")
    done = await lists.built.users.add(form, (), by())
    await lists.settled()
    return done.stream_id


async def told(lists: Lists, *facts: Any) -> None:
    for fact in facts:
        about = Incoming(
            type="",
            stream_id=uuid4(),
            version=3,
            tenant_id=TENANT,
            source="notifier",
            partition=0,
            position=1,
            previous=0,
            epoch=1,
            recorded_at=AT,
            correlation_id=uuid4(),
            causation_id=None,
            traceparent=None,
            data=b"",
        )
        async with lists.log.database.pool.acquire() as connection, connection.transaction():
            await Mails(PostgresMailboxes())(fact, about, connection)


async def mark(lists: Lists, user_id: UUID) -> tuple[datetime | None, str | None]:
    found = await lists.built.looking.person(TENANT, user_id)
    return found.mail_bounced_at, found.mail_bounce


async def test_s48_a_person_whose_mail_came_back_is_marked_until_one_gets_through(lists: Lists) -> None:
    user_id = await added(lists)
    assert await mark(lists, user_id) == (None, None)
    await told(lists, MessageSent(user_id=user_id, at=AT))
    assert await mark(lists, user_id) == (None, None)
    await told(lists, MessageBounced(user_id=user_id, status="5.1.1", at=LATER))
    assert await mark(lists, user_id) == (LATER, "DSN_5.1.1")
    await told(lists, MessageSent(user_id=user_id, at=LAST))
    assert await mark(lists, user_id) == (None, None)


async def test_s48_a_mail_that_was_refused_at_once_marks_alike(lists: Lists) -> None:
    user_id = await added(lists)
    await told(lists, MessageFailed(user_id=user_id, reason="SMTP_550", at=AT))
    assert await mark(lists, user_id) == (AT, "SMTP_550")


@pytest.mark.parametrize("last", ["bounced", "sent"])
async def test_t14_in_whatever_order_the_facts_come_the_latest_one_counts(lists: Lists, last: str) -> None:
    expected = (LAST, "DSN_5.2.2") if last == "bounced" else (None, None)
    for number, order in enumerate(permutations(range(4))):
        user_id = await added(lists, number)
        facts = [
            MessageSent(user_id=user_id, at=AT),
            MessageBounced(user_id=user_id, status="5.1.1", at=LATER),
            MessageFailed(user_id=user_id, reason="SMTP_550", at=AT),
            MessageBounced(user_id=user_id, status="5.2.2", at=LAST)
            if last == "bounced"
            else MessageSent(user_id=user_id, at=LAST),
        ]
        await told(lists, *(facts[one] for one in order), facts[order[0]])
        assert await mark(lists, user_id) == expected, order


async def test_s48_the_list_shows_who_is_marked_and_can_show_nobody_else(lists: Lists) -> None:
    people = [await added(lists, number) for number in range(5)]
    await told(lists, *(MessageBounced(user_id=one, status="5.1.1", at=AT) for one in people[1:4]))
    await told(lists, MessageSent(user_id=people[2], at=LATER))
    everybody, _ = await lists.walk(PeopleWanted(), 2)
    assert {one.user_id for one in everybody if one.mail_bounced_at} == {people[1], people[3]}
    marked, totals = await lists.walk(PeopleWanted(bounced=True), 1)
    assert ([one.user_id for one in marked], totals) == (sorted([people[1], people[3]]), {2})
    assert (await lists.walk(PeopleWanted(bounced=True), 1, OTHER))[0] == []
