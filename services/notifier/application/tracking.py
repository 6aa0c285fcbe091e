"""What became of a person's mails, for their administrators. Next stop: domain/message.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.application.ports import EventStore
from services.notifier.application.ports import Mailbag, QueuedMail
from services.notifier.domain.events import Template
from services.notifier.domain.message import Status, message


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One mail; neither to which address nor with which secret."""

    message_id: UUID
    template: Template
    state: Status
    try_times: int
    queued_at: datetime
    sent_at: datetime | None
    next_try_at: datetime | None
    reason: str | None
    cause_id: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """Looks at mails, within one tenant."""

    store: EventStore
    mailbag: Mailbag

    async def newest(self, tenant_id: UUID, user_id: UUID, most: int) -> Sequence[MessageView]:
        """Return a person's mails, newest first, at most so many."""
        return [await self._view(mail) for mail in await self.mailbag.newest(tenant_id, user_id, most)]

    async def _view(self, mail: QueuedMail) -> MessageView:
        state = message.fold(fact.event for fact in await self.store.load(mail.message_id))
        return MessageView(
            message_id=mail.message_id,
            template=mail.template,
            # A mail that no sender has looked at yet waits like one that was.
            state=Status.INITIAL if state.status is Status.ABSENT else state.status,
            try_times=state.try_times,
            queued_at=mail.caused_at,
            sent_at=state.sent_at,
            next_try_at=state.next_try_at,
            reason=state.reason,
            cause_id=mail.cause_id,
        )
