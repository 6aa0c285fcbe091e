"""Opening, knowing and ending the sessions of browsers. Next stop: adapters/sessions_redis.py."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from gateway.application.asked import Asked
from gateway.application.ports import Boards, Identity, Opener, Progress, SessionStore, Standing
from gateway.application.session import Session
from gateway.application.steps import LoginPassed
from gateway.application.viewer import Origin, Role, Viewer
from gateway.projections.person import PersonRow
from kernel.application.ports import Clock
from kernel.domain.errors import Unavailable
from kernel.domain.recorded import LogPosition

log = structlog.get_logger(__name__)

DEFAULT_TIMEZONE = "Asia/Tokyo"
SHOWN_SECONDS = 0.8


def _nothing(_token: str) -> None:
    """Keep nothing, so forget nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A fresh session and the token that the browser gets."""

    token: str
    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """The way in, the checks at each request and the way out."""

    store: SessionStore
    boards: Boards
    progress: Progress
    identity: Identity
    opener: Opener
    now: Clock
    new_secret: Callable[[], str]
    absolute: timedelta = timedelta(hours=12)
    forget: Callable[[str], None] = _nothing
    """Told of every token whose session changed or ended, so that nothing kept in memory outlives it."""

    async def open(self, passed: LoginPassed) -> Opened:
        """Open a session for who passed both steps of a login. Raises: Unavailable."""
        session = Session(
            session_id=passed.session_id,
            user_id=passed.user_id,
            tenant_id=passed.tenant_id,
            method=passed.method,
            started_at=passed.started_at,
            ends_at=self.now() + self.absolute,
            csrf_token=self.new_secret(),
            start=passed.position,
            positions=(passed.position,) if passed.position else (),
        )
        return Opened(token=await self.store.open(session), session=session)

    async def viewer(self, token: str) -> Viewer | None:
        """Return who holds *token*, None when the session is over. Raises: Unavailable when that cannot be known."""
        session = await self.store.find(token)
        if session is None or session.ends_at <= self.now():
            return None
        return await self._seen(token, session)

    async def entered(self, opened: Opened) -> Viewer | None:
        """Return who just came in, None when that is over already. Raises: Unavailable when that cannot be known."""
        return await self._seen(opened.token, opened.session)

    async def _seen(self, token: str, session: Session) -> Viewer | None:
        # Asked first: a start that is read between the two questions would look like an end.
        start_was_read = self._start_was_read(session)
        standing = await self.boards.standing(session.user_id, session.session_id)
        if self._is_over(session, standing, start_was_read=start_was_read):
            await self._close(token)
            return None
        return await self._viewer(session, standing.person)

    def _is_over(self, session: Session, standing: Standing, *, start_was_read: bool) -> bool:
        credential = standing.credential
        if credential and credential.locked:
            return True
        if credential and credential.password_set_at and session.started_at < credential.password_set_at:
            return True
        # A missing row tells of an end only if the read model has come as far as the start.
        return standing.open_session is None and start_was_read

    def _start_was_read(self, session: Session) -> bool:
        return session.start is not None and self.progress.shows([session.start])

    async def _viewer(self, session: Session, person: PersonRow | None) -> Viewer:
        name, email = await self.opener.open([person.name, person.email]) if person else ("", "")
        return Viewer(
            user_id=session.user_id,
            tenant_id=session.tenant_id,
            name=name or "",
            email=email or "",
            role=Role(person.role) if person else Role.GENERAL_USER,
            origin=Origin(person.origin) if person else None,
            language=person.screen_language if person else None,
            timezone=person.timezone if person else DEFAULT_TIMEZONE,
            csrf_token=session.csrf_token,
            session=session,
        )

    async def alive(self, token: str) -> bool:
        """Return whether a session still is, without putting its idle end off. Raises: Unavailable."""
        return await self.store.alive(token)

    async def remember(self, token: str, position: LogPosition | None) -> None:
        """Remember how far the person's own write went, so that they see it. Raises: Unavailable."""
        if position is not None:
            await self.store.saw(token, position)
            self.forget(token)

    async def shown(self, position: LogPosition | None) -> None:
        """Wait a moment until the read models show a write."""
        if position is not None:
            await self.progress.reached([position], SHOWN_SECONDS)

    async def end(self, token: str, session: Session, asked: Asked, reason: str = "LOGOUT") -> None:
        """End a session: here at once, and for the record. Raises: Unavailable when it could not be ended here."""
        await self._close(token)
        try:
            await self.identity.end_session(session, reason, asked)
        except Unavailable:
            # The person is out, which is what they asked for; the log goes on to hold a session without an end.
            log.warning("session.end_not_recorded", session_id=str(session.session_id))

    async def replace(self, token: str, opened: Opened, asked: Asked) -> None:
        """End the session that *opened* takes the place of; what cannot be ended now ends when it is left alone."""
        with suppress(Unavailable):
            known = await self.store.find(token)
            if known is None:
                return
            if known.session_id == opened.session.session_id:
                # The same login finished twice under one key: identity knows of one session.
                await self._close(token)
            else:
                await self.end(token, known, asked)

    async def _close(self, token: str) -> None:
        self.forget(token)
        await self.store.close(token)
