"""A tenant's people, groups and settings as the users service tells them. Next stop: people.py asks for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from gateway.application.access import Action
from gateway.application.steps import Method
from gateway.application.viewer import Origin, Role
from gateway.sources.users import LoginPolicy
from kernel.domain.recorded import LogPosition


class Status(StrEnum):
    """How a person stands with the portal."""

    PENDING_ACTIVATION = "PENDING_ACTIVATION"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    LOCKED = "LOCKED"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupName:
    """A group as it stands beside a person."""

    group_id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of the tenant, in the clear."""

    user_id: UUID
    name: str
    email: str
    title: str | None = None
    role: Role
    phone_number: str
    mobile_phone_number: str | None = None
    status: Status
    second_factor: str
    """TOTP or MAIL_OTP; UNSET until the person has chosen."""
    browser_trust: str = "AS_COMPANY"
    """AS_COMPANY, ALLOWED or FORBIDDEN: whether their browsers may skip the second step for some days."""
    groups: tuple[GroupName, ...] = ()
    last_login_at: datetime | None = None
    mail_language: str
    timezone: str
    comment: str | None = None
    mail_bounced_at: datetime | None = None
    """When a mail to them could not be delivered; None once another one could be handed over."""
    mail_bounce: str | None = None
    """Why, as the notifier calls it."""
    version: int
    """Goes into If-Match of a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleWanted:
    """Which people a list shows, and in which order."""

    q: str | None = None
    """Looked for in name, mail address and phone number."""
    role: str | None = None
    status: str | None = None
    group: UUID | None = None
    last_login: str | None = None
    """`never`, `before:<date>` or `after:<date>`."""
    bounced: bool = False
    """Only those to whom mail could not be delivered."""
    sort: str = "name"
    """name, email, lastLogin or status."""
    order: str = "asc"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """A part of the list."""

    items: tuple[Person, ...]
    next_cursor: str | None = None
    previous_cursor: str | None = None
    total: int
    """How many people the filters let through."""


class HistoryKind(StrEnum):
    """What has a history."""

    USER = "USER"
    GROUP = "GROUP"
    SETTINGS = "SETTINGS"
    CONTRACT = "CONTRACT"


@dataclass(frozen=True, slots=True)
class HistoryOf:
    """Whose history is asked for, and of which time."""

    kind: HistoryKind
    id: UUID | None = None
    """None for the settings, of which a tenant has one."""
    since: datetime | None = None
    """What happened then is not in it; None for the beginning."""
    until: datetime | None = None
    """What happened then is in it; None for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One change of one field."""

    at: datetime
    by: str
    """Who did it: `user:<id>`, `service:<name>` or `operator:<client>`."""
    by_name: str | None = None
    """The person's name; None for who is no person, or was forgotten."""
    client_ip: str | None = None
    """From where they did it; None where nobody knows, or where the person was forgotten."""
    user_agent: str | None = None
    field: str
    old: str | None = None
    new: str | None = None
    cause: str | None = None
    """The fact that led to it, `stream/version`, where one did."""
    fact: str | None = None
    """What happened, as the facts are named."""
    correlation_id: UUID | None = None
    """The same for everything that one click led to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """A part of a history: whole facts, all fields of each."""

    items: tuple[HistoryEntry, ...]
    next_cursor: str | None = None


class LinkState(StrEnum):
    """How far a registered person has come."""

    WAITING = "WAITING"
    EXPIRED = "EXPIRED"
    ACTIVATED = "ACTIVATED"
    NOT_SENT = "NOT_SENT"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Who was registered when and by whom, and how far they have come."""

    user_id: UUID
    name: str
    """Empty once they were deleted."""
    email: str
    role: Role
    origin: Origin
    registered_at: datetime
    by: str
    by_name: str | None = None
    state: LinkState
    link_sent_at: datetime | None = None
    link_expires_at: datetime | None = None
    activated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationPage:
    """A part of the registrations, newest first."""

    items: tuple[Registration, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What members may do with a contract, or with every contract of a service."""

    service_name: str
    """`*` is every service."""
    contract_id: UUID | None = None
    """None is every contract of the service."""
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of people with the same permissions."""

    group_id: UUID
    name: str
    description: str = ""
    built_in: bool = False
    """The group of all permissions: neither its name nor its permissions change, and it stays."""
    members: int = 0
    permissions: tuple[Permission, ...] = ()
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """A part of the list of groups: the built-in one first, then by name."""

    items: tuple[Group, ...]
    next_cursor: str | None = None
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """What a tenant's administrators decide for all of its people."""

    session_idle_minutes: int
    session_absolute_hours: int
    allowed_networks: tuple[str, ...]
    """IPv4 and IPv6 networks; empty lets everybody in from anywhere."""
    trusted_browser: bool
    second_factors: tuple[Method, ...]
    login_policy: LoginPolicy | None = None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyImage:
    """The picture that a tenant shows its people."""

    digest: str
    png: str
    """In base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a change came to."""

    body: Mapping[str, Any] = field(default_factory=dict)
    positions: Sequence[LogPosition] = ()
    """Where its facts stand, in each partition."""
