"""Reads the service's own log: what lists show, and what is to be mailed again. Next: application/mails.py, intake.py.

They are two readers: the board may be built anew from the first fact on, while a mail goes out again once and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kernel.application.consume import Incoming
from kernel.application.ports import NewId
from kernel.domain.event import event_type
from kernel.domain.reads import wire_name
from services.notifier.application.mails import Told, evolve
from services.notifier.application.ports import Board, Intake, QueuedMail
from services.notifier.consumers.identity import NOTICE_LIFE
from services.notifier.domain.events import EVENTS, MessageEvent, MessageResendRequested
from services.notifier.domain.message import LINKS

BOARD = "notifier.board"
RESENDING = "notifier.resending"


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """Shows what the own facts say."""

    board: Board

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return {wire_name(fact): fact for fact in EVENTS}

    async def __call__(self, fact: MessageEvent, about: Incoming, transaction: Any) -> None:
        """Show one fact."""
        before = await self.board.row(transaction, fact.message_id)
        told = Told(tenant_id=about.tenant_id, correlation_id=about.correlation_id, version=about.version)
        row = evolve(before, fact, told)
        if row is not None and row != before:
            await self.board.show(transaction, row, event_type(fact).name, fact.at)


@dataclass(frozen=True, slots=True)
class Resending:
    """Queues a mail anew when somebody wants that; the wish is its cause, so each wish makes one."""

    intake: Intake
    new_id: NewId

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return {wire_name(MessageResendRequested): MessageResendRequested}

    async def __call__(self, fact: MessageResendRequested, about: Incoming, transaction: Any) -> None:
        """Queue the mail of one wish."""
        before = await self.intake.find(transaction, fact.message_id)
        if before is not None:
            await self.intake.queue(transaction, self._again(before, fact, about))

    def _again(self, before: QueuedMail, fact: MessageResendRequested, about: Incoming) -> QueuedMail:
        # A link lives no longer because it is mailed again; a notice is worth sending for as long as before.
        not_after = before.not_after if before.template in LINKS else fact.at + NOTICE_LIFE
        return replace(
            before,
            message_id=self.new_id(),
            cause_id=about.id,
            cause_type=about.type,
            correlation_id=about.correlation_id,
            traceparent=about.traceparent,
            not_after=not_after,
            generation=fact.generation,
            resend_of=fact.message_id,
        )
