"""What goes out about permissions as they were. Next stop: api/permissions.py."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from gateway.api.schemas.answer import Answer
from gateway.api.schemas.groups import PermissionAnswer
from gateway.application.viewer import Role


class GroupThenAnswer(Answer):
    """A group as it was called and what it permitted."""

    group_id: UUID
    name: str
    permissions: list[PermissionAnswer]


class UserPermissionsAnswer(Answer):
    """What a person might do at a moment."""

    user_id: UUID
    as_of: datetime
    life: Literal["REGISTERED", "SUSPENDED", "DELETED"] = Field(description="Only who is REGISTERED can use any of it.")
    role: Role
    groups: list[GroupThenAnswer]
    permissions: list[PermissionAnswer] = Field(description="What all the groups permitted together.")


class MemberThenAnswer(Answer):
    """Somebody who was in a group."""

    user_id: UUID
    name: str | None = Field(description="As they are called now; null for who was deleted.")


class GroupPermissionsAnswer(Answer):
    """A group at a moment: what it permitted, and a part of those who were in it."""

    group_id: UUID
    as_of: datetime = Field(description="Goes into `asOf` beside `cursor`, to get the rest of the same moment.")
    name: str
    permissions: list[PermissionAnswer]
    members: list[MemberThenAnswer] = Field(description="In the order of their ids.")
    next_cursor: str | None = Field(description="Goes into `cursor` to get those after these; null at the end.")
