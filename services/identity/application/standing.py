"""A person's credential within the tenant of who asks, and how what was ended is ended everywhere. Next: records.py."""

from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from services.identity.application.records import People
from services.identity.domain.commands import EndSession
from services.identity.domain.credential import credential
from services.identity.domain.errors import CredentialUnknown, SessionUnknown
from services.identity.domain.events import EndReason
from services.identity.domain.session import session
from services.identity.domain.state import Credential


async def of_tenant(store: EventStore, user_id: UUID, tenant_id: UUID) -> Credential:
    """Return a person's credential. Raises: CredentialUnknown, also for a person of another tenant."""
    past = await store.load(user_id)
    if not past or past[0].tenant_id != tenant_id:
        raise CredentialUnknown
    return credential.fold(fact.event for fact in past)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoking:
    """Does what follows from a fact that ended a person's sessions; again changes nothing."""

    store: EventStore
    people: People
    now: Clock

    async def revoke(self, user_id: UUID, reason: EndReason, by: Context) -> None:
        """End logins from before the fact, and sessions that slipped in while it was written."""
        state = credential.fold(fact.event for fact in await self.store.load(user_id))
        at = max((one for one in (state.sessions_over_at, state.factor_gone_at) if one is not None), default=None)
        if at is None:
            return
        unnamed = replace(by, command_id=None, content=None)
        for session_id in await self.people.revoke(user_id, at, state.factor_gone_at):
            if session_id == state.kept_session_id:
                continue
            asked = EndSession(session_id=session_id, user_id=user_id, reason=reason, at=self.now())
            # A session whose start is not written yet is ended by who writes it. See: opening.py.
            with suppress(SessionUnknown):
                await execute(self.store, session, session_id, asked, unnamed)
