"""Passkeys that people add to their credential, and take away. Next stop: state.py. See: W3C WebAuthn Level 3."""

from collections.abc import Sequence

from services.identity.domain.commands import AddPasskey, RemovePasskey
from services.identity.domain.errors import PasskeysFull, PasskeyUnknown
from services.identity.domain.events import CredentialEvent, PasskeyAdded, PasskeyRemoved
from services.identity.domain.owner import see_usable
from services.identity.domain.state import Credential

MOST = 20


def add_passkey(state: Credential, asked: AddPasskey) -> Sequence[CredentialEvent]:
    """Have a passkey count. Raises: PasskeysFull."""
    see_usable(state)
    if asked.passkey_id in state.passkeys:
        return []
    if len(state.passkeys) >= MOST:
        raise PasskeysFull
    return [PasskeyAdded(user_id=asked.user_id, passkey_id=asked.passkey_id, at=asked.at)]


def remove_passkey(state: Credential, asked: RemovePasskey) -> Sequence[CredentialEvent]:
    """Have a passkey count no more. Raises: PasskeyUnknown."""
    see_usable(state)
    if asked.passkey_id not in state.passkeys:
        raise PasskeyUnknown
    return [PasskeyRemoved(user_id=asked.user_id, passkey_id=asked.passkey_id, at=asked.at)]
