"""Whether a credential lets a login go on, and how it is locked. Next stop: first_step.py, second_step.py."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import EventStore
from kernel.domain.context import Context
from services.identity.application.login import keyless
from services.identity.application.password_ports import Passwords
from services.identity.application.ports import KeptLogin
from services.identity.domain.commands import LockCredential
from services.identity.domain.credential import credential
from services.identity.domain.errors import CredentialIsLocked, LoginExpired
from services.identity.domain.state import Credential


@dataclass(frozen=True, slots=True, kw_only=True)
class Locking:
    """Sees what happened to a credential while somebody was logging in."""

    store: EventStore
    passwords: Passwords

    async def see_good(self, kept: KeptLogin) -> Credential:
        """See that what happened to the credential since the password was checked leaves this login standing.

        Raises: LoginExpired; CredentialIsLocked.
        """
        state = await self._state(kept.user_id)
        if state.locked:
            raise CredentialIsLocked
        other_password = state.password_set_at is not None and state.password_set_at >= kept.started_at
        other_factor = state.second_factor is not kept.method or state.enrolment_id != kept.enrolment_id
        ended = state.sessions_over_at is not None and state.sessions_over_at >= kept.started_at
        if state.disabled or not state.active or other_password or other_factor or ended:
            raise LoginExpired
        return state

    async def forgiven(self, user_id: UUID, locked_at: datetime) -> bool:
        """Tell whether a lock was lifted, but the process died before the counter heard of it."""
        forgiven_at = (await self._state(user_id)).forgiven_at
        if forgiven_at is None or forgiven_at < locked_at:
            return False
        await self.passwords.forgive(user_id, forgiven_at)
        return True

    async def lock(self, user_id: UUID, tenant_id: UUID, at: datetime, by: Context) -> None:
        """Lock a credential whose codes were guessed at too often."""
        asked = LockCredential(user_id=user_id, at=at)
        await execute(self.store, credential, user_id, asked, keyless(user_id, tenant_id, by))

    async def _state(self, user_id: UUID) -> Credential:
        return credential.fold(fact.event for fact in await self.store.load(user_id))
