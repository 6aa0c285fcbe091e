"""Permissions as they were, as the users service tells of them. Next stop: clients/permissions.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.directory import HistoryOf, HistoryPage, Permission
from gateway.application.session import Session
from gateway.application.viewer import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupThen:
    """A group as it was called and what it permitted."""

    group_id: UUID
    name: str
    permissions: tuple[Permission, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessThen:
    """What a person might do at a moment."""

    life: str
    """REGISTERED, SUSPENDED or DELETED; only the first could use any of it."""
    role: Role
    groups: tuple[GroupThen, ...] = ()
    permissions: tuple[Permission, ...] = ()
    """What all the groups permitted together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberThen:
    """Somebody who was in a group; nameless once they were forgotten."""

    user_id: UUID
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamThen:
    """A group at a moment, and a part of those who were in it."""

    group: GroupThen
    members: tuple[MemberThen, ...] = ()
    next_cursor: str | None = None


class PastPermissions(Protocol):
    """The users service, asked about moments. Raises, everywhere: NotFound for what was not there; Unavailable."""

    async def of_person(self, session: Session, user_id: UUID, at: datetime, asked: Asked) -> AccessThen:
        """Return what a person might do."""
        ...

    async def changes(
        self, session: Session, of: HistoryOf, limit: int, cursor: str | None, asked: Asked
    ) -> HistoryPage:
        """Return what changed of a person's access in that time, newest first."""
        ...

    async def of_group(
        self, session: Session, group_id: UUID, at: datetime, asked: Asked, *, limit: int, cursor: str | None
    ) -> TeamThen:
        """Return what a group permitted, and a part of those who were in it."""
        ...
