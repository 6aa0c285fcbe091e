"""A company's random months: people join and leave groups, are suspended, deleted; groups change what they permit.

And what each person might do, told from the facts without any of the code that is tested.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.domain.recorded import Recorded
from services.users.api.use import Built
from services.users.domain.commands import Changes
from services.users.domain.events import (
    GroupChanged,
    GroupCreated,
    GroupDeleted,
    GroupPermitted,
    JoinedGroup,
    LeftGroup,
    Role,
    RoleChanged,
    UserDeleted,
    UserRegistered,
    UserReinstated,
    UserSuspended,
)
from services.users.domain.permission import Action, Permission
from tests.unit.users.test_administering import FORM
from tests.unit.users.world import by

Told = Mapping[str, Any]

_CONTRACTS = (None, UUID(int=501), UUID(int=502))


@dataclass(frozen=True, slots=True)
class Company:
    """Who and what there is in it."""

    people: Sequence[UUID]
    groups: Sequence[UUID]


async def lived(  # noqa: C901 - one line a deed
    built: Built, chance: random.Random, steps: int, pass_time: Callable[[], None] = lambda: None
) -> Company:
    """Let a company have a past of so many steps."""
    groups = [(await built.groups.create(f"班{number}", "", by())).stream_id for number in range(8)]
    people: list[UUID] = []
    there, gone = set(groups), set[UUID]()
    for step in range(steps):
        pass_time()
        if len(people) < 20 or chance.random() < 0.05:
            form = replace(FORM, name=f"人{step}", email=f"person{step}@example.jp")
            people.append(
                (await built.users.add(form, chance.sample(sorted(there), min(2, len(there))), by())).stream_id
            )
            continue
        who, team = chance.choice(people), chance.choice(groups)
        if who in gone:
            continue
        match chance.randrange(12):
            case 0:
                await built.users.suspend(who, by())
            case 1:
                await built.users.reinstate(who, by())
            case 2:
                await built.users.change(who, Changes(profile={}, role=chance.choice(list(Role))), by())
            case 3 if chance.random() < 0.2:
                await built.users.delete(who, by())
                gone.add(who)
            case 4 if team in there and len(there) > 4 and chance.random() < 0.3:
                await built.groups.delete(team, by(), None)
                there.discard(team)
            case 5 if team in there:
                await built.groups.change(team, f"組{step}", None, by(), None)
            case 6 | 7 | 8 if team in there:
                await built.groups.permit(team, _permissions(chance), by(), None)
            case _:
                several = tuple(chance.sample(sorted(there), chance.randrange(min(4, len(there)))))
                await built.users.change(who, Changes(profile={}, group_ids=several), by())
    return Company(people, groups)


def _permissions(chance: random.Random) -> tuple[Permission, ...]:
    chosen = chance.sample(_CONTRACTS, chance.randrange(1, 4))
    return tuple(
        Permission(
            service_name="smart-pbx",
            contract_id=one,
            actions=tuple(sorted(chance.sample(list(Action), chance.randrange(1, 4)))),
        )
        for one in chosen
    )


def might(log: Iterable[Recorded[Any]], who: UUID, at: datetime) -> Told | None:  # noqa: C901, PLR0912 - one line a fact
    """Tell from the whole log, fact by fact, what a person might do; None when there was nobody."""
    told: dict[str, Any] | None = None
    names: dict[UUID, str] = {}
    permits: dict[UUID, set[tuple[UUID | None, Action]]] = {}
    inside: set[UUID] = set()
    for recorded in log:
        fact = recorded.event
        if recorded.recorded_at > at:
            continue
        match fact:
            case UserRegistered() if fact.user_id == who:
                told = {"life": "REGISTERED", "role": fact.role}
            case RoleChanged() if fact.user_id == who and told:
                told["role"] = fact.role
            case UserSuspended() if fact.user_id == who and told:
                told["life"] = "SUSPENDED"
            case UserReinstated() if fact.user_id == who and told:
                told["life"] = "REGISTERED"
            case UserDeleted() if fact.user_id == who and told:
                told["life"] = "DELETED"
                inside.clear()
            case JoinedGroup() if fact.user_id == who:
                inside.add(fact.group_id)
            case LeftGroup() if fact.user_id == who:
                inside.discard(fact.group_id)
            case GroupCreated() | GroupChanged():
                names[fact.group_id] = fact.name
            case GroupPermitted():
                permits[fact.group_id] = {
                    (one.contract_id, action) for one in fact.permissions for action in one.actions
                }
            case GroupDeleted():
                del names[fact.group_id]
    if told is None:
        return None
    mine = inside & names.keys()
    may = {one for group in mine for one in permits.get(group, set())}
    return told | {"groups": {names[one] for one in mine}, "may": may}


def members(log: Iterable[Recorded[Any]], team: UUID, at: datetime) -> set[UUID] | None:
    """Tell from the whole log who was in a group; None when it was not there."""
    there, inside = False, set[UUID]()
    for recorded in log:
        fact = recorded.event
        if recorded.recorded_at > at:
            continue
        match fact:
            case GroupCreated() if fact.group_id == team:
                there = True
            case GroupDeleted() if fact.group_id == team:
                there = False
            case JoinedGroup() if fact.group_id == team:
                inside.add(fact.user_id)
            case LeftGroup() if fact.group_id == team:
                inside.discard(fact.user_id)
            case UserDeleted():
                inside.discard(fact.user_id)
    return inside if there else None
