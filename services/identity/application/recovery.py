"""Recovery codes: ten, shown once, each good for one login in place of the authenticator. Next stop: records.py.

See: OWASP ASVS 5.0, 6.5.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.application.ports import EventStore
from services.identity.application.ports import Fingerprints, Hasher, RecoveryKey
from services.identity.application.records import NewRecoveryCode, RecoveryCodes
from services.identity.application.typed import recovery
from services.identity.domain.credential import credential

COUNT = 10
FINDS = 4
"""So many characters find a code; the rest is its secret."""
LENGTH = 12

NewRecoveryCodes = Callable[[int], Sequence[str]]
"""Returns so many fresh codes, which differ in the characters that find them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Keeps recovery codes and knows them again."""

    store: EventStore
    codes: RecoveryCodes
    hasher: Hasher
    fingerprints: Fingerprints
    new_codes: NewRecoveryCodes

    async def make(self, codes_id: UUID, user_id: UUID, at: datetime) -> Sequence[str]:
        """Make and keep a set that no fact names yet; return its codes. Raises: Busy."""
        shown = self.new_codes(COUNT)
        kept = []
        for code in map(recovery, shown):
            # One after the other: a set must not fill the queue in front of those who log in.
            hashed = await self.hasher.hash(code[FINDS:])
            kept.append(NewRecoveryCode(key=self.fingerprints.code(codes_id, code[:FINDS]), hashed=hashed))
        await self.codes.keep(codes_id, user_id, kept, at)
        return shown

    async def proved(self, user_id: UUID, typed: str) -> RecoveryKey | None:
        """Return which of the person's unused codes this is, if any; who judges the try uses it up. Raises: Busy."""
        code = recovery(typed)
        if len(code) != LENGTH:
            return None
        codes_id = credential.fold(fact.event for fact in await self.store.load(user_id)).codes_id
        if codes_id is None:
            return None
        key = RecoveryKey(codes_id=codes_id, key=self.fingerprints.code(codes_id, code[:FINDS]))
        return key if await self.hasher.verify(await self.codes.find(key), code[FINDS:]) else None
