"""The contracts service on a log in memory."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from kernel.application.consume import Incoming
from kernel.domain.context import Context
from kernel.domain.reads import wire_name
from kernel.domain.recorded import Claim, Recorded
from kernel.testing import InMemoryStore, StillClock, ids
from services.contracts.api.schemas import ApplicationForm
from services.contracts.application.ports import ForTenant
from services.contracts.consumers.applications import Applications
from services.contracts.consumers.early import Early
from services.contracts.domain.form import Form
from services.contracts.main import build, early_facts
from tests.unit.contracts.samples import AT, body


class Interleaved(InMemoryStore):
    """Lets others in before every look, so that what is asked at once really meets."""

    async def load(self, stream_id: UUID, after: int = 0) -> Sequence[Recorded[Any]]:
        await asyncio.sleep(0)
        return await super().load(stream_id, after)

    async def find(self, claim: Claim) -> UUID | None:
        await asyncio.sleep(0)
        return await super().find(claim)


class Secrets:
    """Digests of calendars' secrets in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[bytes, tuple[UUID, UUID]] = {}

    async def keep(self, digest: bytes, feed_id: UUID, user_id: UUID) -> None:
        self.kept[digest] = feed_id, user_id

    async def find(self, digest: bytes) -> tuple[UUID, UUID] | None:
        return self.kept.get(digest)

    async def forget(self, user_id: UUID) -> None:
        self.kept = {digest: one for digest, one in self.kept.items() if one[1] != user_id}


class World:
    """Handlers, and the log they write to."""

    def __init__(self) -> None:
        self.store = Interleaved()
        self.clock = StillClock(AT)
        self.secrets = Secrets()
        self.built = build(self.store, self.store.keyring, b"pepper", self.secrets, self.clock, ids())
        self.handlers = self.built.contracts
        self._read = 0

    async def read_own_log(self) -> None:
        """Have the service's own readers read what they have not read yet."""
        readers = (Applications(self.handlers), Early(early_facts(self.built)))
        while self._read < len(self.store.log):
            recorded = self.store.log[self._read]
            self._read += 1
            for reader in readers:
                if wire_name(type(recorded.event)) in reader.types:
                    await reader(recorded.event, incoming(recorded), None)

    def kinds(self) -> list[str]:
        """Return the names of all facts, in the order of the log."""
        return [type(one.event).__name__ for one in self.store.log]


def incoming(recorded: Recorded[Any]) -> Incoming:
    """Return the envelope of a fact, as a reader of the own log gets it."""
    return Incoming(
        type=wire_name(type(recorded.event)),
        stream_id=recorded.stream_id,
        version=recorded.version,
        tenant_id=recorded.tenant_id,
        source="contracts",
        partition=0,
        position=recorded.position,
        previous=recorded.position - 1,
        epoch=1,
        recorded_at=recorded.recorded_at,
        correlation_id=recorded.meta.correlation_id,
        causation_id=None,
        traceparent=None,
        data=b"{}",
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
