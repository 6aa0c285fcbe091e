"""S5: suspend, demote, leave, withdraw, tighten, in a hundred random orders: the very next request is as a model says.

The facts are folded by the real read models, and what is kept in memory hears of them what the projector would tell;
the model knows nothing of either.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from gateway.projections.group import GROUP as GROUPS
from gateway.projections.person import PERSON
from gateway.projections.tenant_policy import TENANT_POLICY
from gateway.sources.users import (
    GroupCreated,
    GroupDeleted,
    GroupPermitted,
    JoinedGroup,
    LeftGroup,
    Permitted,
    RoleChanged,
    TenantPolicyChanged,
    UserReinstated,
    UserSuspended,
)
from tests.unit.gateway.asking import ADMINISTRATOR, ask, fresh_world
from tests.unit.gateway.described import Operation, operations
from tests.unit.gateway.fakes import EVERYBODY, GROUP, NOW, TENANT, USER
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.test_projections import about
from tests.unit.gateway.world import World

STEPS = 20
NUMBERS = (1, 3, 4)
SERVICES = {1: "smart-pbx", 3: "vpn", 4: "smart-pbx"}
OPERATIONS: dict[str, Operation] = {one.id: one for one in operations()}
INSIDE, OUTSIDE = ("203.0.113.0/24",), ("198.51.100.0/24",)


@dataclass
class Model:
    """What ought to be."""

    role: str = "PORTAL_ADMIN"
    suspended: bool = False
    networks: tuple[str, ...] = ()
    member: set[UUID] = field(default_factory=lambda: {EVERYBODY})
    permits: dict[UUID, set[tuple[str, int | None]]] = field(default_factory=lambda: {EVERYBODY: {("*", None)}})

    def seen(self) -> set[int]:
        """Return the numbers of the contracts that may be seen."""
        given = {one for group in self.member for one in self.permits.get(group, ())}
        return {
            number for number in NUMBERS if {("*", None), (SERVICES[number], None), (SERVICES[number], number)} & given
        }

    def status(self, operation: str) -> int:
        """Return what a request is answered with."""
        if self.suspended:
            return 401
        if self.networks == OUTSIDE or (operation == "users" and self.role != "PORTAL_ADMIN"):
            return 403
        return 200


@dataclass
class Story:
    """Facts, folded as the projector does, and the model beside them."""

    world: World
    chance: random.Random
    model: Model = field(default_factory=Model)
    version: int = 0

    def step(self) -> None:
        """Let something happen."""
        group = self.chance.choice((EVERYBODY, GROUP))
        match self.chance.choice(("suspend", "reinstate", "role", "join", "leave", "permit", "delete", "networks")):
            case "suspend":
                self.model.suspended = True
                self.person(UserSuspended(user_id=USER, at=NOW))
            case "reinstate":
                self.model.suspended = False
                self.person(UserReinstated(user_id=USER, at=NOW))
                # Whoever comes back logs in anew.
                log_in_again(self.world)
            case "role":
                self.model.role = self.chance.choice(("PORTAL_ADMIN", "GENERAL_USER"))
                self.person(RoleChanged(user_id=USER, role=self.model.role, at=NOW))
            case "join":
                self.model.member.add(group)
                self.person(JoinedGroup(user_id=USER, group_id=group, at=NOW))
            case "leave":
                self.model.member.discard(group)
                self.person(LeftGroup(user_id=USER, group_id=group, at=NOW))
            case "permit":
                self._permit(group)
            case "delete":
                self.model.permits.pop(group, None)
                self.group(group, GroupDeleted(group_id=group, at=NOW))
            case "networks":
                self._tighten()

    def _permit(self, group: UUID) -> None:
        choices: list[tuple[str, int | None]] = [("smart-pbx", None), ("vpn", None)]
        choices += [(SERVICES[number], number) for number in NUMBERS]
        given = set(self.chance.sample(choices, self.chance.randint(0, 3)))
        self.model.permits[group] = given
        permissions = tuple(
            Permitted(
                service_name=name, contract_id=contract(number).contract_id if number else None, actions=("VIEW",)
            )
            for name, number in given
        )
        if group not in self.world.boards.groups:
            self.group(group, GroupCreated(group_id=group, at=NOW))
        self.group(group, GroupPermitted(group_id=group, permissions=permissions, at=NOW))

    def _tighten(self) -> None:
        self.model.networks = self.chance.choice(((), INSIDE, OUTSIDE))
        fact = TenantPolicyChanged(
            session_idle_minutes=30, session_absolute_hours=12, allowed_networks=self.model.networks, at=NOW
        )
        policies = self.world.boards.policies
        before = policies.get(TENANT)
        row = TENANT_POLICY.evolve(before, fact, self._about())
        assert row is not None
        policies[TENANT] = row
        self.world.progress.applied(TENANT_POLICY, before, row)

    def person(self, fact: Any) -> None:
        """Fold a fact into the person."""
        before = self.world.boards.persons[USER]
        row = PERSON.evolve(before, fact, self._about())
        assert row is not None
        self.world.boards.persons[USER] = row
        self.world.progress.applied(PERSON, before, row)

    def group(self, group_id: UUID, fact: Any) -> None:
        """Fold a fact into a group."""
        before = self.world.boards.groups.get(group_id)
        row = GROUPS.evolve(before, fact, self._about())
        if row is None:
            self.world.boards.groups.pop(group_id, None)
        else:
            self.world.boards.groups[group_id] = row
        self.world.progress.applied(GROUPS, before, row)

    def _about(self) -> Any:
        self.version += 1
        return about(self.version)


def log_in_again(world: World) -> None:
    """Open the session anew, without changing who the person is."""
    row = world.boards.persons[USER]
    ADMINISTRATOR.come(world)
    world.boards.persons[USER] = row


def _numbers(items: Sequence[Any]) -> set[int]:
    return {int(one["contractNumber"][1:]) for one in items}


@pytest.mark.parametrize("seed", range(100))
async def test_s5_the_very_next_request_is_as_the_model_says(seed: int) -> None:
    world = fresh_world()
    world.boards.rows = [contract(number, service_name=SERVICES[number]) for number in NUMBERS]
    ADMINISTRATOR.come(world)
    story = Story(world, random.Random(seed))  # noqa: S311 - no secret depends on it
    for _ in range(STEPS):
        story.step()
        model = story.model
        for name in ("dashboard", "contracts", "users", "dashboard"):
            answer = await ask(world, ADMINISTRATOR, OPERATIONS[name])
            assert answer.status == model.status(name), (name, model)
            if answer.status == 200 and name != "users":
                assert _numbers(answer.json["contracts" if name == "dashboard" else "items"]) == model.seen()
        for number in NUMBERS:
            ids = {"contractId": contract(number).contract_id}
            answer = await ask(world, ADMINISTRATOR, OPERATIONS["contract"], ids=ids)
            expected = model.status("contract")
            assert answer.status == (404 if expected == 200 and number not in model.seen() else expected)
