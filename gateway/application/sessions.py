"""Opening, knowing and ending the sessions of browsers. Next stop: adapters/sessions_redis.py."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from gateway.application import session_rules as rules
from gateway.application.access import NOTHING
from gateway.application.asked import Asked
from gateway.application.board_ports import Boards, Standing
from gateway.application.errors import NetworkRefused, SessionMissing, TrustEnded
from gateway.application.identity_ports import Identity
from gateway.application.ports import Opener
from gateway.application.progress_ports import Progress
from gateway.application.session import Session
from gateway.application.session_ports import SessionStore
from gateway.application.steps import LoginPassed, Proof
from gateway.application.viewer import IDLE, Origin, Role, Viewer
from gateway.projections.person import ACTIVE
from gateway.projections.tenant_policy import TenantPolicyRow
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
    """A fresh session, the token that the browser gets, and who holds it."""

    token: str
    session: Session
    viewer: Viewer
    trusted: str | None = None
    """What the browser shows at its next login, where it is trusted now."""


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
    """How long a session may last where the tenant decided nothing."""
    idle: timedelta = IDLE
    """How long it may be left alone where the tenant decided nothing."""
    forget: Callable[[str], None] = _nothing
    """Told of every token whose session changed or ended, so that nothing kept in memory outlives it."""

    async def admit(self, passed: LoginPassed, asked: Asked) -> Opened:
        """Open a session for who passed both steps of a login.

        Raises: NetworkRefused when the tenant lets nobody in from there; SessionMissing when it is over already;
            TrustEnded when it rests on trust that the tenant has ended; Unavailable.
        """
        # Asked first: a start that is read between the two questions would look like an end.
        start_was_read = self._was_read(passed.position)
        standing = await self.boards.standing(passed.tenant_id, passed.user_id, passed.session_id)
        session = self._fresh(passed, standing.policy)
        if not rules.lets_in(standing.policy, asked.client_ip):
            # Said only to who gave both proofs; what was begun for them is no use to anybody.
            await self._record_end(session, asked, "LOGOUT")
            raise NetworkRefused
        if passed.method is Proof.TRUSTED_BROWSER and not rules.trusts(standing.policy, standing.person):
            # Identity may not have heard of it yet; what an administrator decided holds here already.
            await self._record_end(session, asked, "LOGOUT")
            raise TrustEnded
        if self._is_over(session, standing, start_was_read=start_was_read):
            raise SessionMissing
        viewer = await self._viewer(session, standing, asked.client_ip)
        token = await self.store.open(session, viewer.idle)
        return Opened(token=token, session=session, viewer=viewer, trusted=passed.trusted)

    def _fresh(self, passed: LoginPassed, policy: TenantPolicyRow | None) -> Session:
        absolute = self.absolute if policy is None else timedelta(hours=policy.session_absolute_hours)
        return Session(
            session_id=passed.session_id,
            user_id=passed.user_id,
            tenant_id=passed.tenant_id,
            method=passed.method,
            started_at=passed.started_at,
            ends_at=self.now() + absolute,
            csrf_token=self.new_secret(),
            start=passed.position,
            positions=(passed.position,) if passed.position else (),
        )

    async def viewer(self, token: str, client_ip: str = "") -> Viewer | None:
        """Return who holds *token*, None when the session is over; it may be left alone from now on.

        Raises: NetworkRefused when the tenant lets nobody in from there; Unavailable when it cannot be known.
        """
        found = await self.look(token, client_ip)
        if found is not None and rules.is_left_alone(found.session, rules.NOTED_AFTER, self.now()):
            await self.store.used(token, found.idle)
        return found

    async def look(self, token: str, client_ip: str = "") -> Viewer | None:
        """Return the same as viewer(), without the session being used by it. Raises: as viewer()."""
        session = await self.store.find(token)
        if session is None:
            return None
        # Asked first: a start that is read between the two questions would look like an end.
        start_was_read = self._was_read(session.start)
        standing = await self.boards.standing(session.tenant_id, session.user_id, session.session_id)
        if not await self._stands(token, session, standing, client_ip, start_was_read=start_was_read):
            return None
        return await self._viewer(session, standing, client_ip)

    async def still(self, token: str, viewer: Viewer) -> Viewer | None:
        """Return *viewer* with what they may now, as look() does; name and address are those of before.

        Raises: as viewer().
        """
        known = viewer.session
        start_was_read = self._was_read(known.start)
        session, standing = await asyncio.gather(
            self.store.find(token), self.boards.standing(known.tenant_id, known.user_id, known.session_id)
        )
        if session is None or session.session_id != known.session_id:
            return None
        if not await self._stands(token, session, standing, viewer.client_ip, start_was_read=start_was_read):
            return None
        return self._described(session, standing, viewer.client_ip, (viewer.name, viewer.email))

    async def renewed(self, token: str, viewer: Viewer) -> Session | None:
        """Return the session of somebody who was looked at before, which is used by it; None when it may be over.

        That is all there is to ask as long as nothing was applied to the read models in between. Raises: Unavailable.
        """
        session, now = await self.store.find(token), self.now()
        if session is None or session.session_id != viewer.session.session_id or viewer.session.ends_at <= now:
            return None
        if rules.is_left_alone(session, viewer.idle, now):
            return None
        if rules.is_left_alone(session, rules.NOTED_AFTER, now):
            await self.store.used(token, viewer.idle)
        return session

    async def _stands(
        self, token: str, session: Session, standing: Standing, client_ip: str, *, start_was_read: bool
    ) -> bool:
        if self._is_over(session, standing, start_was_read=start_was_read):
            await self._close(token)
            return False
        if self._is_late(session, standing):
            # Nobody asked for this end; the record is kept of by idle_ends.py.
            await self._gone(token, self.store.leave)
            return False
        if not rules.lets_in(standing.policy, client_ip):
            raise NetworkRefused
        return True

    def _is_late(self, session: Session, standing: Standing) -> bool:
        idle = rules.idle_of(standing.policy, self.idle)
        now = self.now()
        return rules.end_of(session, standing.policy) <= now or rules.is_left_alone(session, idle, now)

    def _is_over(self, session: Session, standing: Standing, *, start_was_read: bool) -> bool:
        person, credential = standing.person, standing.credential
        if person and (person.status != ACTIVE or person.tenant_id != session.tenant_id):
            return True
        if credential and credential.ends(session.session_id, session.started_at):
            return True
        # A missing row tells of an end only if the read model has come as far as the start.
        return standing.open_session is None and start_was_read

    def _was_read(self, start: LogPosition | None) -> bool:
        return start is not None and self.progress.shows([start])

    async def _viewer(self, session: Session, standing: Standing, client_ip: str) -> Viewer:
        person = standing.person
        name, email = await self.opener.open([person.name, person.email]) if person else ("", "")
        return self._described(session, standing, client_ip, (name or "", email or ""))

    def _described(self, session: Session, standing: Standing, client_ip: str, known_as: tuple[str, str]) -> Viewer:
        person, (name, email) = standing.person, known_as
        return Viewer(
            user_id=session.user_id,
            tenant_id=session.tenant_id,
            name=name,
            email=email,
            role=Role(person.role) if person else Role.GENERAL_USER,
            origin=Origin(person.origin) if person else None,
            language=person.screen_language if person else None,
            timezone=person.timezone if person else DEFAULT_TIMEZONE,
            csrf_token=session.csrf_token,
            session=replace(session, ends_at=rules.end_of(session, standing.policy)),
            access=rules.access_in(standing.groups, session.tenant_id) if person else NOTHING,
            client_ip=client_ip,
            mail_language=person.mail_language if person else "ja",
            second_factor=person.second_factor if person else "",
            idle=rules.idle_of(standing.policy, self.idle),
            login_change=rules.login_change(standing.policy, self.now()),
            operator=rules.operator_in(standing.operator, session.tenant_id),
        )

    async def alive(self, token: str, idle: timedelta) -> bool:
        """Return whether a session still is, without putting its idle end off. Raises: Unavailable."""
        session = await self.store.find(token)
        return session is not None and not rules.is_left_alone(session, idle, self.now())

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
        await self._record_end(session, asked, reason)

    async def _record_end(self, session: Session, asked: Asked, reason: str) -> None:
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
        await self._gone(token, self.store.close)

    async def _gone(self, token: str, end: Callable[[str], Awaitable[None]]) -> None:
        try:
            await end(token)
        finally:
            # Not before: whoever still finds the session meanwhile would be remembered as one who was not forgotten.
            self.forget(token)
