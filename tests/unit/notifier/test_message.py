"""A mail's life in the terms of TMF681."""

from datetime import timedelta

import pytest

from kernel.testing import given
from services.notifier.domain.commands import DeferMessage, QueueMessage, RecordFailed, RecordSent, SuppressMessage
from services.notifier.domain.errors import MessageUnknown
from services.notifier.domain.events import (
    MessageDeferred,
    MessageEvent,
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
    SuppressionReason,
    Template,
)
from services.notifier.domain.message import Status, message
from services.notifier.domain.patience import next_try
from tests.unit.notifier.mails import LATER, MESSAGE, NOW, USER

QUEUE = QueueMessage(
    message_id=MESSAGE, user_id=USER, template=Template.ACTIVATION, cause_id="a/1", not_after=LATER, at=NOW
)
QUEUED = MessageQueued(
    message_id=MESSAGE, user_id=USER, template=Template.ACTIVATION, cause_id="a/1", not_after=LATER, at=NOW
)
SOON = NOW + timedelta(seconds=5)
DEFER = DeferMessage(next_try_at=SOON, reason="SMTP_451", at=NOW)
DEFERRED = MessageDeferred(message_id=MESSAGE, user_id=USER, try_times=1, next_try_at=SOON, reason="SMTP_451", at=NOW)
SENT = MessageSent(message_id=MESSAGE, user_id=USER, try_times=1, at=NOW)
FAILED = MessageFailed(message_id=MESSAGE, user_id=USER, try_times=1, reason="SMTP_550", at=NOW)
SUPPRESSED = MessageSuppressed(message_id=MESSAGE, user_id=USER, reason=SuppressionReason.EXPIRED, at=NOW)
ENDS: tuple[MessageEvent, ...] = (SENT, FAILED, SUPPRESSED)
STEPS = (
    RecordSent(at=NOW),
    DEFER,
    RecordFailed(reason="SMTP_550", at=NOW),
    SuppressMessage(reason=SuppressionReason.EXPIRED, at=NOW),
)


def test_a_mail_is_queued_once() -> None:
    given(message).when(QUEUE).then(QUEUED)
    given(message, QUEUED).when(QUEUE).then_nothing()


@pytest.mark.parametrize(("asked", "fact"), list(zip(STEPS, (SENT, DEFERRED, FAILED, SUPPRESSED), strict=True)))
def test_what_became_of_a_queued_mail_is_noted(asked: RecordSent, fact: MessageEvent) -> None:
    given(message, QUEUED).when(asked).then(fact)


def test_tries_are_counted() -> None:
    second = MessageSent(message_id=MESSAGE, user_id=USER, try_times=2, at=NOW)
    given(message, QUEUED, DEFERRED).when(RecordSent(at=NOW)).then(second)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("asked", [QUEUE, *STEPS])
def test_the_first_end_stands(end: MessageEvent, asked: RecordSent) -> None:
    given(message, QUEUED, end).when(asked).then_nothing()


@pytest.mark.parametrize("asked", STEPS)
def test_nothing_is_noted_of_a_mail_that_was_never_queued(asked: RecordSent) -> None:
    given(message).when(asked).refused(MessageUnknown)


@pytest.mark.parametrize(
    ("past", "status"),
    [
        ((), Status.ABSENT),
        ((QUEUED,), Status.INITIAL),
        ((QUEUED, DEFERRED), Status.IN_PROGRESS),
        ((QUEUED, SENT), Status.COMPLETED),
        ((QUEUED, SUPPRESSED), Status.CANCELLED),
        ((QUEUED, DEFERRED, FAILED), Status.FAILED),
    ],
)
def test_m11_the_states_are_those_of_tmf681(past: tuple[MessageEvent, ...], status: Status) -> None:
    assert message.fold(past).status is status


def test_tries_come_after_5_s_30_s_2_min_and_then_every_10_min() -> None:
    waits = [next_try(tries, NOW, LATER) for tries in range(1, 7)]
    assert [(at - NOW).total_seconds() for at in waits if at] == [5, 30, 120, 600, 600, 600]


def test_a_code_that_lives_ten_minutes_is_tried_until_shortly_before_its_end() -> None:
    now, end, tries = NOW, NOW + timedelta(minutes=10), 1
    while (later := next_try(tries, now, end)) is not None:
        assert now < later < end
        now, tries = later, tries + 1
    assert end - now <= timedelta(seconds=10)
    assert tries > 6


def test_no_try_follows_when_time_is_over() -> None:
    assert next_try(1, LATER, LATER) is None
    assert next_try(1, LATER + timedelta(hours=1), LATER) is None
