"""A mail's life as facts: one coroutine per command. Next stop: domain/message.py."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from services.notifier.application.ports import QueuedMail
from services.notifier.domain.commands import (
    DeferMessage,
    MessageCommand,
    QueueMessage,
    RecordFailed,
    RecordSent,
    SuppressMessage,
)
from services.notifier.domain.events import SuppressionReason
from services.notifier.domain.message import Message, Status, message


@dataclass(frozen=True, slots=True)
class MessageHandlers:
    """What this service notes of a mail, and what it needs to do so."""

    store: EventStore
    now: Clock

    async def queue(self, mail: QueuedMail) -> Message:
        """Note that a mail is to be sent, unless that is known; return where the mail stands."""
        state = await self._state(mail.message_id)
        if state.status is not Status.ABSENT:
            return state
        asked = QueueMessage(
            message_id=mail.message_id,
            user_id=mail.user_id,
            template=mail.template,
            cause_id=mail.cause_id,
            not_after=mail.not_after,
            at=self.now(),
        )
        await execute(self.store, message, mail.message_id, asked, _context(mail))
        return await self._state(mail.message_id)

    async def sent(self, mail: QueuedMail) -> None:
        """Note that a mail server took it over."""
        await self._note(mail, RecordSent(at=self.now()))

    async def deferred(self, mail: QueuedMail, next_try_at: datetime, reason: str) -> None:
        """Note that a try failed."""
        await self._note(mail, DeferMessage(next_try_at=next_try_at, reason=reason, at=self.now()))

    async def failed(self, mail: QueuedMail, reason: str) -> None:
        """Note that it was refused for good."""
        await self._note(mail, RecordFailed(reason=reason, at=self.now()))

    async def suppressed(self, mail: QueuedMail, reason: SuppressionReason) -> None:
        """Note that it is not sent any more."""
        await self._note(mail, SuppressMessage(reason=reason, at=self.now()))

    async def _note(self, mail: QueuedMail, command: MessageCommand) -> None:
        await execute(self.store, message, mail.message_id, command, _context(mail))

    async def _state(self, message_id: UUID) -> Message:
        return message.fold(fact.event for fact in await self.store.load(message_id))


def _context(mail: QueuedMail) -> Context:
    return Context(
        tenant_id=mail.tenant_id,
        actor="service:notifier",
        correlation_id=mail.correlation_id,
        causation_id=mail.cause_id,
        traceparent=mail.traceparent,
    )
