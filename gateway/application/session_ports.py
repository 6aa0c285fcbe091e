"""Where the sessions of browsers are kept, and those that nobody ended. Next stop: adapters/sessions_redis.py."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from gateway.application.session import LeftAlone, Session
from kernel.domain.recorded import LogPosition


class SessionStore(Protocol):
    """The sessions of browsers. Everything here raises Unavailable when it cannot know."""

    async def open(self, session: Session, idle: timedelta) -> str:
        """Keep a session, to be left alone for *idle*; return the token for the cookie, which is kept nowhere."""
        ...

    async def find(self, token: str) -> Session | None:
        """Return the session of a token, if it has not ended; puts nothing off."""
        ...

    async def used(self, token: str, idle: timedelta) -> None:
        """Put the idle end of a session off: it was used now, and may be left alone for *idle*."""
        ...

    async def saw(self, token: str, position: LogPosition) -> None:
        """Remember how far the person's own writes went."""
        ...

    async def close(self, token: str) -> None:
        """Forget a session."""
        ...

    async def leave(self, token: str) -> None:
        """Forget a session that was left alone for too long; its end is still to be recorded."""
        ...


class Endings(Protocol):
    """The sessions that nobody ended. Everything here raises Unavailable."""

    async def due(self, most: int) -> Sequence[LeftAlone]:
        """Return sessions that may have been left alone for too long, each to one caller for a while."""
        ...

    async def put_off(self, one: LeftAlone, until: datetime) -> None:
        """Look at a session again then."""
        ...

    async def ended(self, one: LeftAlone) -> None:
        """Forget a session whose end is recorded."""
        ...
