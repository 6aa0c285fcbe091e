"""Who can administer a tenant: never nobody, once somebody could. Next stop: application/administration.py.

A person's own stream says whether they administer; this one orders the tenant's administrators among each other, so
that two who demote one another at once meet here. A crash between the two streams counts too few, never too many.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.users.domain.commands import AdministratorsCommand, AppointAdministrator, StandDown
from services.users.domain.errors import LastAdministrator
from services.users.domain.events import AdministratorAppointed, AdministratorsEvent, AdministratorStoodDown


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrators:
    """Who counts, and at which version of their stream others stood down."""

    appointed: frozenset[UUID] = frozenset()
    stood_down: Mapping[UUID, int] = field(default_factory=dict)


def evolve(state: Administrators, event: AdministratorsEvent) -> Administrators:
    """Return the state after *event*."""
    match event:
        case AdministratorAppointed(user_id=user_id):
            return replace(state, appointed=state.appointed | {user_id})
        case AdministratorStoodDown(user_id=user_id, user_version=version):
            return Administrators(
                appointed=state.appointed - {user_id}, stood_down={**state.stood_down, user_id: version}
            )
        case _:
            assert_never(event)


def decide(state: Administrators, command: AdministratorsCommand) -> list[AdministratorsEvent]:
    """Return the facts *command* leads to; none when it changes nothing. Raises: LastAdministrator."""
    user_id, version = command.user_id, command.user_version
    # At this version or a later one they stood down: who still found them to count looked before that.
    late = state.stood_down.get(user_id, 0) >= version
    match command:
        case AppointAdministrator():
            if late or user_id in state.appointed:
                return []
            return [AdministratorAppointed(user_id=user_id, user_version=version, at=command.at)]
        case StandDown():
            if late and user_id not in state.appointed:
                return []
            if not state.appointed - {user_id}:
                raise LastAdministrator
            return [AdministratorStoodDown(user_id=user_id, user_version=version, at=command.at)]
        case _:
            assert_never(command)


administrators: Decider[Administrators, AdministratorsCommand, AdministratorsEvent] = Decider(
    initial=Administrators(), decide=decide, evolve=evolve
)
