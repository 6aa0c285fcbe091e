"""Who is told of a round, at once or once a day: decided when it goes out. Next stop: bulletins.py, adapters/rounds.py.

What a mail says is decided later still, when it is sent: who may not see a contract by then gets no mail of it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel.application.ports import Clock, NewId
from services.notifier.application.bulletin import Bulletin
from services.notifier.application.bulletins import MOST_ITEMS
from services.notifier.application.notices import Addressed, Board, Day, Listener, Round, RoundBook
from services.notifier.application.ports import QueuedMail
from services.notifier.domain.events import Template
from services.notifier.domain.kinds import NOTICES, is_wanted
from services.notifier.domain.pace import DIGEST_LIFE, next_daily
from services.notifier.domain.sight import Sight


@dataclass(frozen=True, slots=True)
class Rounds:
    """Turns news into mails."""

    book: RoundBook
    board: Board
    new_id: NewId
    now: Clock

    @property
    def steps(self) -> Mapping[str, Callable[[], Awaitable[bool]]]:
        """What is to be done again and again, by name: each does a piece and tells whether there was any.

        None waits for another, so that trouble with one is not the others'.
        """
        return {
            "opens": self.book.open,
            "addresses": lambda: self.book.go_on(self.address),
            "digests": lambda: self.book.digest(self.digest),
        }

    async def address(self, this: Round, people: Sequence[Listener]) -> Addressed:
        """Say who of *people* gets a mail of a round, and for whom it is kept until their mail of the day."""
        mails, kept = list[QueuedMail](), []
        seen: dict[Sight, Bulletin | None] = {}
        for one in people:
            if not one.sight or not is_wanted(this.kind, one.refused):
                continue
            # People in the same groups see the same, so the news are gone through once for all of them.
            if one.sight not in seen:
                seen[one.sight] = await self.board.seen(
                    [this.round_id], one.sight, most=MOST_ITEMS, alive_at=self.now()
                )
            bulletin = seen[one.sight]
            if bulletin is None:
                continue
            due_at = next_daily(this.opened_at, one.timezone)
            # What is over by the morning, such as work in the night, does not wait for it, nor what came with it.
            if this.kind in one.daily and due_at < bulletin.whole_until:
                kept.append((one.user_id, due_at))
            else:
                mails.append(self._mail(this.tenant_id, one.user_id, NOTICES[this.kind], this.round_id, bulletin))
        return Addressed(mails=mails, kept=kept)

    async def digest(self, day: Day, digest_id: UUID) -> QueuedMail | None:
        """Return the mail of a person's day; None for who may see nothing of it any more."""
        sight = await self.board.sight(day.user_id)
        if not sight:
            return None
        bulletin = await self.board.seen(day.round_ids, sight, most=MOST_ITEMS, alive_at=None)
        if bulletin is None:
            return None
        mail = self._mail(day.tenant_id, day.user_id, Template.DIGEST, digest_id, bulletin)
        return mail.until(day.due_at + DIGEST_LIFE)

    def _mail(
        self, tenant_id: UUID, user_id: UUID, template: Template, secret_id: UUID, bulletin: Bulletin
    ) -> QueuedMail:
        cause = bulletin.cause
        return QueuedMail(
            message_id=self.new_id(),
            tenant_id=tenant_id,
            user_id=user_id,
            template=template,
            secret_id=secret_id,
            cause_id=cause.cause_id,
            cause_type=cause.cause_type,
            correlation_id=cause.correlation_id,
            traceparent=cause.traceparent,
            not_after=bulletin.not_after,
            caused_at=cause.caused_at,
        )
