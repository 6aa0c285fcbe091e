"""What an outside observer holds in hand after the faults: plain values, read once. Next stop: auditor.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

WHOLE_LOG = -1
"""Stands for the partition of a reader that follows a log itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A row of a log."""

    position: int
    partition: int
    stream_id: UUID
    version: int
    type: str
    public: bool
    data: bytes
    meta: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The name by which its effects call it."""
        return f"{self.stream_id}/{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a log remembers of a command that was carried out."""

    command_id: UUID
    stream_id: UUID
    version: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A name that one stream holds."""

    scope: str
    key: bytes
    stream_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLog:
    """One service's log."""

    head: int
    facts: Sequence[Fact]
    commands: Sequence[Command] = ()
    claims: Sequence[Claim] = ()
    relayed: int
    """How far the relay says it has published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of a topic, in the order of its partition."""

    partition: int
    position: int
    previous: int
    stream_id: UUID
    version: int
    type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a reader says it has come."""

    reader: str
    service: str
    partition: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail in the mailbox."""

    message_id: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A mailed link, and whether it still opens something."""

    owner: str
    usable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """A command that was answered with success: what must be in the log for ever, once."""

    command: str
    service: str
    position: int | None = None
    partition: int | None = None
    once: Sequence[tuple[UUID, str]] = ()
    """Streams and the types of fact that each must hold exactly once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that one audit looks at."""

    logs: Mapping[str, ServiceLog]
    topics: Mapping[str, Sequence[Record]]
    places: Sequence[Place] = ()
    parked: Sequence[str] = ()
    mails: Sequence[Mail] = ()
    links: Sequence[Link] = ()
    acknowledged: Sequence[Acknowledged] = ()
    refused: Sequence[str] = ()
    """Words of commands that were answered with no: they stand in no fact."""
    rows: Mapping[str, str] = field(default_factory=dict)
    rebuilt: Mapping[str, str] = field(default_factory=dict)
    secrets: Sequence[str] = ()
    """Canaries: texts that nobody may write down in the clear."""
    writings: Mapping[str, bytes] = field(default_factory=dict)
    """Where they might stand: logs of processes, dumps of servers."""
    mails_may_repeat: bool = False
    """Whether a mailer was killed between the server's yes and its own note of it."""
