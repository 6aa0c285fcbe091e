"""What is answered about people and groups that are looked at. Next stop: application/directory.py."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import field_validator

from kernel.adapters.http.body import Reply
from services.users.application.directory import Status
from services.users.application.histories import HistoryPage
from services.users.application.registered import LinkState
from services.users.application.registrations import RegistrationPage
from services.users.domain.events import BrowserTrust, Language, Origin, Role, SecondFactor
from services.users.domain.notifications import MailKind
from services.users.domain.permission import Action
from services.users.domain.user import Life


class GroupNamed(Reply):
    """A group beside a person who is in it."""

    group_id: UUID
    name: str


class PersonOne(Reply):
    """A person as administrators see them."""

    user_id: UUID
    name: str
    email: str
    title: str | None
    role: Role
    phone_number: str
    mobile_phone_number: str | None
    status: Status
    second_factor: SecondFactor
    browser_trust: BrowserTrust
    groups: tuple[GroupNamed, ...]
    last_login_at: datetime | None
    mail_language: Language
    timezone: str
    comment: str | None
    mail_bounced_at: datetime | None
    mail_bounce: str | None
    version: int


class NotificationOne(Reply):
    """One kind of mail as it stands with a person."""

    kind: MailKind
    wanted: bool
    daily: bool
    refusable: bool


class NotificationsOne(Reply):
    """All kinds of mail as they stand with a person."""

    items: tuple[NotificationOne, ...]
    version: int


class PeopleList(Reply):
    """A part of the list of people."""

    items: tuple[PersonOne, ...]
    next_cursor: str | None
    previous_cursor: str | None
    total: int


class PermissionOne(Reply):
    """What may be done with a contract, or with every contract of a service."""

    service_name: str
    contract_id: UUID | None
    actions: tuple[Action, ...]


class GroupOne(Reply):
    """A group as administrators see it."""

    group_id: UUID
    name: str
    description: str
    built_in: bool
    members: int
    permissions: tuple[PermissionOne, ...]
    version: int


class GroupList(Reply):
    """A part of the list of groups."""

    items: tuple[GroupOne, ...]
    next_cursor: str | None
    total: int


class GroupNames(Reply):
    """What all groups are called."""

    items: tuple[GroupNamed, ...]


class ChangeOne(Reply):
    """One field that was changed."""

    at: datetime
    by: str
    """Who did it: their name where they are of the tenant, else as the log calls them."""
    actor: str
    address: str | None
    """From where they asked, and with which browser; null where nobody knows or they were forgotten."""
    agent: str | None
    field: str
    old: str | None
    new: str | None
    cause: str | None
    correlation_id: UUID
    fact: str


class HistoryList(Reply):
    """What was changed, newest first."""

    items: tuple[ChangeOne, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, page: HistoryPage) -> Self:
        """Return a page as it is told."""
        items = tuple(
            ChangeOne(
                at=one.at,
                by=one.by,
                actor=one.actor,
                address=one.client.address if one.client else None,
                agent=one.client.agent if one.client else None,
                field=one.field,
                old=one.old,
                new=one.new,
                cause=one.cause,
                correlation_id=one.correlation_id,
                fact=one.fact,
            )
            for one in page.items
        )
        return cls(items=items, next_cursor=page.next_cursor)


class GroupThenOne(Reply):
    """A group as it was called and what it permitted."""

    group_id: UUID
    name: str
    permissions: tuple[PermissionOne, ...]


class AccessThen(Reply):
    """What a person might do at a moment."""

    life: str
    role: Role
    groups: tuple[GroupThenOne, ...]
    permissions: tuple[PermissionOne, ...]

    @field_validator("life", mode="before")
    @classmethod
    def _by_name(cls, value: object) -> object:
        return value.name if isinstance(value, Life) else value


class MemberThenOne(Reply):
    """Somebody who was in a group."""

    user_id: UUID
    name: str | None


class TeamThen(Reply):
    """A group at a moment, and a part of those who were in it."""

    group: GroupThenOne
    members: tuple[MemberThenOne, ...]
    next_cursor: str | None


class RegistrationOne(Reply):
    """A person as they were registered, and how far they have come."""

    user_id: UUID
    name: str
    email: str
    role: Role
    origin: Origin
    registered_at: datetime
    by: str
    actor: str
    state: LinkState
    link_sent_at: datetime | None
    link_expires_at: datetime | None
    activated_at: datetime | None


class RegistrationList(Reply):
    """Registrations, newest first."""

    items: tuple[RegistrationOne, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, page: RegistrationPage) -> Self:
        """Return a page as it is told."""
        items = tuple(
            RegistrationOne(
                user_id=one.who.user_id,
                name=one.who.name,
                email=one.who.email,
                role=one.who.role,
                origin=one.who.origin,
                registered_at=one.who.registered_at,
                by=one.by,
                actor=one.who.actor,
                state=one.state,
                link_sent_at=one.who.link_sent_at,
                link_expires_at=one.who.link_expires_at,
                activated_at=one.who.activated_at,
            )
            for one in page.items
        )
        return cls(items=items, next_cursor=page.next_cursor)
