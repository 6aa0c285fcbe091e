"""A mail that is sent again: who may be mailed what twice, and what the second mail is."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from pydantic import ValidationError

from kernel.testing import given as given_that
from kernel.testing import ids
from services.notifier.api.ops_schemas import Resend
from services.notifier.consumers.identity import NOTICE_LIFE
from services.notifier.consumers.own_log import Resending
from services.notifier.domain.commands import ResendMessage
from services.notifier.domain.errors import MessageNotResendable, MessageResentAlready, MessageStillWaiting
from services.notifier.domain.events import MessageBounced, MessageEvent, MessageResendRequested, Template
from services.notifier.domain.message import Status, may_be_resent, message
from tests.unit.notifier.mails import LATER, MAIL, MESSAGE, NOW, SECRET, USER
from tests.unit.notifier.test_mails_consumer import ABOUT, Desk
from tests.unit.notifier.test_message import DEFERRED, FAILED, QUEUED, SENT, SUPPRESSED

AGAIN = ResendMessage(at=NOW)
ASKED = MessageResendRequested(message_id=MESSAGE, user_id=USER, generation=2, at=NOW)
BOUNCED = MessageBounced(message_id=MESSAGE, user_id=USER, status="5.1.1", at=NOW)
NOTICE = replace(QUEUED, template=Template.PASSWORD_CHANGED)
NEVER, WHILE_IT_WORKS, FOR_A_WHILE, ALWAYS = (
    (False, False, False),
    (True, False, False),
    (True, True, False),
    (True, True, True),
)
"""At once; when what it carries has ended; thirty days after that."""
MAY = {
    Template.ACTIVATION: NEVER,
    Template.MAIL_CODE: NEVER,
    Template.STEP_UP_CODE: NEVER,
    Template.PASSWORD_RESET: WHILE_IT_WORKS,
    Template.FACTOR_RESET: WHILE_IT_WORKS,
    Template.PASSWORD_CHANGED: ALWAYS,
    Template.SECOND_FACTOR_CHANGED: ALWAYS,
    Template.RECOVERY_CODES_ISSUED: ALWAYS,
    Template.ORDER_STATUS: FOR_A_WHILE,
    Template.FAULT: FOR_A_WHILE,
    Template.MAINTENANCE: FOR_A_WHILE,
    Template.DIGEST: FOR_A_WHILE,
}


@pytest.mark.parametrize("end", [SENT, FAILED, BOUNCED])
def test_m11_a_mail_that_has_ended_may_be_sent_again_once(end: MessageEvent) -> None:
    given_that(message, NOTICE, end).when(AGAIN).then(ASKED)
    given_that(message, NOTICE, end, ASKED).when(AGAIN).refused(MessageResentAlready)


def test_what_was_called_off_is_not_sent_after_all() -> None:
    given_that(message, NOTICE, SUPPRESSED).when(AGAIN).refused(MessageNotResendable)


@pytest.mark.parametrize("past", [(NOTICE,), (NOTICE, DEFERRED)])
def test_d05_a_mail_that_is_still_tried_is_not_doubled(past: tuple[MessageEvent, ...]) -> None:
    given_that(message, *past).when(AGAIN).refused(MessageStillWaiting)


@pytest.mark.parametrize("template", Template)
def test_m11_whether_a_mail_may_be_sent_again_is_settled_for_every_template(template: Template) -> None:
    """Whoever adds a template says here for how long it may be mailed again: not at all, with its link, or for good."""
    asked = [AGAIN, ResendMessage(at=LATER), ResendMessage(at=LATER + timedelta(days=30))]
    assert [_may(template, one) for one in asked] == list(MAY[template])


def _may(template: Template, asked: ResendMessage) -> bool:
    past = message.fold([replace(QUEUED, template=template), SENT])
    try:
        return bool(message.decide(past, asked))
    except MessageNotResendable:
        return False


def test_m11_only_an_activation_is_offered_again_though_its_link_must_be_another() -> None:
    now = {template for template in Template if MAY[template][0]}
    offered = {one for one in Template if may_be_resent(one, Status.COMPLETED, resent=False)}
    assert offered == now | {Template.ACTIVATION}


@pytest.mark.parametrize("template", [Template.PASSWORD_RESET, Template.FACTOR_RESET])
def test_a_link_is_mailed_again_while_it_works(template: Template) -> None:
    queued = replace(QUEUED, template=template)
    last = ResendMessage(at=LATER - timedelta(seconds=1))
    given_that(message, queued, SENT).when(last).then(replace(ASKED, at=last.at))
    given_that(message, queued, SENT).when(ResendMessage(at=LATER)).refused(MessageNotResendable)


@pytest.mark.parametrize("template", [Template.FAULT, Template.MAINTENANCE, Template.ORDER_STATUS, Template.DIGEST])
def test_news_of_contracts_are_mailed_again_for_thirty_days_after_they_ended(template: Template) -> None:
    queued = replace(QUEUED, template=template)
    end = LATER + timedelta(days=30)
    last = ResendMessage(at=end - timedelta(seconds=1))
    given_that(message, queued, SENT).when(last).then(replace(ASKED, at=last.at))
    given_that(message, queued, SENT).when(ResendMessage(at=end)).refused(MessageNotResendable)


def test_each_time_counts_one_more() -> None:
    third = replace(ASKED, generation=3)
    given_that(message, replace(NOTICE, generation=2), SENT).when(AGAIN).then(third)


@pytest.mark.parametrize(
    ("template", "not_after"),
    [(Template.PASSWORD_CHANGED, NOW + NOTICE_LIFE), (Template.PASSWORD_RESET, LATER)],
)
async def test_m11_the_second_mail_says_the_same_and_names_the_wish_as_its_cause(
    template: Template, not_after: object
) -> None:
    before = replace(MAIL, template=template)
    desk = Desk(queued=[before])
    await Resending(desk, ids())(ASKED, ABOUT, None)
    _, again = desk.queued
    assert (again.template, again.secret_id, again.caused_at) == (template, SECRET, before.caused_at)
    assert (again.cause_id, again.cause_type) == (f"{USER}/7", "portal.some.fact.v1")
    assert (again.generation, again.resend_of, again.not_after) == (2, MESSAGE, not_after)
    assert again.message_id != MESSAGE
    assert again.dedupe_key != before.dedupe_key


async def test_one_wish_makes_one_mail_however_often_it_is_read() -> None:
    desk = Desk(queued=[replace(MAIL, template=Template.PASSWORD_CHANGED)])
    for _ in range(3):
        await Resending(desk, ids())(ASKED, ABOUT, None)
    # The table holds each key once; here all that matters is that the key is the same.
    assert len({mail.dedupe_key for mail in desk.queued[1:]}) == 1


async def test_a_wish_about_a_mail_that_is_not_there_makes_none() -> None:
    desk = Desk()
    await Resending(desk, ids())(replace(ASKED, message_id=UUID(int=99)), ABOUT, None)
    assert desk.queued == []


@pytest.mark.parametrize("number", [1764000000, 1.5, "1764000000"])
def test_a11_a_number_is_no_moment_since_which_mails_are_sent_again(number: object) -> None:
    with pytest.raises(ValidationError):
        Resend.model_validate({"since": number})
