"""A mail's life as facts: one coroutine per command. Next stop: domain/message.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from kernel.domain.recorded import Appended, Recorded
from services.notifier.application.ports import QueuedMail
from services.notifier.domain.bounce import verdict
from services.notifier.domain.commands import (
    DeferMessage,
    MessageCommand,
    QueueMessage,
    RecordBounce,
    RecordFailed,
    RecordSent,
    ResendMessage,
    SuppressMessage,
)
from services.notifier.domain.errors import BounceUnknown, MessageUnknown
from services.notifier.domain.events import MessageEvent, SuppressionReason
from services.notifier.domain.message import KEPT_FOR, Message, Status, message


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
            cause_type=mail.cause_type,
            generation=mail.generation,
            resend_of=mail.resend_of,
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

    async def bounced(self, message_id: UUID, action: str, status: str, actor: str) -> None:
        """Note what a server tells of its further way; told again it changes nothing.

        Raises: BounceUnknown; BounceUnreadable.
        """
        past = await self.store.load(message_id)
        if not past:
            raise BounceUnknown
        told, last = verdict(action, status), past[-1]
        by = Context(
            tenant_id=last.tenant_id,
            actor=actor,
            correlation_id=last.meta.correlation_id,
            causation_id=f"{message_id}/{last.version}",
        )
        asked = RecordBounce(status=told.status, lasting=told.lasting, at=self.now())
        await execute(self.store, message, message_id, asked, by)

    async def resend(self, message_id: UUID, by: Context) -> Appended:
        """Have it mailed again. Raises: MessageUnknown, also for another tenant's; what the domain refuses."""
        past = await self._kept(message_id)
        if past[0].tenant_id != by.tenant_id:
            raise MessageUnknown
        return await execute(self.store, message, message_id, ResendMessage(at=self.now()), by)

    async def resend_any(self, message_id: UUID, by: Context, command_id: UUID | None) -> Appended:
        """Have any company's mail mailed again. Raises: MessageUnknown; what the domain refuses."""
        past = await self._kept(message_id)
        of = replace(by, tenant_id=past[0].tenant_id, command_id=command_id)
        return await execute(self.store, message, message_id, ResendMessage(at=self.now()), of)

    async def past(self, message_id: UUID) -> Sequence[Recorded[MessageEvent]]:
        """Return all that happened to a mail, in order."""
        return await self.store.load(message_id)

    async def _note(self, mail: QueuedMail, command: MessageCommand) -> None:
        await execute(self.store, message, mail.message_id, command, _context(mail))

    async def _kept(self, message_id: UUID) -> Sequence[Recorded[MessageEvent]]:
        """Return all that happened to a mail that is not forgotten. Raises: MessageUnknown."""
        past = await self.store.load(message_id)
        if not past or past[0].recorded_at < self.now() - KEPT_FOR:
            raise MessageUnknown
        return past

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
