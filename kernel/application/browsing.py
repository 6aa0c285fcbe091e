"""What is looked for in a log, and what a look finds: envelopes only. Next stop: adapters/postgres/browsing.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which facts of a log are wanted; what is not said does not matter."""

    tenant_id: UUID | None = None
    stream_id: UUID | None = None
    version: int | None = None
    """Only together with the stream."""
    type: str | None = None
    """As the log calls it, such as `user.registered`, in every version."""
    correlation_id: UUID | None = None
    causation_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Up to that moment and not in it."""
    first: int | None = None
    """From this position on."""
    last: int | None = None
    """Up to this position, and it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """In which order facts are looked at, and from where on."""

    limit: int = 50
    oldest_first: bool = False
    place: int | None = None
    """The position of the last one that was looked at; None to begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A fact without what it says."""

    position: int
    stream_id: UUID
    version: int
    tenant_id: UUID
    type: str
    schema_version: int
    public: bool
    actor: str | None
    """Who wanted it; None, as for the correlation, where the log does not say."""
    correlation_id: UUID | None
    causation_id: str | None
    recorded_at: datetime
    bytes: int

    @property
    def id(self) -> str:
        """Return the fact's name for ever: `stream/version`."""
        return f"{self.stream_id}/{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look found."""

    items: tuple[Envelope, ...]
    place: int | None
    """Where to look on; None when there is nothing behind it."""
    until: datetime | None
    """When that place was recorded: all that is wanted before it, in the order of the look, was found."""
    head: int
    """Where the log ends."""


class Shown(StrEnum):
    """What is shown of a text that is not for everybody."""

    MASKED = "MASKED"
    """It is personal, and nobody gave a reason to see it."""
    SHOWN = "SHOWN"
    """It is personal and shown."""
    SHREDDED = "SHREDDED"
    """The person was forgotten: nobody can read it any more."""
    HIDDEN = "HIDDEN"
    """It stands for a secret and is shown to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A text of a payload that is not for everybody."""

    path: str
    """See: RFC 6901, JSON Pointer."""
    shown: Shown
    subject_id: UUID | None = None
    """Whose it is."""


class Schema(StrEnum):
    """How a payload stands to what this code declares of its type and version."""

    FITS = "FITS"
    UNKNOWN = "UNKNOWN"
    """No such type and version is declared."""
    BROKEN = "BROKEN"
    """It is declared and says something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a fact says, as far as it is shown: covered texts are null."""

    data: Any
    """None when it is no JSON."""
    covered: tuple[Covered, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload(Told):
    """What a fact says, held against what is declared of it."""

    schema: Schema
    note: str = ""
    """What is wrong with it, without a word of what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One fact with all that its log knows of it."""

    envelope: Envelope
    payload: Payload
    headers: Mapping[str, str]
    """As they go over the wire. See: CloudEvents 1.0."""
    topic: str
    part: int
    published: bool
    """False while the relay is not there yet, and for ever for what is private."""


class Stage(StrEnum):
    """What became of a fact at a reader."""

    APPLIED = "APPLIED"
    """The reader is past it."""
    WAITING = "WAITING"
    """The reader is not there yet."""
    PARKED = "PARKED"
    """It waits for an operator, alone with its stream."""
    DISCARDED = "DISCARDED"
    """An operator gave it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where a fact stands, for readers."""

    topic: str
    """The topic, or `log:` and the service for who reads the log itself."""
    part: int
    position: int
    stream_id: UUID
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AtReader:
    """What became of a fact at one reader."""

    consumer: str
    topic: str
    stage: Stage


class Browsing(Protocol):
    """One log, to be looked into. Raises, in every method: Unavailable."""

    async def look(self, sought: Sought, way: Way) -> Look:
        """Return the next facts that are wanted; a look is bounded and may end before it found one."""
        ...

    async def whole(self, stream_id: UUID, version: int, *, unmask: bool = False) -> Whole:
        """Return one fact, its personal texts only where *unmask*. Raises: NotFound."""
        ...


class Readers(Protocol):
    """The readers of one process. Raises, in every method: Unavailable."""

    async def at(self, marks: Sequence[Mark]) -> list[AtReader]:
        """Return what became of a fact at each that reads one of the places where it stands."""
        ...
