"""What operators may know and do about parked streams, wherever they are parked. Next stop: adapters/http/ops.py."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from kernel.application.browsing import Told

UNKNOWN = "Unknown"
_KIND = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*(?=\(|$)")
_SAFE = re.compile(r"""Unreadable\((["'])(?P<said>.*)\1\)""", re.DOTALL)


def kind_of(reason: str) -> str:
    """Return the kind of the error that a stream was parked for; its words may quote somebody's data."""
    found = _KIND.match(reason)
    return found[0] if found else UNKNOWN


def detail_of(reason: str) -> str:
    """Return the words of an error where they are our own and name no data; empty for any other."""
    found = _SAFE.fullmatch(reason)
    return found["said"] if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which parked streams are meant: of one reader, of one kind of error, these ones; or all."""

    consumer: str | None = None
    error: str | None = None
    streams: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """Behind which parked stream a page begins: they stand by age, reader and id."""

    since: datetime
    consumer: str
    stream_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedStream:
    """A stream that waits for somebody: the envelope of its first fact that waits, never what the fact says."""

    consumer: str
    stream_id: UUID
    topic: str
    part: int
    since: datetime
    error: str
    detail: str
    events: int
    """How many facts wait: the one that could not be applied and all that follow."""
    retry_at: datetime | None = None
    """When a retry was asked for that has not been made yet."""
    attempts: int = 0
    """How often the fact was tried that is in the way."""
    tried_at: datetime | None = None
    """When it was tried last."""
    event_type: str = ""
    version: int = 0
    tenant_id: UUID | None = None
    recorded_at: datetime | None = None
    source: str = ""
    """The service in whose log the fact is."""

    @property
    def event_id(self) -> str:
        """Return the name of the first fact that waits: `stream/version`."""
        return f"{self.stream_id}/{self.version}"

    @property
    def behind(self) -> int:
        """Return how many facts wait behind it."""
        return max(0, self.events - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedFact:
    """The first fact that waits, as it came, and the whole error; nobody sees either before somebody said why."""

    stream: ParkedStream
    reason: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AsItCame:
    """What is shown for a reason alone, for it may quote anybody; only what stands for a secret is starred out."""

    error: str
    """The whole error. Empty where a text of the fact was somebody's who was forgotten: it may quote them."""
    text: str
    """The bytes as text; what is none, or is not seen, as an escape."""
    hex_dump: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedWhole:
    """A parked stream with what its first fact says, as far as that is shown."""

    stream: ParkedStream
    told: Told
    bytes: int
    as_it_came: AsItCame | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedGroup:
    """Parked streams of one reader that have one kind of error in common."""

    consumer: str
    error: str
    streams: int
    since: datetime
    """When the oldest was parked."""
    retrying: int = 0
    """Of how many a retry was asked for that has not been made yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How much a retry or discard is about."""

    streams: int
    events: int


class Parking(Protocol):
    """The parked streams of one process."""

    async def groups(self) -> Sequence[ParkedGroup]:
        """Return how many streams are parked, by reader and kind of error."""
        ...

    async def page(self, chosen: Chosen, limit: int, after: After | None = None) -> Sequence[ParkedStream]:
        """Return the oldest parked streams behind a place."""
        ...

    async def first(self, consumer: str, stream_id: UUID) -> ParkedFact:
        """Return the first fact that waits of a stream. Raises: NotFound."""
        ...

    async def reach(self, chosen: Chosen) -> Reach:
        """Return how much a choice is about, without doing anything."""
        ...

    async def retry(self, chosen: Chosen) -> Reach:
        """Have streams tried again within a second."""
        ...

    async def discard(self, chosen: Chosen, by: str, reason: str) -> Reach:
        """Never apply what is parked of streams, and keep what it was, who said so and why."""
        ...
