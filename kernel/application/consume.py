"""Facts of other services as they come in, and the shape of who reads them. Next stop: adapters/kafka/reader.py."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from kernel.domain.context import Context
from kernel.domain.errors import PortalError, StreamMoved, TooManyTries, Unavailable, Unreadable


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
    actor: str | None = None
    """Who wanted it; told by the own log alone, for no topic carries it."""
    client: str | None = None
    """From where they asked, sealed; told by the own log alone. See: adapters/clients.py."""
    unreadable: str = ""
    """What the own log does not say of it, so that nobody can react to it; its stream is parked."""

    @property
    def id(self) -> str:
        """Return the fact's name for ever: `stream/version`."""
        return f"{self.stream_id}/{self.version}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A record as it was fetched: its offset, and its envelope unless no relay wrote it."""

    offset: int
    about: Incoming | None
    foreign: str = ""
    """Why no relay can have written it; never anything of what it says."""


class Decoder(Protocol):
    """Makes a fact of the bytes of a record; personal fields come opened."""

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it makes, by wire name."""
        ...

    async def prepare(self, batch: Iterable[tuple[str, bytes]]) -> None:
        """Get ready to read some records, wire name and value each: all keys in one go. Trouble is left to `read()`."""
        ...

    async def read(self, wire_type: str, data: bytes) -> Any:
        """Return the fact. Raises: Unreadable; Unavailable when the keys cannot be had now."""
        ...


class Reaction(Protocol):
    """What a consumer does with a fact, inside the transaction that also keeps its place.

    `transaction` is the adapter's open transaction (an asyncpg connection) for effects that are rows; commands go
    through `execute()` with `caused_by()`, whose id makes them happen once.
    Raises: Unavailable to be tried again later; Unreadable to have the stream parked.
    """

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads: wire name to a small frozen dataclass with the fields it reads and no others."""
        ...

    async def __call__(self, fact: Any, about: Incoming, transaction: Any) -> None:
        """React to one fact."""
        ...


@runtime_checkable
class Gathering(Protocol):
    """A reaction that takes many facts in one go, and leads where one after the other would; much quicker in a crowd.

    When it fails, nothing of it counts: the facts are then given to it one by one, to find the one that cannot be read.
    """

    async def together(self, facts: Sequence[tuple[Any, Incoming]], transaction: Any) -> None:
        """React to facts that follow one another."""
        ...


def wanted(types: Mapping[str, Any], wire_type: str) -> bool:
    """Tell whether a reader of *types* reads this one; what it does not list it passes by.

    Raises: Unreadable for another version of a type that it reads: passing it by would lose a fact.
    """
    if wire_type in types:
        return True
    name, _, _ = wire_type.rpartition(".v")
    if any(known.rpartition(".v")[0] == name for known in types):
        raise Unreadable(f"{wire_type} is a version that this reader does not know")
    return False


def passes(types: Mapping[str, Any], wire_type: str) -> bool:
    """Tell whether a reader of *types* passes this one by: it lists no version of it."""
    try:
        return not wanted(types, wire_type)
    except Unreadable:
        return False


def passing(error: BaseException) -> bool:
    """Tell whether trying again may help, without anybody doing anything."""
    if isinstance(error, PortalError):
        return isinstance(error, Unavailable | TooManyTries | StreamMoved)
    return isinstance(error, OSError | TimeoutError)


def lasting(error: BaseException) -> bool:
    """Tell whether trying again is known not to help; an error that is neither is tried a few times."""
    return isinstance(error, PortalError) and not passing(error)


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
