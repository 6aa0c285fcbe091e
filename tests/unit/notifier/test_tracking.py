"""What administrators see of mails."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.notifier.application.mails import MailRow, MailsWanted, Told, evolve
from services.notifier.application.ports import Recipient
from services.notifier.application.tracking import Tracking
from services.notifier.domain.errors import MessageUnknown
from services.notifier.domain.events import (
    MessageBounced,
    MessageDelayed,
    MessageEvent,
    MessageResendRequested,
    Template,
)
from services.notifier.domain.message import Status, may_be_resent
from tests.unit.notifier.mails import HANAKO, MAIL, MESSAGE, NOW, TENANT, USER
from tests.unit.notifier.test_message import DEFERRED, FAILED, QUEUED, SENT, SOON, SUPPRESSED

ROW = MailRow(
    message_id=MESSAGE,
    tenant_id=TENANT,
    user_id=USER,
    template=Template.ACTIVATION,
    cause_type="",
    cause_id="a/1",
    correlation_id=MAIL.correlation_id,
    generation=1,
    resend_of=None,
    queued_at=NOW,
    version=1,
)
BOUNCED = MessageBounced(message_id=MESSAGE, user_id=USER, status="5.1.1", at=SOON)
DELAYED = MessageDelayed(message_id=MESSAGE, user_id=USER, status="4.4.7", at=SOON)
RESENT = MessageResendRequested(message_id=MESSAGE, user_id=USER, generation=2, at=SOON)
LIFE: tuple[MessageEvent, ...] = (QUEUED, DEFERRED, SENT, DELAYED, BOUNCED, RESENT)


def folded(*events: MessageEvent, row: MailRow | None = None, first: int = 1) -> MailRow | None:
    for version, event in enumerate(events, first):
        told = Told(tenant_id=TENANT, correlation_id=MAIL.correlation_id, version=version)
        row = evolve(row, event, told)
    return row


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ((QUEUED,), ROW),
        (
            (QUEUED, DEFERRED),
            replace(ROW, version=2, state=Status.IN_PROGRESS, try_times=1, next_try_at=SOON, reason="SMTP_451"),
        ),
        (
            (QUEUED, DEFERRED, SENT),
            replace(ROW, version=3, state=Status.COMPLETED, try_times=1, sent_at=NOW, ended_at=NOW),
        ),
        (
            (QUEUED, FAILED),
            replace(ROW, version=2, state=Status.FAILED, try_times=1, reason="SMTP_550", ended_at=NOW),
        ),
        ((QUEUED, SUPPRESSED), replace(ROW, version=2, state=Status.CANCELLED, reason="EXPIRED", ended_at=NOW)),
        (
            (QUEUED, SENT, DELAYED),
            replace(ROW, version=3, state=Status.COMPLETED, try_times=1, sent_at=NOW, ended_at=NOW, delayed="4.4.7"),
        ),
        (
            (QUEUED, SENT, BOUNCED, RESENT),
            replace(
                ROW,
                version=4,
                state=Status.FAILED,
                try_times=1,
                sent_at=NOW,
                ended_at=SOON,
                reason="DSN_5.1.1",
                resent=True,
            ),
        ),
    ],
)
def test_m11_s48_state_tries_next_one_and_reason_are_seen(past: tuple[MessageEvent, ...], expected: MailRow) -> None:
    assert folded(*past) == expected


def test_i10_a_fact_that_comes_again_changes_nothing() -> None:
    row = None
    for version, event in enumerate(LIFE, 1):
        row = folded(event, row=row, first=version)
        assert folded(event, row=row, first=version) == row
    assert row == folded(*LIFE)


def test_what_was_queued_and_seen_by_nobody_is_shown_as_its_first_fact_says() -> None:
    waiting = replace(ROW, version=0, queued_at=NOW - timedelta(seconds=3))
    assert folded(QUEUED, row=waiting) == ROW


@pytest.mark.parametrize(
    ("template", "state", "resent", "expected"),
    [
        (Template.ACTIVATION, Status.COMPLETED, False, True),
        (Template.PASSWORD_CHANGED, Status.FAILED, False, True),
        (Template.PASSWORD_CHANGED, Status.FAILED, True, False),
        (Template.PASSWORD_CHANGED, Status.IN_PROGRESS, False, False),
        (Template.MAIL_CODE, Status.COMPLETED, False, False),
        (Template.PASSWORD_CHANGED, Status.CANCELLED, False, False),
        (Template.ACTIVATION, Status.CANCELLED, False, True),
    ],
)
def test_what_may_be_sent_again_says_so(template: Template, state: Status, *, resent: bool, expected: bool) -> None:
    assert may_be_resent(template, state, resent=resent) is expected


@dataclass
class Bag:
    """Five mails, newest first, and who they went to."""

    rows: Sequence[MailRow] = tuple(replace(ROW, message_id=UUID(int=n)) for n in range(5, 0, -1))
    opened: list[set[UUID]] = field(default_factory=list)

    async def page(self, tenant_id: UUID, wanted: MailsWanted, most: int, before: UUID | None) -> Sequence[MailRow]:
        assert (tenant_id, wanted) == (TENANT, MailsWanted(user_id=USER))
        return [row for row in self.rows if before is None or row.message_id < before][:most]

    async def one(self, tenant_id: UUID, message_id: UUID) -> MailRow | None:
        return next((row for row in self.rows if (row.tenant_id, row.message_id) == (tenant_id, message_id)), None)

    async def all(self, user_ids: Collection[UUID]) -> Mapping[UUID, Recipient]:
        self.opened.append(set(user_ids))
        return dict.fromkeys(user_ids, HANAKO)


async def test_m11_pages_join_and_the_last_one_says_so() -> None:
    bag = Bag()
    tracking, wanted, seen, before = Tracking(bag, bag), MailsWanted(user_id=USER), [], None
    for _ in range(3):
        page = await tracking.page(TENANT, wanted, 2, before, receivers=False)
        seen += [row.message_id.int for row in page.items]
        before = page.next_before
    assert (seen, before, bag.opened) == ([5, 4, 3, 2, 1], None, [])


async def test_receivers_are_opened_only_when_asked_for_and_all_at_once() -> None:
    bag = Bag()
    page = await Tracking(bag, bag).page(TENANT, MailsWanted(user_id=USER), 5, None, receivers=True)
    assert (page.receivers, bag.opened) == ({USER: HANAKO}, [{USER}])


async def test_asvs_8_4_1_another_tenants_mail_is_unknown() -> None:
    bag = Bag()
    with pytest.raises(MessageUnknown):
        await Tracking(bag, bag).one(UUID(int=8), UUID(int=1), receivers=True)
    assert bag.opened == []
