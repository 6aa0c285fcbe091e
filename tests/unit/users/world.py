"""The users service on a log in memory."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from kernel.adapters.keys import fingerprint
from kernel.domain.context import Context
from kernel.domain.recorded import Claim, Recorded
from kernel.testing import InMemoryStore, StillClock
from services.users.application.handlers import UserHandlers
from tests.unit.users.samples import AT, TENANT


class Interleaved(InMemoryStore):
    """Lets others in before every look, so that what is asked at once really meets."""

    async def load(self, stream_id: UUID, after: int = 0) -> Sequence[Recorded[Any]]:
        await asyncio.sleep(0)
        return await super().load(stream_id, after)

    async def find(self, claim: Claim) -> UUID | None:
        await asyncio.sleep(0)
        return await super().find(claim)


class World:
    """Handlers, and the log they write to."""

    def __init__(self) -> None:
        self.store = Interleaved()
        self.handlers = UserHandlers(store=self.store, now=StillClock(AT), fingerprint=partial(fingerprint, b"pepper"))


def by(actor: str = "service:users", tenant_id: UUID = TENANT) -> Context:
    """Return the circumstances of a new command."""
    return Context(tenant_id=tenant_id, actor=actor, correlation_id=UUID(int=9), command_id=uuid4())
