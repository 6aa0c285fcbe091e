"""What the users service needs of the world beside its log. Next stop: handlers.py."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from kernel.application.consume import Incoming
from services.users.application.directory import Entry, GroupEntry, GroupName, PeopleWanted, Place
from services.users.application.history import Moment, Window
from services.users.application.registered import LinkState, Registered
from services.users.domain.events import GroupEvent, UserEvent
from services.users.domain.operator_events import OperatorActed, OperatorRefused

Fingerprint = Callable[[str, str], bytes]
"""Returns the HMAC of a text in a scope: a mail address can be claimed without being kept."""

Comparable = Callable[[str], str]
"""Returns the one form that all spellings of a mail address share."""


Login = tuple[UUID, UUID, datetime]
"""A person, their tenant, and when they came in."""

Invitation = tuple[UUID, UUID, datetime, datetime]
"""A person, their tenant, when a link was made for them, and until when it lives."""


class Board(Protocol):
    """What consumers write of people and groups, inside the transaction of what they read."""

    async def people(self, transaction: Any, told: Sequence[tuple[UserEvent, Incoming]]) -> None:
        """Show what facts of users' streams say, in their order."""
        ...

    async def group(self, transaction: Any, fact: GroupEvent, about: Incoming) -> None:
        """Show what a fact of a group's stream says."""
        ...

    async def locked(self, transaction: Any, user_id: UUID, tenant_id: UUID, *, locked: bool) -> None:
        """Show whether somebody is locked, known already or not."""
        ...

    async def logged_in(self, transaction: Any, logins: Sequence[Login]) -> None:
        """Show when people logged in last, known already or not."""
        ...

    async def invited(self, transaction: Any, invitations: Sequence[Invitation]) -> None:
        """Show which link was mailed to people last, known already or not."""
        ...


class Mailboxes(Protocol):
    """What consumers write of how mails to people fare, inside the transaction of what they read."""

    async def bounced(self, transaction: Any, user_id: UUID, tenant_id: UUID, at: datetime, reason: str) -> None:
        """Show that a mail could not be delivered, unless a later one could."""
        ...

    async def sent(self, transaction: Any, user_id: UUID, tenant_id: UUID, at: datetime) -> None:
        """Show that a mail was handed over: one that came back before that is of the past."""
        ...


class Directory(Protocol):
    """People and groups as they are looked at; every question names the tenant that may see the answer."""

    async def page(
        self, tenant_id: UUID, wanted: PeopleWanted, limit: int, after: Place | None, fit: int, *, back: bool = False
    ) -> Sequence[Entry]:
        """Return people in order, the first ones or those next to a place: behind it, or *back* before it.

        Of all, *fit* fit. Raises: Unavailable.
        """
        ...

    async def count(self, tenant_id: UUID, wanted: PeopleWanted) -> int:
        """Return how many people the filters let through."""
        ...

    async def person(self, tenant_id: UUID, user_id: UUID) -> Entry | None:
        """Return one person."""
        ...

    async def names(self, tenant_id: UUID, user_ids: Collection[UUID]) -> dict[UUID, str]:
        """Return the names of those people that are known."""
        ...

    async def groups(self, tenant_id: UUID, limit: int, after: Place | None) -> Sequence[GroupEntry]:
        """Return groups by name, the built-in one first, from the beginning or those after a place."""
        ...

    async def group_names(self, tenant_id: UUID) -> Sequence[GroupName]:
        """Return what all groups are called, in the same order."""
        ...

    async def group(self, tenant_id: UUID, group_id: UUID) -> GroupEntry | None:
        """Return one group."""
        ...


class Records(Protocol):
    """What happened to people and groups over time, as it is looked at; each question names the tenant."""

    async def registrations(
        self, tenant_id: UUID, state: LinkState | None, now: datetime, limit: int, after: tuple[datetime, UUID] | None
    ) -> Sequence[Registered]:
        """Return who was registered, newest first, the first ones or those after a place. Raises: Unavailable."""
        ...

    async def memberships(
        self, tenant_id: UUID, group_id: UUID, limit: int, after: tuple[datetime, UUID, int] | None, window: Window
    ) -> Sequence[Moment]:
        """Return who joined and left a group, newest first, as changes of its members by `user:<id>`."""
        ...

    async def members(
        self, tenant_id: UUID, group_id: UUID, at: datetime, limit: int, after: UUID | None
    ) -> Sequence[UUID]:
        """Return who was in a group at a moment, in the order of their ids, the first ones or those after one."""
        ...


class Allowance(Protocol):
    """Knows how many people a tenant imports, and how many were never mailed."""

    async def count(self, tenant_id: UUID, people: int, at: datetime, most: int) -> datetime | None:
        """Count people of an import; None, or when the hour ends that has no room for them: they are not counted."""
        ...

    async def unmailed(self, tenant_id: UUID, most: int) -> int:
        """Return how many people hold an address and were never mailed a link, counted no further than *most*."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A deed of an operator, or a refusal, and which fact of the log says so."""

    position: int
    stream_id: UUID
    version: int
    fact: OperatorActed | OperatorRefused


class DeedBook(Protocol):
    """Everything that operators ordered, and whom the ops console refused."""

    async def page(self, limit: int, before: int | None) -> Sequence[Booked]:
        """Return it newest first, from the end of the log on or from before a position. Raises: Unavailable."""
        ...


class Cursors(Protocol):
    """Makes of a place in a list what a caller may carry but not read, nor use elsewhere."""

    def seal(self, place: Place, bound: str) -> str:
        """Return a cursor for a place in the list that *bound* describes."""
        ...

    def open(self, cursor: str, bound: str) -> Place:
        """Return the place. Raises: CursorUnreadable when it was made for another list, or by nobody here."""
        ...


class Freshness(Protocol):
    """Knows how far the service's own read models are."""

    async def reached(self, position: int) -> None:
        """Return when they show what stands at *position* of the log, or after a second."""
        ...
