"""What browsing the events of all services needs of each of them. Next stop: clients/ops_events.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.session import Session
from kernel.application.browsing import AtReader, Envelope, Look, Mark, Sought, Way, Whole
from kernel.application.republishing import Progress, Range


class Browsed(Protocol):
    """One service's log. Raises, in every method: Unavailable."""

    async def look(self, session: Session, sought: Sought, way: Way, asked: Asked) -> Look:
        """Return the next facts that are wanted."""
        ...

    async def whole(self, session: Session, stream_id: UUID, version: int, asked: Asked) -> Whole:
        """Return one fact, its personal texts covered. Raises: NotFound."""
        ...

    async def unmasked(self, session: Session, stream_id: UUID, version: int, asked: Asked) -> Whole:
        """Return one fact with its personal texts. Raises: NotFound."""
        ...

    async def publish_again(self, session: Session, again: "Again", asked: Asked, *, dry_run: bool) -> Range:
        """Have the log published again, or only say how much that would be. Raises: Invalid; Refused."""
        ...

    async def publishing(self, session: Session, asked: Asked) -> Sequence[Progress]:
        """Return how far publishing again is, if it ever was."""
        ...


class Reading(Protocol):
    """The readers of one process. Raises: Unavailable."""

    async def at(self, session: Session, marks: Sequence[Mark], asked: Asked) -> Sequence[AtReader]:
        """Return what became of a fact at each."""
        ...


class AuditedDeeds(Protocol):
    """Keeps for good what operators do about events."""

    async def record_about(self, session: Session, deed: str, about: str, reason: str, asked: Asked) -> bool:
        """Record what is about to be done; false for a wish that was recorded before. Raises: Denied; Unavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events an operator looks for, in which order."""

    sought: Sought = field(default_factory=Sought)
    service: str | None = None
    """Only in this service's log."""
    oldest_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An event, and in whose log it is."""

    service: str
    envelope: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """A part of the events of everywhere."""

    items: tuple[Found, ...]
    next_cursor: str | None
    """Asks for those behind; a part may be short or empty and still have more behind it."""
    silent: tuple[str, ...] = ()
    """Services whose events are missing; the next part asks them for these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWhole:
    """One event with what became of it."""

    service: str
    whole: Whole
    readers: tuple[AtReader, ...]
    causes: tuple[Found, ...]
    """What caused it: one, unless services have streams of the same id."""
    effects: EventPage
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What is to be published again: a service's topic or a partition of it, from a position or a time on."""

    service: str
    partition: int | None = None
    first: int | None = None
    since: datetime | None = None

    @property
    def words(self) -> str:
        """Return it as it stands on record."""
        part = "" if self.partition is None else f"/{self.partition}"
        start = self.first if self.since is None else self.since.isoformat()
        return f"{self.service}{part} from {start}"
