"""Facts as the log holds them, and what an append tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

E_co = TypeVar("E_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What is known about the recording of a fact, beside the fact."""

    actor: str
    correlation_id: UUID
    causation_id: str | None = None
    traceparent: str | None = None
    client: str | None = None
    """From where it was asked, sealed; most readers have no use for it. See: adapters/clients.py."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Generic[E_co]):
    """One fact with its place: in its stream (version, from 1) and in the log (position, dense, in commit order)."""

    event: E_co
    stream_id: UUID
    version: int
    position: int
    tenant_id: UUID
    recorded_at: datetime
    meta: Meta

    @property
    def id(self) -> str:
        """Return the fact's name for ever: `stream/version`."""
        return f"{self.stream_id}/{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPosition:
    """How far a reader must have read to see a command's facts. See: the X-Log-Position header."""

    service: str
    epoch: int
    partition: int
    position: int

    def __str__(self) -> str:
        return f"{self.service};e{self.epoch};p{self.partition};{self.position}"

    @classmethod
    def parse(cls, text: str) -> "LogPosition":
        """Read what `str()` wrote. Raises: ValueError."""
        service, epoch, partition, position = text.split(";")
        if not (service and epoch.startswith("e") and partition.startswith("p")):
            raise ValueError(f"not a log position: {text}")
        return cls(service=service, epoch=int(epoch[1:]), partition=int(partition[1:]), position=int(position))


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What an append left: the stream's version, and the place of its last public fact (None when none was written)."""

    stream_id: UUID
    version: int
    position: LogPosition | None
    events: tuple[object, ...] = ()
    """The facts written now; empty when nothing changed or the command had been carried out before."""
    duplicate: bool = False
    """True when a command of this id had been carried out before."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A name that one stream may hold in a scope, such as a mail address; only its HMAC is kept."""

    scope: str
    key: bytes
