"""Remembers what the log said of people, so that a login folds only what is new to it. Next stop: first_step.py."""

from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from kernel.application.ports import EventStore
from services.identity.domain.credential import credential
from services.identity.domain.state import Credential

MOST = 5_000
"""People who are remembered, about a kilobyte each; who came longest ago is forgotten first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A person as the log knows them."""

    user_id: UUID
    tenant_id: UUID
    version: int
    state: Credential


NOBODY = Known(user_id=UUID(int=0), tenant_id=UUID(int=0), version=0, state=credential.initial)
"""Who is unknown: known without a look at the log, as who is remembered is, so that the two take the same time."""


@dataclass(frozen=True, slots=True)
class Remembering:
    """A baseline of each person: whoever asks says which version there is, so what is old costs time and no more."""

    store: EventStore
    most: int = MOST
    _kept: OrderedDict[UUID, Known] = field(default_factory=OrderedDict)

    async def known(self, user_id: UUID | None, version: int) -> Known:
        """Return a person at *version* or later, NOBODY for none. Raises: Unavailable."""
        if user_id is None:
            return NOBODY
        kept = self._kept.get(user_id)
        if kept is None or kept.version < version:
            kept = await self._read(user_id, kept)
            self._kept[user_id] = kept
            if len(self._kept) > self.most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(user_id)
        return kept

    async def _read(self, user_id: UUID, kept: Known | None) -> Known:
        fresh = await self.store.load(user_id, kept.version if kept else 0)
        if not fresh:
            return kept or Known(user_id=user_id, tenant_id=user_id, version=0, state=credential.initial)
        state = credential.fold((fact.event for fact in fresh), kept.state if kept else None)
        return Known(user_id=user_id, tenant_id=fresh[0].tenant_id, version=fresh[-1].version, state=state)
