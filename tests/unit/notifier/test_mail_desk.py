"""A wish for many lost mails: it goes on behind those that may not be sent, and keeps none of them."""

import gc
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from kernel.domain.context import Context
from services.notifier.application.desk import MOST_RESENT, DeskMail, MailDesk, Reach, Wanted
from services.notifier.application.mails import MailRow
from services.notifier.domain.events import Template
from services.notifier.domain.kinds import Kind
from services.notifier.domain.message import Status
from services.notifier.domain.standing import Standing
from tests.unit.notifier.mails import NOW

BY = Context(tenant_id=UUID(int=1), actor="user:1", correlation_id=UUID(int=2))


def lost(number: int, template: Template) -> DeskMail:
    """Return a mail that reached nobody."""
    row = MailRow(
        message_id=UUID(int=number),
        tenant_id=UUID(int=1),
        user_id=UUID(int=2),
        template=template,
        cause_type="",
        cause_id="",
        correlation_id=UUID(int=3),
        generation=1,
        resend_of=None,
        queued_at=NOW,
        state=Status.FAILED,
    )
    standing = Standing.FAILED
    return DeskMail(row=row, kind=Kind.SECURITY, standing=standing, due_at=None, in_flight=False, not_after=NOW)


class Lost:
    """So many mails that may not be sent again, then one that may; counts those that somebody still holds."""

    def __init__(self, dead: int) -> None:
        self.dead = dead
        self.most_held = 0

    async def lost(self, _wanted: Wanted, _since: datetime, most: int, after: UUID | None) -> Sequence[DeskMail]:
        self.most_held = max(self.most_held, sum(isinstance(one, DeskMail) for one in gc.get_objects()))
        first = after.int + 1 if after else 1
        return [
            lost(number, Template.PASSWORD_CHANGED if number > self.dead else Template.ACTIVATION)
            for number in range(first, min(first + most, self.dead + 2))
        ]


async def test_m11_a_wish_counts_the_mails_it_passes_by_and_keeps_none() -> None:
    desk = Lost(dead=10 * MOST_RESENT)
    mails = MailDesk(desk=cast("Any", desk), people=cast("Any", None), messages=cast("Any", None), now=lambda: NOW)
    reach = await mails.resend((), Wanted(), NOW - timedelta(days=4000), BY, dry_run=True)
    assert reach == Reach(mails=1, left=10 * MOST_RESENT)
    assert desk.most_held <= 2 * MOST_RESENT
