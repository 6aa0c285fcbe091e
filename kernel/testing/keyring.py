"""Keys for personal data in memory; they pass the very tests that those in a database pass."""

from collections.abc import Collection, Sequence
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.adapters import sealing
from kernel.adapters.sealing import Sealed
from kernel.domain.errors import Unsealable


class FakeKeyring:
    """A Keyring without a database. See: ports.Keyring."""

    def __init__(self) -> None:
        self._keys: dict[UUID, AESGCM | None] = {}

    @property
    def subjects(self) -> frozenset[UUID]:
        """Return whose keys were ever made."""
        return frozenset(self._keys)

    async def prepare(self, subjects: Collection[UUID]) -> None:
        """Make the keys that are missing."""
        for subject in subjects:
            self._keys.setdefault(subject, AESGCM(sealing.new_key()))

    async def seal(self, subject: UUID, plain: dict[str, str], *, stream_id: UUID, version: int) -> dict[str, str]:
        """Return the texts sealed, by field name. Raises: Unsealable when the subject was forgotten."""
        await self.prepare([subject])
        key = self._keys[subject]
        if key is None:
            raise Unsealable("the person was forgotten")
        return {name: sealing.seal(key, subject, f"{stream_id}:{version}:{name}", plain[name]) for name in plain}

    async def open(self, sealed: Sequence[str]) -> list[str | None]:
        """Return the texts in order, None where the key is gone. Raises: Unreadable."""
        parsed = [Sealed.parse(text) for text in sealed]
        return [one.open(key) if (key := self._keys.get(one.subject)) else None for one in parsed]

    async def shred(self, subject: UUID) -> None:
        """Forget the subject's key for ever."""
        self._keys[subject] = None
