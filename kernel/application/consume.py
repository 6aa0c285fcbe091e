"""Facts of other services as they come in, and the shape of who reads them. Next stop: adapters/kafka/reader.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from kernel.domain.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One record of a log or topic: the envelope, and the value as bytes."""

    type: str
    """The wire name, `portal.contract.activated.v1`."""
    stream_id: UUID
    version: int
    tenant_id: UUID
    source: str
    """The service that owns the log."""
    partition: int
    position: int
    previous: int
    """The position of the record before it in this partition: the chain."""
    epoch: int
    recorded_at: datetime
    correlation_id: UUID
    causation_id: str | None
    traceparent: str | None
    data: bytes

    @property
    def id(self) -> str:
        """Return the fact's name for ever: `stream/version`."""
        return f"{self.stream_id}/{self.version}"


class Reaction(Protocol):
    """What a consumer does with a fact, inside the transaction that also keeps its place.

    `transaction` is the adapter's open transaction (an asyncpg connection) for effects that are rows; commands go
    through `execute()` with `caused_by()`, whose id makes them happen once.
    Raises: Unavailable to be tried again later; Unreadable to have the stream parked.
    """

    types: Mapping[str, type[Any]]
    """The facts it reads: wire name to a small frozen dataclass with the fields it reads and no others."""

    async def __call__(self, fact: Any, about: Incoming, transaction: Any) -> None:
        """React to one fact."""
        ...


def caused_by(about: Incoming, reader: str, command_id: UUID) -> Context:
    """Return the circumstances of a command that *reader* gives because of a fact."""
    return Context(
        tenant_id=about.tenant_id,
        actor=f"service:{reader}",
        correlation_id=about.correlation_id,
        causation_id=about.id,
        command_id=command_id,
        traceparent=about.traceparent,
    )
