"""A mail as administrators see it, folded from its facts. Next stop: adapters/board.py, which keeps it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

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
from services.notifier.domain.message import BOUNCED, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRow:
    """One mail; neither to which address nor with which secret. See: TMF681, CommunicationMessage."""

    message_id: UUID
    tenant_id: UUID
    user_id: UUID
    template: Template
    cause_type: str
    cause_id: str
    correlation_id: UUID
    generation: int
    resend_of: UUID | None
    queued_at: datetime
    version: int = 0
    """Of its stream; 0 is one that no sender has looked at yet."""
    state: Status = Status.INITIAL
    try_times: int = 0
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    """Why the last try failed, or why there is no other."""
    delayed: str | None = None
    resent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsWanted:
    """Which mails a list shows; None lets all through."""

    user_id: UUID | None = None
    state: Status | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What stands around a fact."""

    tenant_id: UUID
    correlation_id: UUID
    version: int


def evolve(row: MailRow | None, event: MessageEvent, told: Told) -> MailRow | None:
    """Return the row after *event*; one that was seen before changes nothing."""
    if isinstance(event, MessageQueued):
        return row if row and row.version >= told.version else _first(event, told)
    if row is None or row.version >= told.version:
        return row
    return _next(replace(row, version=told.version), event)


def _first(event: MessageQueued, told: Told) -> MailRow:
    return MailRow(
        message_id=event.message_id,
        tenant_id=told.tenant_id,
        user_id=event.user_id,
        template=event.template,
        cause_type=event.cause_type,
        cause_id=event.cause_id,
        correlation_id=told.correlation_id,
        generation=event.generation,
        resend_of=event.resend_of,
        queued_at=event.at,
        version=told.version,
    )


def _next(row: MailRow, event: MessageEvent) -> MailRow:  # noqa: PLR0911 - one return a fact
    match event:
        case MessageDeferred(try_times=tries, next_try_at=later, reason=reason):
            return replace(row, state=Status.IN_PROGRESS, try_times=tries, next_try_at=later, reason=reason)
        case MessageSent(try_times=tries, at=at):
            sent = replace(row, state=Status.COMPLETED, try_times=tries, sent_at=at, ended_at=at)
            return replace(sent, next_try_at=None, reason=None)
        case MessageFailed(try_times=tries, reason=reason, at=at):
            failed = replace(row, state=Status.FAILED, try_times=tries, reason=reason, ended_at=at)
            return replace(failed, next_try_at=None)
        case MessageSuppressed(reason=why, at=at):
            return replace(row, state=Status.CANCELLED, reason=why.value, next_try_at=None, ended_at=at)
        case MessageBounced(status=status, at=at):
            return replace(row, state=Status.FAILED, reason=BOUNCED + status, next_try_at=None, ended_at=at)
        case MessageDelayed(status=status):
            return replace(row, delayed=status)
        case MessageResendRequested():
            return replace(row, resent=True)
        case MessageQueued():
            raise AssertionError("a mail is queued once")
        case _:
            assert_never(event)
