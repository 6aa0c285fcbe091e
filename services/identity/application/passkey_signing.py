"""A question to a passkey, given out once and answered once, for one login or proof. Next stop: passkey_ports.py."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.identity.application.passkey_ports import PasskeyRules, Passkeys, Said
from services.identity.domain.errors import PasskeyUnknown
from services.identity.domain.state import Credential

CHALLENGE_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeySigning:
    """Has a passkey of a person sign."""

    passkeys: Passkeys
    standard: PasskeyRules

    async def ask(self, owner_id: UUID, user_id: UUID, state: Credential, expires_at: datetime) -> Said:
        """Return what the browser needs. Raises: PasskeyUnknown when the person has none."""
        known = await self.passkeys.of(user_id, state.passkeys)
        if not known:
            raise PasskeyUnknown
        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        await self.passkeys.ask(owner_id, challenge, expires_at)
        return self.standard.request(challenge, known)

    async def is_right(self, owner_id: UUID, user_id: UUID, state: Credential, said: Said, at: datetime) -> bool:
        """Tell whether one of the person's passkeys signed what this login or proof was asked, and just now."""
        challenge = await self.passkeys.asked(owner_id, at)
        if challenge is None:
            return False
        named = self.standard.names(said)
        known = await self.passkeys.of(user_id, state.passkeys)
        passkey = next((one for one in known if one.credential_id == named), None)
        if passkey is None:
            return False
        count = self.standard.signed(said, challenge, passkey)
        return count is not None and await self.passkeys.used(passkey, count, at)
