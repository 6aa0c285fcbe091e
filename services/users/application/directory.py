"""People and groups as lists show them, and what may be asked of a list. Next stop: adapters/directory.py."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from services.users.domain.events import BrowserTrust, Language, Role, SecondFactor
from services.users.domain.notifications import MailKind
from services.users.domain.permission import Permission


class Status(StrEnum):
    """Where a person stands, of their own and of identity's facts."""

    PENDING_ACTIVATION = "PENDING_ACTIVATION"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    LOCKED = "LOCKED"
    DELETED = "DELETED"


class Sort(StrEnum):
    """What a list of people is sorted by; people who are the same in it stand in the order of their ids."""

    NAME = "name"
    EMAIL = "email"
    LAST_LOGIN = "lastLogin"
    STATUS = "status"


class Order(StrEnum):
    """Which end of a list comes first."""

    ASC = "asc"
    DESC = "desc"


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """When somebody logged in last: before a day (UTC), on it or later, or never."""

    when: str
    """`never`, `before` or `after`."""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleWanted:
    """Which people a list shows, and in which order."""

    q: str = ""
    """Part of a name, a mail address or a phone number, as it was typed."""
    role: Role | None = None
    status: Status | None = None
    """None shows everybody but the deleted."""
    group_id: UUID | None = None
    last_login: LoggedIn | None = None
    bounced: bool = False
    """Only those to whom mail could not be delivered."""
    sort: Sort = Sort.NAME
    order: Order = Order.ASC


Place: TypeAlias = tuple[str, UUID]
"""Where somebody stands in a list: what it is sorted by, as text, and their id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupName:
    """A group beside a person who is in it."""

    group_id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A person in a list; their texts are empty when they were deleted."""

    user_id: UUID
    name: str
    email: str
    title: str | None
    role: Role
    phone_number: str
    mobile_phone_number: str | None
    status: Status
    second_factor: SecondFactor
    browser_trust: BrowserTrust = BrowserTrust.AS_COMPANY
    groups: tuple[GroupName, ...]
    last_login_at: datetime | None
    mail_language: Language
    timezone: str
    comment: str | None
    mail_bounced_at: datetime | None
    """When a mail to them could not be delivered; None once another one could be handed over."""
    mail_bounce: str | None
    """Why, as the notifier calls it."""
    version: int
    place: str
    """What the list is sorted by, as text."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One kind of mail as it stands with a person."""

    kind: MailKind
    wanted: bool
    daily: bool
    """Whether it is put together into one mail a day."""
    refusable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of the list."""

    items: tuple[Entry, ...]
    next_cursor: str | None
    previous_cursor: str | None
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEntry:
    """A group in a list: the built-in one first, then by name."""

    group_id: UUID
    name: str
    description: str
    built_in: bool
    members: int
    permissions: tuple[Permission, ...]
    version: int
    place: Place
    """Where the groups that follow begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """A part of the list of groups."""

    items: tuple[GroupEntry, ...]
    next_cursor: str | None
    total: int
