"""M7: what ends or suspends a person starts from the version that its caller saw."""

import pytest

from kernel.domain.errors import PreconditionFailed
from services.users.application.handlers import UserHandlers
from services.users.domain.events import UserDeleted, UserReinstated, UserSuspended
from tests.unit.users.test_administering import added
from tests.unit.users.world import World, by

DEEDS = (UserHandlers.suspend, UserHandlers.reinstate, UserHandlers.delete)


@pytest.mark.parametrize("deed", DEEDS)
async def test_m7_an_old_version_is_refused_and_nothing_is_written(world: World, deed: object) -> None:
    user_id = await added(world)
    await world.handlers.suspend(user_id, by(), 1)
    before = len(world.store.log)
    with pytest.raises(PreconditionFailed):
        await deed(world.handlers, user_id, by(), 1)  # type: ignore[operator]
    assert len(world.store.log) == before


async def test_m7_the_present_version_is_taken_and_the_same_wish_is_answered_again(world: World) -> None:
    user_id = await added(world)
    same = by()
    for _ in range(2):
        await world.handlers.suspend(user_id, same, 1)
    await world.handlers.reinstate(user_id, by(), 2)
    await world.handlers.delete(user_id, by(), 3)
    assert [type(one) for one in world.facts(UserSuspended, UserReinstated, UserDeleted)] == [
        UserSuspended,
        UserReinstated,
        UserDeleted,
    ]
