"""What operators see of all companies' mails, and may do about them. Next stop: adapters/mail_desk.py, handlers.py."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

from kernel.application.ports import Clock
from kernel.domain.context import Context
from kernel.domain.errors import NotFound, Refused
from kernel.domain.recorded import Recorded
from services.notifier.application.handlers import MessageHandlers
from services.notifier.application.mails import MailRow
from services.notifier.application.ports import AddressBook, Recipient
from services.notifier.domain.commands import ResendMessage
from services.notifier.domain.errors import MessageUnknown, ReceiverGone
from services.notifier.domain.events import MessageEvent
from services.notifier.domain.kinds import Kind
from services.notifier.domain.message import Message, decide
from services.notifier.domain.standing import Standing

MOST_RESENT = 500
"""Mails that one wish sends again at most; those that it passes by do not count, and the next wish takes the others."""
AT_ONCE = 16
"""Wishes that are written together: the log takes them in one go."""
PACE = 20.0
"""Mails a second that a drain has tried, unless more patience or haste is asked for."""
LOOKED_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which mails are meant; None lets all through."""

    standing: Standing | None = None
    kind: Kind | None = None
    tenant_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMail:
    """One mail of any company, with where it stands in the queue."""

    row: MailRow
    kind: Kind
    standing: Standing
    due_at: datetime | None
    """When it is tried next, as the queue has it; None for one that has ended."""
    in_flight: bool
    not_after: datetime
    receiver: str = ""
    """To whom, masked; empty when nobody is known to whom it would go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits of one kind."""

    kind: Kind
    waiting: int
    in_flight: int
    put_off: int
    next_try_at: datetime | None
    """When the first that was put off is tried again."""
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A kind that is not sent for the time being."""

    kind: Kind
    since: datetime
    paused_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How many mails of a kind had one thing happen to them lately."""

    kind: Kind
    fact: str
    mails: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """How mail stands: the queue, what is paused, and what became of mails in the last day."""

    queue: Sequence[Waiting]
    pauses: Sequence[Pause]
    outcomes: Sequence[Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many mails something is about, and of how many it could not be done."""

    mails: int
    left: int = 0
    position: int = 0
    """How far the own log must have been read to see what was done; 0 when nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One mail with all that happened to it."""

    mail: DeskMail
    facts: Sequence[Recorded[MessageEvent]]


class Desk(Protocol):
    """The mails of all companies. Raises, in every method: Unavailable."""

    async def now(self) -> Now:
        """Return how mail stands."""
        ...

    async def page(self, wanted: Wanted, most: int, before: UUID | None) -> Sequence[DeskMail]:
        """Return mails, newest first, that are older than *before*."""
        ...

    async def some(self, message_ids: Collection[UUID]) -> Sequence[DeskMail]:
        """Return these mails, as many as there are."""
        ...

    async def lost(self, wanted: Wanted, since: datetime, most: int, after: UUID | None) -> Sequence[DeskMail]:
        """Return mails that reached nobody since then and were not sent again, oldest first, newer than *after*."""
        ...

    async def pause(self, kinds: Sequence[Kind], by: str, reason: str) -> None:
        """Have no sender take mails of these kinds from now on."""
        ...

    async def resume(self, kinds: Sequence[Kind]) -> None:
        """Have them taken again."""
        ...

    async def put_off(self, kinds: Sequence[Kind]) -> int:
        """Return how many mails of these kinds wait for another try, but for kinds that are paused."""
        ...

    async def drain(self, kinds: Sequence[Kind], pace: float) -> int:
        """Have those tried now, so many a second; return how many they are."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDesk:
    """Looks at mails of all companies, and sees to them."""

    desk: Desk
    people: AddressBook
    messages: MessageHandlers
    now: Clock

    async def page(self, wanted: Wanted, most: int, before: UUID | None) -> tuple[Sequence[DeskMail], UUID | None]:
        """Return mails, newest first, and the one after which the list goes on."""
        found = await self.desk.page(wanted, most + 1, before)
        items = found[:most]
        return items, items[-1].row.message_id if len(found) > most else None

    async def life(self, message_id: UUID) -> Life:
        """Return one mail and all that happened to it. Raises: MessageUnknown."""
        return Life(mail=await self._one(message_id), facts=await self.messages.past(message_id))

    async def receiver(self, message_id: UUID) -> Recipient:
        """Return to whom a mail goes, in the clear. Raises: MessageUnknown; ReceiverGone."""
        user_id = (await self._one(message_id)).row.user_id
        found = (await self.people.all([user_id])).get(user_id)
        if found is None:
            raise ReceiverGone
        return found

    async def receivers(self, mails: Sequence[DeskMail]) -> Mapping[UUID, Recipient]:
        """Return to whom mails go, by user."""
        return await self.people.all({one.row.user_id for one in mails})

    async def resend(
        self, message_ids: Sequence[UUID], wanted: Wanted, since: datetime | None, by: Context, *, dry_run: bool
    ) -> Reach:
        """Have mails sent again: these, or those that reached nobody. Raises: MessageUnknown where one is unknown."""
        now = self.now()
        if message_ids:
            mails = await self.desk.some(message_ids)
            if len(mails) < len(set(message_ids)):
                raise MessageUnknown
            may = [one.row.message_id for one in mails if _may_be_resent(one, now)]
            seen = len(mails)
        else:
            may, seen = await self._lost(wanted, since or now - LOOKED_BACK, now)
        if dry_run:
            return Reach(mails=len(may), left=seen - len(may))
        done = [
            again for part in _parts(may) for again in await asyncio.gather(*(self._again(one, by) for one in part))
        ]
        written = [position for position in done if position]
        return Reach(mails=len(written), left=seen - len(written), position=max(written, default=0))

    async def drain(self, kinds: Sequence[Kind], pace: float, *, dry_run: bool) -> Reach:
        """Have everything tried now that waits for another try, so many mails a second."""
        return Reach(mails=await (self.desk.put_off(kinds) if dry_run else self.desk.drain(kinds, pace)))

    async def _lost(self, wanted: Wanted, since: datetime, now: datetime) -> tuple[list[UUID], int]:
        """Return the lost mails that a wish sends again, and how many it saw up to the last of them."""
        may: list[UUID] = []
        seen, after = 0, None
        # What may not be sent again stays lost for ever: the wish goes on behind it, or it would hide all the others.
        # There may be any number of those, so they are counted and not kept.
        while page := await self.desk.lost(wanted, since, MOST_RESENT, after):
            for one in page:
                seen += 1
                if _may_be_resent(one, now):
                    may.append(one.row.message_id)
                if len(may) == MOST_RESENT:
                    return may, seen
            after = page[-1].row.message_id
        return may, seen

    async def _again(self, message_id: UUID, by: Context) -> int:
        """Send one again and return where the log says so; 0 where that makes no sense any more."""
        # One wish for many mails has one id; each mail has its own, and the same one when it is wished again.
        command_id = uuid5(by.command_id, str(message_id)) if by.command_id else None
        try:
            done = await self.messages.resend_any(message_id, by, command_id)
        except (Refused, NotFound):
            return 0
        return done.position.position if done.position else 0

    async def _one(self, message_id: UUID) -> DeskMail:
        found = await self.desk.some([message_id])
        if not found:
            raise MessageUnknown
        return found[0]


def _may_be_resent(one: DeskMail, now: datetime) -> bool:
    row = one.row
    state = Message(status=row.state, template=row.template, not_after=one.not_after, resent=row.resent)
    try:
        decide(state, ResendMessage(at=now))
    except Refused:
        return False
    return True


def _parts(all_of_them: Sequence[UUID]) -> Sequence[Sequence[UUID]]:
    return [all_of_them[start : start + AT_ONCE] for start in range(0, len(all_of_them), AT_ONCE)]
