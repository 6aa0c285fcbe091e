"""What is told of contracts, and what telling it needs of the world. Next stop: rounds.py, then bulletins.py."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from kernel.application.consume import Incoming
from services.notifier.application.bulletin import Bulletin
from services.notifier.application.ports import QueuedMail
from services.notifier.domain.kinds import Kind
from services.notifier.domain.sight import Grant, Sight
from services.notifier.domain.story import Concerned, Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """News of one kind that go out together to a company's people."""

    round_id: UUID
    tenant_id: UUID
    kind: Kind
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A person who may hear of contracts at all, and how they want to."""

    user_id: UUID
    sight: Sight
    refused: Collection[str]
    daily: Collection[str]
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """What becomes of a round for some of a company's people."""

    mails: Sequence[QueuedMail]
    kept: Sequence[tuple[UUID, datetime]]
    """Whose mail of the day it waits for, and when that is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A person's rounds that are due as the mail of the day."""

    user_id: UUID
    tenant_id: UUID
    due_at: datetime
    round_ids: Sequence[UUID]


class Newsroom(Protocol):
    """Stories and the news of them, written inside the transaction of what is read."""

    async def last(self, transaction: Any, story_id: UUID) -> Telling | None:
        """Return what was said last of a story."""
        ...

    async def begin(self, transaction: Any, telling: Telling, concerned: Sequence[Concerned]) -> None:
        """Keep a new story and the contracts it is about."""
        ...

    async def go_on(self, transaction: Any, telling: Telling) -> None:
        """Keep what is said of a story now."""
        ...

    async def concern(self, transaction: Any, story_id: UUID, concerned: Sequence[Concerned]) -> None:
        """Have a story be about more contracts."""
        ...

    async def tell(self, transaction: Any, telling: Telling, about: Incoming, only: UUID | None) -> None:
        """Have the companies told that a story concerns, once a fact; of one contract where it is named."""
        ...


class Onlookers(Protocol):
    """Who may see which contracts, written inside the transaction of what is read."""

    async def belongs(self, transaction: Any, user_id: UUID, tenant_id: UUID) -> bool:
        """Tell whether a person may be of a company: false for who is known as another's."""
        ...

    async def register(self, transaction: Any, user_id: UUID, tenant_id: UUID, *, represents: bool) -> None:
        """Have a person belong to a company."""
        ...

    async def confirm(self, transaction: Any, user_id: UUID, tenant_id: UUID) -> None:
        """Have a person's address count as theirs."""
        ...

    async def suspend(self, transaction: Any, user_id: UUID, *, suspended: bool) -> None:
        """Shut a person out, or let them in again."""
        ...

    async def forget(self, transaction: Any, user_id: UUID) -> None:
        """Forget a person."""
        ...

    async def join(self, transaction: Any, user_id: UUID, group_id: UUID) -> None:
        """Put a person into a group."""
        ...

    async def leave(self, transaction: Any, user_id: UUID, group_id: UUID) -> None:
        """Take a person out of a group."""
        ...

    async def permit(self, transaction: Any, group_id: UUID, grants: Sequence[Grant]) -> None:
        """Have a group let its members see this, and nothing else."""
        ...


class Board(Protocol):
    """What was told, as one sight shows it."""

    async def seen(
        self, rounds: Sequence[UUID], sight: Sight, *, most: int, alive_at: datetime | None
    ) -> Bulletin | None:
        """Return what of some rounds may be seen, None if nothing; only what is still worth a mail at that time."""
        ...

    async def sight(self, user_id: UUID) -> Sight:
        """Return what a person may see now; nothing for who may not come in."""
        ...

    async def rounds_of(self, digest_id: UUID, refused: Collection[str]) -> Sequence[UUID]:
        """Return the rounds that a mail of the day is made of, but for kinds that are refused."""
        ...


class Addressing(Protocol):
    """Says what becomes of a round for some people."""

    async def __call__(self, this: Round, people: Sequence[Listener]) -> Addressed:
        """Return the mails, and for whom it is kept."""
        ...


class DayMail(Protocol):
    """Makes the mail of the day."""

    async def __call__(self, day: Day, digest_id: UUID) -> QueuedMail | None:
        """Return the mail; None when nothing of it may be seen."""
        ...


class RoundBook(Protocol):
    """Rounds as they are kept: opened once, gone through once, whoever dies meanwhile."""

    async def open(self) -> bool:
        """Make a round of what waits for a company and is due; tell whether there was one."""
        ...

    async def go_on(self, addressing: Addressing) -> bool:
        """Go through some more people of an open round; tell whether there was one."""
        ...

    async def digest(self, make: DayMail) -> bool:
        """Make the mails of the day that are due; tell whether there were some."""
        ...
