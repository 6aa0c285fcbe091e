"""A mail's life, from its cause to its end; the first end that is noted stands. Next stop: application/handlers.py."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.notifier.domain.commands import (
    DeferMessage,
    MessageCommand,
    QueueMessage,
    RecordFailed,
    RecordSent,
    SuppressMessage,
)
from services.notifier.domain.errors import MessageUnknown
from services.notifier.domain.events import (
    MessageDeferred,
    MessageEvent,
    MessageFailed,
    MessageQueued,
    MessageSent,
    MessageSuppressed,
)


class Status(StrEnum):
    """Where a mail stands, in the words of TMF681; ABSENT before it was queued."""

    ABSENT = "absent"
    INITIAL = "initial"
    IN_PROGRESS = "inProgress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


ENDS = frozenset({Status.COMPLETED, Status.CANCELLED, Status.FAILED})
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail."""

    status: Status = Status.ABSENT
    message_id: UUID = NOBODY
    user_id: UUID = NOBODY
    try_times: int = 0
    sent_at: datetime | None = None
    next_try_at: datetime | None = None
    reason: str | None = None
    """Why the last try failed, or why there is no other."""

    @property
    def ended(self) -> bool:
        """Tell whether nothing will become of it any more."""
        return self.status in ENDS


def evolve(state: Message, event: MessageEvent) -> Message:
    """Return the state after *event*."""
    match event:
        case MessageQueued(message_id=message_id, user_id=user_id):
            return Message(status=Status.INITIAL, message_id=message_id, user_id=user_id)
        case MessageDeferred(try_times=tries, next_try_at=later, reason=reason):
            return replace(state, status=Status.IN_PROGRESS, try_times=tries, next_try_at=later, reason=reason)
        case MessageSent(try_times=tries, at=at):
            return replace(state, status=Status.COMPLETED, try_times=tries, sent_at=at, next_try_at=None, reason=None)
        case MessageFailed(try_times=tries, reason=reason):
            return replace(state, status=Status.FAILED, try_times=tries, next_try_at=None, reason=reason)
        case MessageSuppressed(reason=why):
            return replace(state, status=Status.CANCELLED, next_try_at=None, reason=why)
        case _:
            assert_never(event)


def decide(state: Message, command: MessageCommand) -> list[MessageEvent]:
    """Return the facts *command* leads to; none once the mail is queued, or has ended."""
    if isinstance(command, QueueMessage):
        return _queue(state, command)
    if state.status is Status.ABSENT:
        raise MessageUnknown
    return [] if state.ended else [_step(state, command)]


def _queue(state: Message, asked: QueueMessage) -> list[MessageEvent]:
    if state.status is not Status.ABSENT:
        return []
    return [
        MessageQueued(
            message_id=asked.message_id,
            user_id=asked.user_id,
            template=asked.template,
            cause_id=asked.cause_id,
            not_after=asked.not_after,
            at=asked.at,
        )
    ]


def _step(state: Message, command: RecordSent | DeferMessage | RecordFailed | SuppressMessage) -> MessageEvent:
    of, user, tries = state.message_id, state.user_id, state.try_times + 1
    match command:
        case RecordSent(at=at):
            return MessageSent(message_id=of, user_id=user, try_times=tries, at=at)
        case DeferMessage(next_try_at=later, reason=reason, at=at):
            return MessageDeferred(
                message_id=of, user_id=user, try_times=tries, next_try_at=later, reason=reason, at=at
            )
        case RecordFailed(reason=reason, at=at):
            return MessageFailed(message_id=of, user_id=user, try_times=tries, reason=reason, at=at)
        case SuppressMessage(reason=why, at=at):
            return MessageSuppressed(message_id=of, user_id=user, reason=why, at=at)
        case _:
            assert_never(command)


message: Decider[Message, MessageCommand, MessageEvent] = Decider(initial=Message(), decide=decide, evolve=evolve)
