"""A group: people with the same permissions; who is in it say the people's own streams. Next stop: policy.py."""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import assert_never

from kernel.domain.decider import Decider
from services.users.domain.commands import ChangeGroup, CreateGroup, DeleteGroup, GroupCommand, PermitGroup
from services.users.domain.errors import GroupBuiltIn, GroupUnknown
from services.users.domain.events import GroupChanged, GroupCreated, GroupDeleted, GroupEvent, GroupPermitted
from services.users.domain.permission import Permission


class Life(Enum):
    """Where a group stands."""

    ABSENT = auto()
    THERE = auto()
    DELETED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What must be known of a group to decide about it."""

    life: Life = Life.ABSENT
    name: str = ""
    description: str = ""
    built_in: bool = False
    permissions: tuple[Permission, ...] = ()

    @property
    def known(self) -> bool:
        """Return whether anything may be asked of it."""
        return self.life is Life.THERE


def evolve(state: Group, event: GroupEvent) -> Group:
    """Return the state after *event*."""
    match event:
        case GroupCreated():
            return replace(
                state, life=Life.THERE, name=event.name, description=event.description, built_in=event.built_in
            )
        case GroupChanged():
            return replace(state, name=event.name, description=event.description)
        case GroupPermitted(permissions=permissions):
            return replace(state, permissions=permissions)
        case GroupDeleted():
            return replace(state, life=Life.DELETED)
        case _:
            assert_never(event)


def decide(state: Group, command: GroupCommand) -> list[GroupEvent]:
    """Return the facts *command* leads to; none when it changes nothing. Raises: GroupUnknown; GroupBuiltIn."""
    match command:
        case CreateGroup():
            return _create(state, command)
        case _ if not state.known:
            raise GroupUnknown
        case ChangeGroup():
            return _change(state, command)
        case PermitGroup():
            return _permit(state, command)
        case DeleteGroup() if state.built_in:
            raise GroupBuiltIn
        case DeleteGroup():
            return [GroupDeleted(group_id=command.group_id, at=command.at)]
        case _:
            assert_never(command)


def _create(state: Group, asked: CreateGroup) -> list[GroupEvent]:
    if state.life is not Life.ABSENT:
        return []
    created = GroupCreated(
        group_id=asked.group_id,
        name=asked.name,
        description=asked.description,
        built_in=asked.built_in,
        at=asked.at,
    )
    if not asked.permissions:
        return [created]
    return [created, GroupPermitted(group_id=asked.group_id, permissions=asked.permissions, at=asked.at)]


def _change(state: Group, asked: ChangeGroup) -> list[GroupEvent]:
    name = state.name if asked.name is None else asked.name
    description = state.description if asked.description is None else asked.description
    if state.built_in and name != state.name:
        raise GroupBuiltIn
    if (name, description) == (state.name, state.description):
        return []
    return [GroupChanged(group_id=asked.group_id, name=name, description=description, at=asked.at)]


def _permit(state: Group, asked: PermitGroup) -> list[GroupEvent]:
    if asked.permissions == state.permissions:
        return []
    if state.built_in:
        raise GroupBuiltIn
    return [GroupPermitted(group_id=asked.group_id, permissions=asked.permissions, at=asked.at)]


group: Decider[Group, GroupCommand, GroupEvent] = Decider(initial=Group(), decide=decide, evolve=evolve)
