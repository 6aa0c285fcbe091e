"""The contracts service on a log in memory."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from kernel.adapters.keys import fingerprint
from kernel.domain.context import Context
from kernel.domain.recorded import Claim, Recorded
from kernel.testing import InMemoryStore, StillClock, ids
from services.contracts.api.schemas import ApplicationForm
from services.contracts.application.handlers import ContractHandlers
from services.contracts.application.ports import ForTenant
from services.contracts.domain.form import Form
from tests.unit.contracts.samples import AT, body


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
        self.handlers = ContractHandlers(
            store=self.store, now=StillClock(AT), new_id=ids(), fingerprint=partial(fingerprint, b"pepper")
        )


def by(command_id: UUID | None = None, content: bytes | None = None) -> ForTenant:
    """Return the circumstances of one command of the operator."""

    def context(tenant_id: UUID) -> Context:
        return Context(
            tenant_id=tenant_id,
            actor="operator:operator",
            correlation_id=UUID(int=9),
            command_id=command_id or fresh,
            content=content,
        )

    fresh = uuid4()
    return context


def form(**changed: object) -> Form:
    """Return a form as the route gives it to the handlers."""
    return ApplicationForm.model_validate(body(**changed)).filled()
