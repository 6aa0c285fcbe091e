"""What a person may do: their groups, and what those permit. Told from the facts of both, whatever streams they are on.

Next stop: application/lookback.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from services.users.domain.events import GroupChanged, GroupCreated, GroupDeleted, GroupEvent, GroupPermitted, UserEvent
from services.users.domain.group import Group, group
from services.users.domain.permission import Action, Permission
from services.users.domain.user import Life, User, user

AccessEvent: TypeAlias = UserEvent | GroupEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A person, and the groups that they are or were in."""

    who: User = field(default_factory=User)
    groups: Mapping[UUID, Group] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def begun(self) -> bool:
        """Return whether there is such a person at all, or was."""
        return self.who.life not in (Life.ABSENT, Life.REFUSED)

    @property
    def memberships(self) -> Sequence[tuple[UUID, Group]]:
        """Return the groups that they are in, by id; one that is gone permits nobody anything."""
        there = [(one, self.groups.get(one, Group())) for one in sorted(self.who.group_ids)]
        return [(one, found) for one, found in there if found.known]

    @property
    def permissions(self) -> Sequence[Permission]:
        """Return what all their groups together permit: one entry for each contract or service, in their order."""
        actions: dict[tuple[str, UUID | None], set[Action]] = {}
        for _, one in self.memberships:
            for given in one.permissions:
                actions.setdefault((given.service_name, given.contract_id), set()).update(given.actions)
        return [
            Permission(
                service_name=service,
                contract_id=contract,
                actions=tuple(one for one in Action if one in actions[service, contract]),
            )
            for service, contract in sorted(actions, key=lambda of: (of[0], str(of[1] or "")))
        ]


def evolve(state: Access, event: AccessEvent) -> Access:
    """Return the state after a fact of the person or of one of the groups."""
    if isinstance(event, GroupCreated | GroupChanged | GroupPermitted | GroupDeleted):
        one = group.evolve(state.groups.get(event.group_id, group.initial), event)
        return replace(state, groups={**state.groups, event.group_id: one})
    return replace(state, who=user.evolve(state.who, event))
