"""The address of a person's calendar feed: made, used, taken back; one at a time. Next stop: domain/calendar.py.

The secret in it is written to its guarded table first, as a digest; the fact then names it. What no fact names opens
nothing.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid5

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.recorded import Appended
from services.contracts.application.ports import CalendarSecrets, NewSecret
from services.contracts.domain.calendar import IssueCalendar, RevokeCalendar, calendar
from services.contracts.domain.errors import CalendarUnknown


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
    new_secret: NewSecret

    async def issue(self, user_id: UUID, by: Context) -> tuple[str, Appended]:
        """Return a new secret, which is told this once; the one before opens nothing any more."""
        secret, feed_id = self.new_secret(), self.new_id()
        await self.secrets.keep(_digest(secret), feed_id, user_id)
        asked = IssueCalendar(user_id=user_id, feed_id=feed_id, at=self.now())
        done = await execute(self.store, calendar, _stream(user_id), asked, by)
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


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _stream(user_id: UUID) -> UUID:
    return uuid5(user_id, "calendar")
