"""A mail's life, from its cause to its end; the first end that is noted stands. Next stop: application/handlers.py."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.notifier.domain.commands import (
    DeferMessage,
    MessageCommand,
    MessageStep,
    QueueMessage,
    RecordBounce,
    RecordFailed,
    RecordSent,
    ResendMessage,
    SuppressMessage,
)
from services.notifier.domain.errors import (
    MessageNotResendable,
    MessageResentAlready,
    MessageStillWaiting,
    MessageUnknown,
)
from services.notifier.domain.events import (
    MessageBounced,
    MessageDeferred,
    MessageDelayed,
    MessageEvent,
    MessageFailed,
    MessageQueued,
    MessageResendRequested,
    MessageSent,
    MessageSuppressed,
    Template,
)
from services.notifier.domain.kinds import KIND_OF, Kind
from services.notifier.domain.story import AGAIN_FOR


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
CODES = frozenset({Template.MAIL_CODE, Template.STEP_UP_CODE})
"""A code belongs to one login, or to one change of one's own settings, and is worth nothing after it."""
NEEDS_NEW_SECRET = CODES | {Template.ACTIVATION}
"""A code is never mailed twice; an activation link is issued anew, which kills the one before."""
LINKS = frozenset({Template.PASSWORD_RESET, Template.FACTOR_RESET})
"""What these carry may be mailed again for as long as it works."""
KEPT_FOR = timedelta(days=400)
"""How long a mail is shown after its end, and can be sent again: a year, and some weeks to look back at it.

What happened before that makes no mail any more, so that a fact that comes again need not be known to have made one.
"""
BOUNCED = "DSN_"
"""Begins the reason of a mail that a server gave back; the status follows. See: RFC 3464."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail."""

    status: Status = Status.ABSENT
    message_id: UUID = NOBODY
    user_id: UUID = NOBODY
    template: Template | None = None
    generation: int = 1
    not_after: datetime | None = None
    try_times: int = 0
    sent_at: datetime | None = None
    next_try_at: datetime | None = None
    reason: str | None = None
    """Why the last try failed, or why there is no other."""
    delayed: str | None = None
    """The last trouble that a server told of, which may pass."""
    resent: bool = False

    @property
    def ended(self) -> bool:
        """Tell whether nothing will become of it any more."""
        return self.status in ENDS


def evolve(state: Message, event: MessageEvent) -> Message:  # noqa: PLR0911 - one return a fact
    """Return the state after *event*."""
    match event:
        case MessageQueued():
            return Message(
                status=Status.INITIAL,
                message_id=event.message_id,
                user_id=event.user_id,
                template=event.template,
                generation=event.generation,
                not_after=event.not_after,
            )
        case MessageDeferred(try_times=tries, next_try_at=later, reason=reason):
            return replace(state, status=Status.IN_PROGRESS, try_times=tries, next_try_at=later, reason=reason)
        case MessageSent(try_times=tries, at=at):
            return replace(state, status=Status.COMPLETED, try_times=tries, sent_at=at, next_try_at=None, reason=None)
        case MessageFailed(try_times=tries, reason=reason):
            return replace(state, status=Status.FAILED, try_times=tries, next_try_at=None, reason=reason)
        case MessageSuppressed(reason=why):
            return replace(state, status=Status.CANCELLED, next_try_at=None, reason=why)
        case MessageBounced(status=status):
            return replace(state, status=Status.FAILED, next_try_at=None, reason=BOUNCED + status)
        case MessageDelayed(status=status):
            return replace(state, delayed=status)
        case MessageResendRequested():
            return replace(state, resent=True)
        case _:
            assert_never(event)


def decide(state: Message, command: MessageCommand) -> list[MessageEvent]:
    """Return the facts *command* leads to; none once the mail is queued, or has ended.

    Raises: MessageUnknown; MessageStillWaiting, MessageResentAlready or MessageNotResendable for one to be sent again.
    """
    if isinstance(command, QueueMessage):
        return _queue(state, command)
    if state.status is Status.ABSENT:
        raise MessageUnknown
    match command:
        case RecordBounce():
            return _bounce(state, command)
        case ResendMessage():
            return [_resend(state, command)]
        case _:
            return [] if state.ended else [_step(state, command)]


def may_be_resent(template: Template, state: Status, *, resent: bool) -> bool:
    """Tell whether a mail may be sent again, as far as these say; a link may have expired all the same."""
    if state not in ENDS or resent or template in CODES:
        return False
    # What was called off has lost its sense; a new link has not.
    return state is not Status.CANCELLED or template is Template.ACTIVATION


def _queue(state: Message, asked: QueueMessage) -> list[MessageEvent]:
    if state.status is not Status.ABSENT:
        return []
    return [
        MessageQueued(
            message_id=asked.message_id,
            user_id=asked.user_id,
            template=asked.template,
            cause_id=asked.cause_id,
            cause_type=asked.cause_type,
            generation=asked.generation,
            resend_of=asked.resend_of,
            not_after=asked.not_after,
            at=asked.at,
        )
    ]


def _step(state: Message, command: MessageStep) -> MessageEvent:
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


def _bounce(state: Message, told: RecordBounce) -> list[MessageEvent]:
    """Note a report, once. A mail that waits may bounce too: it was handed over, and who did so died before saying."""
    if state.status in (Status.CANCELLED, Status.FAILED):
        return []
    if told.lasting:
        return [MessageBounced(message_id=state.message_id, user_id=state.user_id, status=told.status, at=told.at)]
    if told.status == state.delayed:
        return []
    return [MessageDelayed(message_id=state.message_id, user_id=state.user_id, status=told.status, at=told.at)]


def _resend(state: Message, asked: ResendMessage) -> MessageEvent:
    if not state.ended:
        raise MessageStillWaiting
    if state.resent:
        raise MessageResentAlready
    if state.template in NEEDS_NEW_SECRET or state.status is Status.CANCELLED or _is_dead(state, asked.at):
        raise MessageNotResendable
    return MessageResendRequested(
        message_id=state.message_id, user_id=state.user_id, generation=state.generation + 1, at=asked.at
    )


def _is_dead(state: Message, now: datetime) -> bool:
    if state.template is None or state.not_after is None:
        return False
    if KIND_OF[state.template] is not Kind.SECURITY:
        return now >= state.not_after + AGAIN_FOR
    return state.template in LINKS and now >= state.not_after


message: Decider[Message, MessageCommand, MessageEvent] = Decider(initial=Message(), decide=decide, evolve=evolve)
