"""People add passkeys to their credential and take them away. Next stop: domain/passkeys.py."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.recorded import Appended
from services.identity.application.passkey_ports import Passkey, PasskeyRules, Passkeys, Said
from services.identity.application.passkey_signing import CHALLENGE_BYTES
from services.identity.application.standing import of_tenant
from services.identity.application.step_up import StepUp
from services.identity.domain.commands import AddPasskey, RemovePasskey
from services.identity.domain.credential import credential
from services.identity.domain.errors import PasskeyRefused, PasskeysFull
from services.identity.domain.passkeys import MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPasskeys:
    """Serves people on their own passkeys; whoever changes them has just shown again that it is them."""

    store: EventStore
    step_up: StepUp
    passkeys: Passkeys
    standard: PasskeyRules
    now: Clock
    new_id: NewId

    async def all(self, user_id: UUID, tenant_id: UUID) -> Sequence[Passkey]:
        """Return a person's passkeys, the oldest first. Raises: CredentialUnknown."""
        state = await of_tenant(self.store, user_id, tenant_id)
        return await self.passkeys.of(user_id, state.passkeys)

    async def begin(self, user_id: UUID, session_id: UUID, email: str, name: str, by: Context) -> Said:
        """Return what the browser needs to make one. Raises: CredentialUnknown; StepUpNeeded; PasskeysFull."""
        state = await of_tenant(self.store, user_id, by.tenant_id)
        kept = await self.step_up.proven(user_id, session_id, state)
        if len(state.passkeys) >= MOST:
            raise PasskeysFull
        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        await self.passkeys.ask(kept.step_up_id, challenge, kept.expires_at)
        known = await self.passkeys.of(user_id, state.passkeys)
        return self.standard.creation(user_id, email, name, challenge, known)

    async def add(self, user_id: UUID, session_id: UUID, name: str, said: Said, by: Context) -> Appended:
        """Take in the passkey that a browser made.

        Raises: CredentialUnknown; StepUpNeeded; PasskeyRefused; PasskeysFull.
        """
        state = await of_tenant(self.store, user_id, by.tenant_id)
        if by.command_id and (before := await self.store.answered(by.command_id, by.content)):
            return before
        kept, at = await self.step_up.proven(user_id, session_id, state), self.now()
        challenge = await self.passkeys.asked(kept.step_up_id, at)
        made = self.standard.created(said, challenge) if challenge else None
        if made is None:
            raise PasskeyRefused
        passkey = Passkey(
            passkey_id=self.new_id(),
            user_id=user_id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            synced=made.synced,
            transports=made.transports,
            name=name,
            at=at,
        )
        if not await self.passkeys.keep(passkey):
            raise PasskeyRefused
        asked = AddPasskey(user_id=user_id, passkey_id=passkey.passkey_id, at=at)
        return await execute(self.store, credential, user_id, asked, by)

    async def remove(self, user_id: UUID, session_id: UUID, passkey_id: UUID, by: Context) -> Appended:
        """Take a passkey away. Raises: CredentialUnknown; StepUpNeeded; PasskeyUnknown."""
        state = await of_tenant(self.store, user_id, by.tenant_id)
        if by.command_id and (before := await self.store.answered(by.command_id, by.content)):
            return before
        await self.step_up.proven(user_id, session_id, state)
        asked = RemovePasskey(user_id=user_id, passkey_id=passkey_id, at=self.now())
        done = await execute(self.store, credential, user_id, asked, by)
        state = await of_tenant(self.store, user_id, by.tenant_id)
        await self.passkeys.settle(user_id, state.passkeys)
        return done
