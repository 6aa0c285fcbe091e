"""What goes in and out about groups and their permissions. Next stop: api/groups.py."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from gateway.api.schemas.answer import Answer
from gateway.application.access import Action
from kernel.adapters.http.body import LINES, Body, unset
from kernel.adapters.http.texts import Name, Short

MOST_MEMBERS = 100
"""How many people one call puts into a group."""

MOST_PERMISSIONS = 200

Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), LINES]


class NewGroup(Body):
    """A group that is to be made."""

    name: Name = Field(examples=["営業部"])
    description: Description = ""


class GroupChanges(Body):
    """What is to be otherwise; fields that are left out keep their values."""

    name: Name = Field(default_factory=unset)
    description: Description = Field(default_factory=unset)


class PermissionGiven(Body):
    """What members may do with one contract, or with every contract of a service."""

    service_name: Short = Field(examples=["smart-pbx"], description="`*`: every service.")
    contract_id: UUID | None = Field(default=None, description="Null: every contract of the service.")
    actions: list[Action] = Field(min_length=1, max_length=3)


class Permissions(Body):
    """All that a group permits."""

    permissions: list[PermissionGiven] = Field(max_length=MOST_PERMISSIONS)


class NewMembers(Body):
    """People who are to be put into a group."""

    user_ids: list[UUID] = Field(min_length=1, max_length=MOST_MEMBERS)


class PermissionAnswer(Answer):
    """What members may do with one contract, or with every contract of a service."""

    service_name: str
    contract_id: UUID | None
    actions: list[Action]


class GroupAnswer(Answer):
    """A group."""

    group_id: UUID
    name: str
    description: str
    built_in: bool = Field(description="The group of all permissions, which every tenant has.")
    members: int = Field(description="How many; who they are says the list of users with `group`.")
    permissions: list[PermissionAnswer]
    version: int = Field(description="Also in the ETag of one group; goes into If-Match.")


class GroupList(Answer):
    """A part of the list of groups."""

    items: list[GroupAnswer]
    next_cursor: str | None = Field(description="Goes into `cursor` to get the rows after these; null at the end.")
    total: int = Field(description="How many groups there are.")


class NewGroupAnswer(Answer):
    """Which group was made."""

    group_id: UUID
