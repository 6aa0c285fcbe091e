# ruff: noqa: ARG002 - fakes take what the ports give
"""The notifier for administrators, small and in memory: it keeps to tenants as the real one does."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.mails import Mail, MailsPage, MailState, MailsWanted, Receiver
from gateway.application.session import Session
from kernel.domain.errors import Invalid, NotFound
from tests.unit.gateway.fakes import NOW, OTHER_TENANT, TENANT
from tests.unit.gateway.samples_people import COLLEAGUE, STRANGER

MAIL = UUID("019abcde-0000-7000-8000-000000000051")
SENT, FAILED, CODE = (UUID(int=MAIL.int + number) for number in (1, 2, 3))
FOREIGN_MAIL = UUID("019abcde-0000-7000-8000-000000000059")
"""A mail of the other tenant."""


class MessageUnknown(NotFound):
    """As the notifier says it."""

    code = "message-unknown"


class CursorUnreadable(Invalid):
    """As the notifier says it."""

    code = "cursor-unreadable"


def some_mail(message_id: UUID = SENT, **changes: Any) -> Mail:
    """Return a mail as the notifier tells of it."""
    mail = Mail(
        message_id=message_id,
        user_id=COLLEAGUE,
        template="PASSWORD_CHANGED",
        kind="SECURITY",
        state=MailState.COMPLETED,
        try_times=1,
        queued_at=NOW,
        sent_at=NOW,
        ended_at=NOW,
        cause_type="portal.credential.password-changed.v1",
        cause_id=f"{COLLEAGUE}/7",
        correlation_id=UUID(int=9),
        may_be_resent=True,
        receiver=Receiver(name="鈴木 一郎", email="ichiro.suzuki@example.co.jp"),
    )
    return replace(mail, **changes)


def _mails() -> dict[UUID, dict[UUID, Mail]]:
    mine = (
        some_mail(CODE, template="MAIL_CODE", may_be_resent=False),
        some_mail(FAILED, state=MailState.FAILED, reason="DSN_5.1.1", sent_at=NOW - timedelta(minutes=1)),
        some_mail(),
        some_mail(MAIL, template="PASSWORD_RESET"),
    )
    stranger = some_mail(FOREIGN_MAIL, user_id=STRANGER, receiver=Receiver(name="よその 人", email="s@example.com"))
    return {TENANT: {one.message_id: one for one in mine}, OTHER_TENANT: {FOREIGN_MAIL: stranger}}


@dataclass
class FakeMailroom:
    """Mails of two tenants, newest first."""

    kept: dict[UUID, dict[UUID, Mail]] = field(default_factory=_mails)
    resent: list[tuple[UUID, str]] = field(default_factory=list)
    refusal: Exception | None = None
    """What the next wish is refused with."""

    async def mails(
        self, session: Session, wanted: MailsWanted, limit: int, cursor: str | None, asked: Asked
    ) -> MailsPage:
        if cursor is not None and not cursor.isdecimal():
            raise CursorUnreadable
        first = int(cursor or 0)
        rows = [
            one
            for one in self.kept[session.tenant_id].values()
            if wanted.user_id in (None, one.user_id) and wanted.state in (None, one.state)
        ]
        following = str(first + limit) if len(rows) > first + limit else None
        return MailsPage(items=rows[first : first + limit], next_cursor=following)

    async def mail(self, session: Session, message_id: UUID, asked: Asked) -> Mail:
        if message_id not in self.kept[session.tenant_id]:
            raise MessageUnknown
        return self.kept[session.tenant_id][message_id]

    async def resend(self, session: Session, message_id: UUID, asked: Asked) -> None:
        await self.mail(session, message_id, asked)
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal
        self.resent.append((message_id, asked.key))
