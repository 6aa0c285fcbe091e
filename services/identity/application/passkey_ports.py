"""What passkeys need: the standard's rules, and a guarded table. Next stop: adapters/passkey_rules.py.

See: W3C WebAuthn Level 3, sections 7.1 and 7.2.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

Said = Mapping[str, Any]
"""What goes to a browser, or what it says, as the standard writes it in JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A public key of a person's authenticator."""

    passkey_id: UUID
    user_id: UUID
    credential_id: bytes
    """What the authenticator calls it."""
    public_key: bytes
    sign_count: int
    synced: bool
    """Whether the authenticator keeps copies of it elsewhere."""
    transports: tuple[str, ...]
    name: str
    at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What an authenticator says of a new key, once that was found right."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    synced: bool
    transports: tuple[str, ...]


class PasskeyRules(Protocol):
    """The standard, for one site whose name and origin come from the settings alone."""

    def creation(self, user_id: UUID, email: str, name: str, challenge: bytes, known: Sequence[Passkey]) -> Said:
        """Return what a browser needs to make a key for somebody, other than those known."""
        ...

    def created(self, said: Said, challenge: bytes) -> NewKey | None:
        """Return the key that a browser says was made, None when any of it is wrong."""
        ...

    def request(self, challenge: bytes, known: Sequence[Passkey]) -> Said:
        """Return what a browser needs to have one of the known keys sign."""
        ...

    def names(self, said: Said) -> bytes | None:
        """Return which key a browser says has signed."""
        ...

    def signed(self, said: Said, challenge: bytes, passkey: Passkey) -> int | None:
        """Return the key's counter after it signed, None when it did not sign this."""
        ...


class Passkeys(Protocol):
    """Guards keys, and the challenges that were given out."""

    async def ask(self, owner_id: UUID, challenge: bytes, expires_at: datetime) -> None:
        """Keep the challenge of a login or proof; the one before is dead."""
        ...

    async def asked(self, owner_id: UUID, now: datetime) -> bytes | None:
        """Return the challenge of a login or proof, and use it up."""
        ...

    async def keep(self, passkey: Passkey) -> bool:
        """Keep a key before the fact that names it; false when it is known already."""
        ...

    async def of(self, user_id: UUID, which: Collection[UUID]) -> Sequence[Passkey]:
        """Return those of a person's keys that are named, the oldest first."""
        ...

    async def used(self, passkey: Passkey, sign_count: int, at: datetime) -> bool:
        """Note that a key signed; false when its counter did not move on, so that there may be two of it."""
        ...

    async def settle(self, user_id: UUID, counting: Collection[UUID]) -> None:
        """Throw away a person's keys but those that count."""
        ...

    async def any_of(self, user_id: UUID) -> bool:
        """Tell whether a person has a key, counting or not."""
        ...
