"""Sessions begin with a login and end. Next stop: domain/session.py."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from kernel.domain.recorded import Appended
from services.identity.application.locking import Locking
from services.identity.application.login import Passed, keyless, of_person
from services.identity.application.ports import KeptLogin, Logins
from services.identity.application.remembering import Known
from services.identity.domain.commands import EndSession
from services.identity.domain.errors import CredentialIsLocked, LoginExpired
from services.identity.domain.events import EndReason, Proof, SessionStarted
from services.identity.domain.session import amr, session


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Begins sessions and ends them."""

    store: EventStore
    logins: Logins
    locking: Locking
    now: Clock

    async def start(self, who: KeptLogin | Known, session_id: UUID, method: Proof, at: datetime, by: Context) -> Passed:
        """Write the fact of a session; again under the same key it is the same one."""
        started = SessionStarted(session_id=session_id, user_id=who.user_id, method=method, amr=amr(method), at=at)
        # A stream of its own that nobody else knows yet: there is nothing to load or decide.
        done = await self.store.append(session_id, 0, [started], of_person(who.user_id, who.tenant_id, by))
        return Passed(
            session_id=session_id,
            user_id=who.user_id,
            tenant_id=who.tenant_id,
            method=method,
            started_at=at,
            position=done.position,
        )

    async def see_not_late(self, token: str, passed: Passed, by: Context) -> None:
        """End a session again that began while all of the person's were being ended, too late to be seen.

        Raises: LoginExpired; CredentialIsLocked.
        """
        try:
            await self._see_unmoved(token)
        except (CredentialIsLocked, LoginExpired):
            asked = EndSession(
                session_id=passed.session_id, user_id=passed.user_id, reason=EndReason.EXPIRED, at=self.now()
            )
            by = keyless(passed.user_id, passed.tenant_id, by)
            await execute(self.store, session, passed.session_id, asked, by)
            raise

    async def _see_unmoved(self, token: str) -> None:
        if not await self.logins.moved(token):
            return
        kept = await self.logins.find(token)
        if kept is None:
            raise LoginExpired
        await self.locking.see_good(kept)

    async def end(self, session_id: UUID, user_id: UUID, reason: EndReason, by: Context) -> Appended:
        """End a session; again changes nothing. Raises: SessionUnknown."""
        asked = EndSession(session_id=session_id, user_id=user_id, reason=reason, at=self.now())
        past = await self.store.load(session_id)
        tenant_id = past[0].tenant_id if past else by.tenant_id
        return await execute(self.store, session, session_id, asked, replace(by, tenant_id=tenant_id))
