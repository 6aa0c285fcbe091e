"""One try to send one mail, and what is noted of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kernel.domain.errors import Denied, Gone, NotFound, Unavailable, Unreadable, Unsealable
from kernel.domain.recorded import Appended
from services.notifier.application.ports import MailNotNow, MailRefused
from services.notifier.domain.events import (
    MessageDeferred,
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
    SuppressionReason,
    Template,
)
from services.notifier.domain.kinds import KIND_OF, Kind
from services.notifier.domain.sight import Sight
from tests.unit.notifier.fakes import World
from tests.unit.notifier.mails import HANAKO, LATER, MAIL, MESSAGE, NOW, USER


class Expired(Gone):
    code = "activation-expired"


class Replaced(Gone):
    code = "activation-replaced"


async def test_s01_a_mail_goes_to_its_one_recipient_and_leaves_the_queue() -> None:
    world = World()
    assert await world.deliver() == "sent"
    assert [letter.recipient for letter in world.sent] == [HANAKO.email]
    assert isinstance(world.store.log[0].event, MessageQueued)
    assert world.facts == [MessageSent(message_id=MESSAGE, user_id=USER, try_times=1, at=NOW)]
    assert world.closed == [MESSAGE]


async def test_the_facts_tell_tenant_cause_and_correlation() -> None:
    world = World()
    await world.deliver()
    for fact in world.store.log:
        assert fact.tenant_id == MAIL.tenant_id
        assert fact.meta.causation_id == MAIL.cause_id
        assert fact.meta.correlation_id == MAIL.correlation_id


async def test_d05_a_mail_that_was_noted_as_sent_is_not_sent_again() -> None:
    world = World()
    await world.deliver()
    assert await world.deliver() == "ended before"
    assert len(world.sent) == 1
    assert world.fetched == 1
    assert world.closed == [MESSAGE, MESSAGE]


async def test_no_secret_stands_in_a_fact() -> None:
    world = World(secret="s3cr3t-value")
    await world.deliver()
    assert "s3cr3t-value" not in repr(world.store.log)
    assert HANAKO.email not in repr(world.store.log)


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [(MailNotNow("SMTP_451"), "SMTP_451"), (MailNotNow("SMTP_CONNECTION"), "SMTP_CONNECTION")],
)
async def test_trouble_of_the_mail_server_defers(trouble: Exception, reason: str) -> None:
    world = World(answer=trouble)
    await world.deliver()
    soon = NOW + timedelta(seconds=5)
    assert world.facts == [
        MessageDeferred(message_id=MESSAGE, user_id=USER, try_times=1, next_try_at=soon, reason=reason, at=NOW)
    ]
    assert world.put_off_until == soon
    assert world.closed == []


@pytest.mark.parametrize(
    ("trouble", "reason"), [(Unavailable("down"), "IDENTITY_UNAVAILABLE"), (Denied(""), "IDENTITY_DENIED")]
)
async def test_trouble_of_identity_defers_and_sends_nothing(trouble: Exception, reason: str) -> None:
    world = World(secret=trouble)
    await world.deliver()
    assert [fact.reason for fact in world.facts] == [reason]
    assert world.sent == []


async def test_a_deferred_mail_is_sent_by_a_later_try() -> None:
    world = World(answer=MailNotNow("SMTP_451"))
    await world.deliver()
    world.answer = None
    world.clock.advance(timedelta(seconds=5))
    await world.deliver()
    assert [type(fact) for fact in world.facts] == [MessageDeferred, MessageSent]
    assert world.facts[-1].try_times == 2


async def test_a_refusal_for_good_ends_the_mail() -> None:
    world = World(answer=MailRefused("SMTP_550"))
    await world.deliver()
    assert world.facts == [MessageFailed(message_id=MESSAGE, user_id=USER, try_times=1, reason="SMTP_550", at=NOW)]
    assert world.closed == [MESSAGE]


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        (Expired(), SuppressionReason.EXPIRED),
        (Replaced(), SuppressionReason.SUPERSEDED),
        (NotFound(), SuppressionReason.SUPERSEDED),
    ],
)
async def test_a_link_that_is_gone_is_not_mailed(gone: Exception, reason: SuppressionReason) -> None:
    world = World(secret=gone)
    await world.deliver()
    assert world.facts == [MessageSuppressed(message_id=MESSAGE, user_id=USER, reason=reason, at=NOW)]
    assert world.sent == []
    assert world.closed == [MESSAGE]


async def test_an_expired_mail_is_never_sent() -> None:
    world = World()
    world.clock.at = LATER
    await world.deliver()
    assert [fact.reason for fact in world.facts] == [SuppressionReason.EXPIRED]
    assert world.sent == []
    assert world.fetched == 0


async def test_a_person_who_is_not_known_yet_is_waited_for_without_a_fact() -> None:
    world = World(person=None)
    await world.deliver()
    assert world.facts == []
    assert world.put_off_until == NOW + timedelta(seconds=1)
    world.clock.advance(timedelta(hours=1))
    await world.deliver()
    assert world.put_off_until == world.clock() + timedelta(minutes=1)
    world.person = HANAKO
    assert await world.deliver() == "sent"


async def test_a_person_who_never_comes_is_told_at_the_end() -> None:
    world = World(person=None)
    world.clock.at = LATER - timedelta(seconds=1)
    await world.deliver()
    assert world.put_off_until == LATER
    world.clock.at = LATER
    await world.deliver()
    assert [fact.reason for fact in world.facts] == [SuppressionReason.NO_RECIPIENT]


async def test_a_forgotten_person_gets_no_mail() -> None:
    world = World(person=Unsealable())
    await world.deliver()
    assert [fact.reason for fact in world.facts] == [SuppressionReason.NO_RECIPIENT]
    assert world.closed == [MESSAGE]


async def test_a_person_who_cannot_be_read_is_tried_again_ever_more_seldom() -> None:
    world = World(person=Unreadable("a sealed text was changed or moved"))
    assert await world.deliver() == "deferred: RECIPIENT_UNREADABLE"
    assert world.put_off_until == NOW + timedelta(seconds=5)
    await world.deliver()
    assert world.put_off_until == NOW + timedelta(seconds=30)
    world.person = HANAKO
    assert await world.deliver() == "sent"


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (Unreadable(), SuppressionReason.EXPIRED),
        (Unavailable(), SuppressionReason.EXPIRED),
        (Unsealable(), SuppressionReason.NO_RECIPIENT),
    ],
)
async def test_a_mail_ends_when_its_time_is_over_whether_or_not_its_recipient_can_be_read(
    person: Exception, reason: SuppressionReason
) -> None:
    world = World(person=person)
    world.clock.at = LATER
    await world.deliver()
    assert [fact.reason for fact in world.facts] == [reason]
    assert world.closed == [MESSAGE]


async def test_what_was_sent_is_noted_even_if_the_log_is_away_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    append, away = world.store.append, iter((False, True, True, False))

    async def flaky(*args: Any, **more: Any) -> Appended:
        if next(away):
            raise Unavailable("down")
        return await append(*args, **more)

    monkeypatch.setattr(world.store, "append", flaky)
    assert await world.deliver() == "sent"
    assert len(world.sent) == 1
    assert [type(fact) for fact in world.facts] == [MessageSent]


async def test_n11_a_mail_about_security_goes_to_who_refused_everything() -> None:
    world = World(person=replace(HANAKO, refused=frozenset(Kind)))
    assert await world.deliver() == "sent"


async def test_n11_a_kind_that_the_person_refused_is_not_sent_and_its_link_not_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(KIND_OF, MAIL.template, Kind.FAULT)
    world = World(person=replace(HANAKO, refused=frozenset({Kind.FAULT})))
    assert await world.deliver() == "suppressed: NOT_WANTED"
    assert world.facts == [
        MessageSuppressed(message_id=MESSAGE, user_id=USER, reason=SuppressionReason.NOT_WANTED, at=NOW)
    ]
    assert (world.fetched, world.sent, world.closed) == (0, [], [MESSAGE])


NOTICE = replace(MAIL, template=Template.FAULT)


async def test_a_notice_is_written_from_what_the_person_may_see_when_it_is_sent() -> None:
    world = World()
    assert await world.deliver(NOTICE) == "sent"
    assert world.sent[0].message.get_content() == "T-1001\n"
    assert (world.fetched, world.asked_at) == (0, NOW)


@pytest.mark.parametrize("lost", [{"may_see": Sight()}, {"bulletin": None}, {"person": None, "may_see": Sight()}])
async def test_who_lost_sight_of_it_meanwhile_or_may_not_come_in_gets_none(lost: dict[str, Any]) -> None:
    world = World(**lost)
    assert await world.deliver(NOTICE) == "suppressed: NOT_SEEN"
    assert not world.sent


async def test_n11_who_refused_the_kind_meanwhile_gets_none() -> None:
    refusing = replace(HANAKO, refused=frozenset({"FAULT"}))
    assert await World(person=refusing).deliver(NOTICE) == "suppressed: NOT_WANTED"
    of_the_day = replace(NOTICE, template=Template.DIGEST)
    assert await World(person=refusing).deliver(of_the_day) == "suppressed: NOT_SEEN"
    assert await World().deliver(of_the_day) == "sent"


async def test_an_expired_notice_is_never_sent() -> None:
    world = World()
    world.clock.at = LATER
    assert await world.deliver(NOTICE) == "suppressed: EXPIRED"
    assert not world.sent


async def test_m11_a_notice_that_somebody_wants_again_says_what_it_said_however_old_it_is() -> None:
    world = World()
    assert await world.deliver(replace(NOTICE, generation=2)) == "sent"
    assert world.asked_at is None
