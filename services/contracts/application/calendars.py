"""The address of a person's calendar feed: made, used, taken back; one at a time. Next stop: domain/calendar.py.

The secret in it follows from the feed's id and from what only this service knows, so that a wish sent again is told the
same. Its digest is written to its guarded table first; the fact then names the feed. What no fact names opens nothing.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid5

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.recorded import Appended
from services.contracts.application.ports import CalendarSecrets, Fingerprint
from services.contracts.domain.calendar import IssueCalendar, RevokeCalendar, calendar
from services.contracts.domain.errors import CalendarEnded, CalendarUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Whose calendar an address opens."""

    user_id: UUID
    tenant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarHandlers:
    """What can be asked of calendar feeds."""

    store: EventStore
    secrets: CalendarSecrets
    now: Clock
    new_id: NewId
    fingerprint: Fingerprint

    async def issue(self, user_id: UUID, by: Context) -> tuple[str, Appended]:
        """Return a new secret, which is told to this wish alone; the one before opens nothing any more.

        Raises: CalendarEnded when the wish was granted before, and what it made does not open any more.
        """
        # A wish that was granted keeps no other digest: no fact would ever name it.
        done = await self.store.answered(by.command_id, by.content) if by.command_id else None
        if done is None:
            feed_id = self.new_id()
            await self.secrets.keep(_digest(self._secret(feed_id)), feed_id, user_id)
            asked = IssueCalendar(user_id=user_id, feed_id=feed_id, at=self.now())
            done = await execute(self.store, calendar, _stream(user_id), asked, by)
        secret = self._secret(await self._made(user_id, done.version))
        try:
            await self.open(secret)
        except CalendarUnknown:
            raise CalendarEnded from None
        return secret, done

    async def revoke(self, user_id: UUID, by: Context) -> Appended:
        """Have the secret open nothing any more; twice changes nothing."""
        asked = RevokeCalendar(user_id=user_id, at=self.now())
        done = await execute(self.store, calendar, _stream(user_id), asked, by)
        await self.secrets.forget(user_id)
        return done

    async def has(self, user_id: UUID) -> bool:
        """Return whether a person has a feed."""
        return calendar.fold(one.event for one in await self.store.load(_stream(user_id))) is not None

    async def open(self, secret: str) -> Feed:
        """Return whose calendar a secret opens. Raises: CalendarUnknown."""
        found = await self.secrets.find(_digest(secret))
        if found is None:
            raise CalendarUnknown
        feed_id, user_id = found
        past = await self.store.load(_stream(user_id))
        if calendar.fold(one.event for one in past) != feed_id:
            raise CalendarUnknown
        return Feed(user_id=user_id, tenant_id=past[0].tenant_id)

    async def _made(self, user_id: UUID, version: int) -> UUID | None:
        """Return the feed that one fact made: of two wishes with one key at once, the other's may stand."""
        [issued, *_] = await self.store.load(_stream(user_id), after=version - 1)
        return calendar.fold([issued.event])

    def _secret(self, feed_id: UUID | None) -> str:
        return urlsafe_b64encode(self.fingerprint("calendar", str(feed_id))).rstrip(b"=").decode()


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _stream(user_id: UUID) -> UUID:
    return uuid5(user_id, "calendar")
