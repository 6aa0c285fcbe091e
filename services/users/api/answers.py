"""What is answered about people and groups that are looked at. Next stop: application/directory.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from kernel.adapters.http.body import Reply
from services.users.application.directory import Status
from services.users.application.history import Change
from services.users.domain.events import Language, Role, SecondFactor
from services.users.domain.permission import Action


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
    groups: tuple[GroupNamed, ...]
    last_login_at: datetime | None
    mail_language: Language
    timezone: str
    comment: str | None
    version: int


class PeopleList(Reply):
    """A part of the list of people."""

    items: tuple[PersonOne, ...]
    next_cursor: str | None
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
    field: str
    old: str | None
    new: str | None
    cause: str | None
    correlation_id: UUID
    fact: str


class HistoryList(Reply):
    """What was changed, newest first."""

    items: tuple[ChangeOne, ...]


def history_of(changes: Sequence[Change], names: Mapping[str, str]) -> HistoryList:
    """Return changes with the names of who made them."""
    return HistoryList(
        items=tuple(
            ChangeOne(
                at=one.at,
                by=names.get(one.actor, one.actor),
                actor=one.actor,
                field=one.field,
                old=one.old,
                new=one.new,
                cause=one.cause,
                correlation_id=one.correlation_id,
                fact=one.fact,
            )
            for one in changes
        )
    )
