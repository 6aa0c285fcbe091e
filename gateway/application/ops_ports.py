"""What the ops console needs of every process, the gateway's own among them. Next stop: clients/ops.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.session import Session
from kernel.application.flowing import Verdict, worst
from kernel.application.parking import After, Chosen, ParkedGroup, ParkedStream, ParkedWhole, Reach
from kernel.application.running import Running
from kernel.application.watching import Flow


class Operated(Protocol):
    """One process with readers and parked streams. Raises, in every method: Unavailable."""

    async def flows(self, session: Session, asked: Asked) -> Sequence[Flow]:
        """Return how every reader stands."""
        ...

    async def running(self, session: Session, asked: Asked) -> Running:
        """Return which process answers, and the readers that run in it."""
        ...

    async def groups(self, session: Session, asked: Asked) -> Sequence[ParkedGroup]:
        """Return how many streams are parked, by reader and kind of error."""
        ...

    async def page(
        self, session: Session, chosen: Chosen, limit: int, after: After | None, asked: Asked
    ) -> Sequence[ParkedStream]:
        """Return the oldest parked streams behind a place."""
        ...

    async def whole(self, session: Session, consumer: str, stream_id: UUID, asked: Asked) -> ParkedWhole:
        """Return one parked stream, what its first fact says covered. Raises: NotFound."""
        ...

    async def unmasked(
        self, session: Session, consumer: str, stream_id: UUID, version: int, asked: Asked
    ) -> ParkedWhole:
        """Return it with that fact as it came, and the whole error. Raises: NotFound, also for another first fact."""
        ...

    async def retry(self, session: Session, chosen: Chosen, asked: Asked, *, dry_run: bool) -> Reach:
        """Have streams tried again, or only say how many it would be. Raises: NotFound."""
        ...

    async def discard(self, session: Session, chosen: Chosen, reason: str, asked: Asked, *, dry_run: bool) -> Reach:
        """Give streams up, or only say how many it would be. Raises: NotFound."""
        ...


class Deeds(Protocol):
    """Keeps for good what operators do."""

    async def record(self, session: Session, deed: str, chosen: Chosen, reason: str, asked: Asked) -> bool:
        """Record what is about to be done; false for a wish that was recorded before.

        Raises: Denied for who may not act; Unavailable.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one process stands."""

    service: str
    answers: bool
    """False when nothing can be said of it now."""
    flows: tuple[Flow, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Return the worst that can be said of it."""
        return worst([flow.verdict for flow in self.flows]) if self.answers else Verdict.STOPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedGroups:
    """What is parked everywhere, counted, and which services could not say."""

    items: tuple[ParkedGroup, ...]
    silent: tuple[str, ...] = ()

    @property
    def streams(self) -> int:
        """Return how many streams are parked in all."""
        return sum(one.streams for one in self.items)

    @property
    def retrying(self) -> int:
        """Return how many of them are being tried again."""
        return sum(one.retrying for one in self.items)

    def of(self, choice: "Choice") -> int:
        """Return how many of them a choice by reader and kind of error means."""
        return sum(
            one.streams
            for one in self.items
            if choice.consumer in (None, one.consumer) and choice.error in (None, one.error)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedPage:
    """A part of the parked streams of everywhere, oldest first."""

    items: tuple[ParkedStream, ...]
    next_cursor: str | None
    silent: tuple[str, ...] = ()
    """Services of whose streams some are missing, in this part or one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which parked streams an operator means."""

    consumer: str | None = None
    error: str | None = None
    streams: tuple[UUID, ...] = field(default=())

    @property
    def chosen(self) -> Chosen:
        """Return it as a process knows it."""
        return Chosen(consumer=self.consumer, error=self.error, streams=self.streams)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an operator's wish came to, and which services it did not reach."""

    streams: int
    events: int
    silent: tuple[str, ...] = ()
