"""A tenant that had an administrator keeps one, whoever asks for what at the same moment (M14)."""

import asyncio
from uuid import UUID

import pytest

from kernel.testing import given
from services.users.domain.administrators import administrators
from services.users.domain.commands import AppointAdministrator, Changes, StandDown
from services.users.domain.errors import LastAdministrator
from services.users.domain.events import AdministratorAppointed, AdministratorStoodDown, Role
from services.users.domain.user import user
from tests.unit.users.samples import AT, OTHER, TENANT, USER, person
from tests.unit.users.world import World, by

DEMOTED = Changes(profile={}, role=Role.GENERAL_USER)


def appointed(user_id: UUID, version: int = 2) -> AdministratorAppointed:
    return AdministratorAppointed(user_id=user_id, user_version=version, at=AT)


def stood_down(user_id: UUID, version: int = 2) -> AdministratorStoodDown:
    return AdministratorStoodDown(user_id=user_id, user_version=version, at=AT)


def appoint(user_id: UUID, version: int = 2) -> AppointAdministrator:
    return AppointAdministrator(user_id=user_id, user_version=version, at=AT)


def stand_down(user_id: UUID, version: int = 2) -> StandDown:
    return StandDown(user_id=user_id, user_version=version, at=AT)


def test_who_counts_is_appointed_once() -> None:
    given(administrators).when(appoint(USER)).then(appointed(USER))
    given(administrators, appointed(USER)).when(appoint(USER, 5)).then_nothing()


def test_m14_the_last_one_stays() -> None:
    given(administrators, appointed(USER)).when(stand_down(USER)).refused(LastAdministrator)
    given(administrators, appointed(USER), appointed(OTHER)).when(stand_down(USER)).then(stood_down(USER))
    past = (appointed(USER), appointed(OTHER), stood_down(USER))
    given(administrators, *past).when(stand_down(OTHER)).refused(LastAdministrator)


def test_m14_one_who_is_not_counted_yet_may_still_be_the_last() -> None:
    given(administrators).when(stand_down(USER)).refused(LastAdministrator)
    given(administrators, appointed(OTHER)).when(stand_down(USER)).then(stood_down(USER))


def test_who_stood_down_is_not_appointed_by_somebody_who_looked_before_that() -> None:
    past = (appointed(USER), appointed(OTHER), stood_down(USER, 4))
    given(administrators, *past).when(appoint(USER, 4)).then_nothing()
    given(administrators, *past).when(appoint(USER, 3)).then_nothing()
    given(administrators, *past).when(appoint(USER, 5)).then(appointed(USER, 5))


def test_standing_down_twice_at_one_version_changes_nothing() -> None:
    given(administrators, appointed(USER), appointed(OTHER), stood_down(USER)).when(stand_down(USER)).then_nothing()


async def several(world: World, count: int) -> list[UUID]:
    ids = [UUID(int=100 + number) for number in range(count)]
    for number, user_id in enumerate(ids):
        await world.handlers.register(person(user_id, f"a{number}@example.jp"), by())
        await world.active(user_id)
    return ids


async def left(world: World, ids: list[UUID]) -> int:
    folded = [user.fold(fact.event for fact in await world.store.load(one)) for one in ids]
    return sum(one.counts for one in folded)


@pytest.mark.parametrize("way", ["demote", "suspend", "delete"])
async def test_m14_the_last_administrator_is_kept_whatever_is_tried(world: World, way: str) -> None:
    first, second = await several(world, 2)
    ask = {
        "demote": lambda one: world.handlers.change(one, DEMOTED, by(f"user:{first}")),
        "suspend": lambda one: world.handlers.suspend(one, by(f"user:{first if one == second else second}")),
        "delete": lambda one: world.handlers.delete(one, by(f"user:{first if one == second else second}")),
    }[way]
    await ask(second)
    with pytest.raises(LastAdministrator):
        await ask(first)
    assert await left(world, [first, second]) == 1


async def test_m14_two_who_demote_each_other_at_once_leave_one() -> None:
    for _ in range(10):
        here = World()
        first, second = await several(here, 2)
        done = await asyncio.gather(
            here.handlers.change(second, DEMOTED, by(f"user:{first}")),
            here.handlers.change(first, DEMOTED, by(f"user:{second}")),
            return_exceptions=True,
        )
        assert sum(isinstance(one, LastAdministrator) for one in done) == 1
        assert await left(here, [first, second]) == 1


async def test_m14_of_twenty_who_are_all_demoted_at_once_one_stays(world: World) -> None:
    ids = await several(world, 20)
    # Those who lose five races in a row are told so; whoever asks again gets an answer.
    for _ in range(10):
        await asyncio.gather(*(world.handlers.change(one, DEMOTED, by()) for one in ids), return_exceptions=True)
    assert await left(world, ids) == 1


async def test_m14_who_is_promoted_while_being_settled_late_is_counted_once(world: World) -> None:
    first, second = await several(world, 2)
    await world.handlers.change(second, DEMOTED, by())
    await world.handlers.administration.settle(second, by())
    await world.handlers.change(second, Changes(profile={}, role=Role.PORTAL_ADMIN), by())
    await world.handlers.administration.settle(second, by())
    await world.handlers.change(first, DEMOTED, by())
    assert await left(world, [first, second]) == 1


async def test_a_crash_between_the_two_streams_counts_too_few_and_the_same_command_goes_on(world: World) -> None:
    first, second = await several(world, 2)
    same = by(f"user:{first}")
    append = world.store.append

    async def crash(stream_id: UUID, *arguments: object, **named: object) -> object:
        if stream_id == second:
            raise ConnectionError
        return await append(stream_id, *arguments, **named)  # type: ignore[arg-type]

    world.store.append = crash  # type: ignore[assignment, method-assign]
    with pytest.raises(ConnectionError):
        await world.handlers.change(second, DEMOTED, same)
    world.store.append = append  # type: ignore[method-assign]
    with pytest.raises(LastAdministrator):
        await world.handlers.change(first, DEMOTED, by())
    await world.handlers.change(second, DEMOTED, same)
    assert await left(world, [first, second]) == 1
    assert len(world.facts(AdministratorStoodDown)) == 1


async def test_a_pending_administrator_may_be_demoted(world: World) -> None:
    await world.handlers.register(person(USER, "a@example.jp"), by())
    await world.handlers.change(USER, DEMOTED, by(tenant_id=TENANT))
    assert not world.facts(AdministratorStoodDown)
