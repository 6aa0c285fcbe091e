"""Facts that lie about a person, or come too late: nobody is shown to another company, and nobody comes back."""

from dataclasses import replace
from uuid import uuid4

import pytest

from kernel.adapters.clock import new_id
from kernel.domain.errors import Unreadable
from services.notifier.consumers.sight import CredentialActivated, JoinedGroup, UserDeleted, UserSuspended
from tests.integration.notifier.newsdesk import Desk
from tests.integration.notifier.world import World

HANAKO = "hanako.sato@example.co.jp"


@pytest.mark.parametrize("kind", [JoinedGroup, UserSuspended, UserDeleted])
async def test_a_fact_of_another_company_about_a_person_is_set_aside_and_changes_nothing(
    world: World, kind: type
) -> None:
    desk = Desk(world)
    user = await desk.viewer(HANAKO)
    before = await _people(world)
    about = replace(world.about("users", user), tenant_id=uuid4())
    fact = kind(user_id=user, group_id=new_id()) if kind is JoinedGroup else kind(user_id=user)
    with pytest.raises(Unreadable):
        await desk.told(fact, about)
    assert await _people(world) == before


async def test_who_was_deleted_does_not_come_back_by_what_is_told_of_them_late(world: World) -> None:
    desk = Desk(world)
    user = await desk.viewer(HANAKO)
    await desk.told(UserDeleted(user_id=user))
    await desk.told(CredentialActivated(user_id=user))
    await desk.told(JoinedGroup(user_id=user, group_id=desk.group_id))
    assert await _people(world) == ([], [])


async def _people(world: World) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    people = await world.pool.fetch("SELECT user_id, tenant_id, suspended FROM notice.person")
    members = await world.pool.fetch("SELECT user_id, group_id FROM notice.member")
    return [tuple(row) for row in people], [tuple(row) for row in members]
