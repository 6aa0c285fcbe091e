"""What administrators see of a person's mails."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest

from kernel.testing import InMemoryStore, StillClock
from services.notifier.application.handlers import MessageHandlers
from services.notifier.application.ports import QueuedMail
from services.notifier.application.tracking import MessageView, Tracking
from services.notifier.domain.events import SuppressionReason, Template
from services.notifier.domain.message import Status
from tests.unit.notifier.mails import MAIL, MESSAGE, NOW, TENANT, USER

SOON = NOW + timedelta(seconds=5)
VIEW = MessageView(
    message_id=MESSAGE,
    template=Template.ACTIVATION,
    state=Status.INITIAL,
    try_times=0,
    queued_at=NOW,
    sent_at=None,
    next_try_at=None,
    reason=None,
    cause_id=f"{USER}/2",
)


@dataclass
class Bag:
    """The mails of one person."""

    asked: tuple[UUID, UUID, int] | None = None

    async def newest(self, tenant_id: UUID, user_id: UUID, most: int) -> list[QueuedMail]:
        self.asked = (tenant_id, user_id, most)
        return [MAIL]


async def _seen(store: InMemoryStore) -> MessageView:
    bag = Bag()
    (view,) = await Tracking(store, bag).newest(TENANT, USER, 20)
    assert bag.asked == (TENANT, USER, 20)
    return view


async def test_m11_a_mail_that_nobody_looked_at_yet_waits() -> None:
    assert await _seen(InMemoryStore()) == VIEW


async def test_m11_tries_and_the_next_one_are_seen_until_it_is_sent() -> None:
    store = InMemoryStore()
    messages = MessageHandlers(store, StillClock(NOW))
    await messages.queue(MAIL)
    assert await _seen(store) == VIEW
    await messages.deferred(MAIL, SOON, "SMTP_451")
    assert await _seen(store) == replace(
        VIEW, state=Status.IN_PROGRESS, try_times=1, next_try_at=SOON, reason="SMTP_451"
    )
    await messages.sent(MAIL)
    assert await _seen(store) == replace(VIEW, state=Status.COMPLETED, try_times=2, sent_at=NOW)


@pytest.mark.parametrize("failed", [True, False])
async def test_m11_why_a_mail_is_not_sent_is_seen(failed: bool) -> None:
    store = InMemoryStore()
    messages = MessageHandlers(store, StillClock(NOW))
    await messages.queue(MAIL)
    if failed:
        await messages.failed(MAIL, "SMTP_550")
        assert await _seen(store) == replace(VIEW, state=Status.FAILED, try_times=1, reason="SMTP_550")
    else:
        await messages.suppressed(MAIL, SuppressionReason.EXPIRED)
        assert await _seen(store) == replace(VIEW, state=Status.CANCELLED, reason="EXPIRED")
