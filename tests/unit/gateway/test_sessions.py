"""What a session is measured against at each request."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from gateway.application.errors import SessionMissing
from gateway.application.sessions import Sessions
from gateway.application.steps import LoginPassed, Proof
from gateway.application.viewer import Origin, Role
from gateway.projections.credential import CredentialRow
from kernel.domain.errors import Unavailable
from kernel.domain.recorded import LogPosition
from tests.unit.gateway.fakes import NOW, SESSION_ID, START, TENANT, USER
from tests.unit.gateway.fakes_boards import person
from tests.unit.gateway.world import World

PASSED = LoginPassed(
    session_id=SESSION_ID, user_id=USER, tenant_id=TENANT, method=Proof.TOTP, started_at=NOW, position=START
)


@pytest.fixture
def sessions(world: World) -> Sessions:
    world.starts_session()
    return world.journeys.sessions


async def test_s16_who_passed_both_steps_is_known_by_the_token(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    viewer = await sessions.viewer(opened.token)
    assert viewer is not None
    assert (viewer.user_id, viewer.tenant_id, viewer.name) == (USER, TENANT, "佐藤 花子")
    assert (viewer.role, viewer.origin) == (Role.PORTAL_ADMIN, Origin.APPLICATION_FORM)


async def test_a6_a_session_that_another_takes_the_place_of_ends_for_the_record_too(
    sessions: Sessions, world: World
) -> None:
    world.progress.behind = True
    before = await sessions.admit(replace(PASSED, session_id=UUID(int=77)), world.asked())
    opened = await sessions.admit(PASSED, world.asked())
    await sessions.replace(before.token, opened, world.asked())
    assert list(world.sessions.kept) == [opened.token]
    assert world.identity.ended == [(UUID(int=77), "LOGOUT")]


async def test_a_login_finished_twice_under_one_key_leaves_one_token_and_ends_nothing(
    sessions: Sessions, world: World
) -> None:
    first, again = await sessions.admit(PASSED, world.asked()), await sessions.admit(PASSED, world.asked())
    await sessions.replace(first.token, again, world.asked())
    assert list(world.sessions.kept) == [again.token]
    assert world.identity.ended == []


async def test_what_cannot_be_ended_now_hinders_no_login(sessions: Sessions, world: World) -> None:
    first, second = await sessions.admit(PASSED, world.asked()), await sessions.admit(PASSED, world.asked())
    world.sessions.down = True
    await sessions.replace(first.token, second, world.asked())
    world.sessions.down = False
    assert await sessions.alive(second.token, timedelta(minutes=30))


async def test_each_session_has_a_form_token_of_its_own(sessions: Sessions, world: World) -> None:
    first, second = await sessions.admit(PASSED, world.asked()), await sessions.admit(PASSED, world.asked())
    assert first.session.csrf_token != second.session.csrf_token


async def test_a_token_nobody_was_given_opens_nothing(sessions: Sessions) -> None:
    assert await sessions.viewer("made-up") is None


async def test_a_session_ends_after_twelve_hours_however_busy(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    for _ in range(12 * 3 - 1):
        world.clock.forward(timedelta(minutes=20))
        assert await sessions.viewer(opened.token) is not None
    world.clock.forward(timedelta(minutes=20))
    assert await sessions.viewer(opened.token) is None


async def test_s43_a_password_set_later_ends_the_session(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    world.boards.credentials[USER] = CredentialRow(user_id=USER, password_set_at=NOW + timedelta(seconds=1))
    assert await sessions.viewer(opened.token) is None
    assert opened.token not in world.sessions.kept


async def test_a_password_set_before_the_login_does_not_end_it(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    world.boards.credentials[USER] = CredentialRow(user_id=USER, password_set_at=NOW - timedelta(seconds=1))
    assert await sessions.viewer(opened.token) is not None


async def test_a_locked_credential_has_no_session(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    world.boards.credentials[USER] = CredentialRow(user_id=USER, locked=True)
    assert await sessions.viewer(opened.token) is None


async def test_a_session_that_identity_ended_is_over(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    del world.boards.sessions[SESSION_ID]
    assert await sessions.viewer(opened.token) is None


async def test_a_session_that_is_over_before_it_is_opened_is_not_kept(sessions: Sessions, world: World) -> None:
    world.boards.credentials[USER] = CredentialRow(user_id=USER, locked=True)
    with pytest.raises(SessionMissing):
        await sessions.admit(PASSED, world.asked())
    assert not world.sessions.kept


async def test_a_session_whose_start_was_not_read_yet_is_not_over(sessions: Sessions, world: World) -> None:
    world.boards.sessions.clear()
    world.progress.behind = True
    opened = await sessions.admit(PASSED, world.asked())
    assert await sessions.viewer(opened.token) is not None


async def test_nobody_is_let_in_while_the_read_models_cannot_be_asked(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    world.boards.down = True
    with pytest.raises(Unavailable):
        await sessions.viewer(opened.token)


async def test_a_forgotten_person_has_no_name(sessions: Sessions, world: World) -> None:
    world.boards.persons[USER] = person(name="", email="")
    opened = await sessions.admit(PASSED, world.asked())
    viewer = await sessions.viewer(opened.token)
    assert viewer is not None
    assert (viewer.name, viewer.email) == ("", "")


async def test_somebody_who_is_not_in_the_read_model_yet_may_administer_nothing(
    sessions: Sessions, world: World
) -> None:
    world.boards.persons.clear()
    opened = await sessions.admit(PASSED, world.asked())
    viewer = await sessions.viewer(opened.token)
    assert viewer is not None
    assert viewer.role is Role.GENERAL_USER
    assert viewer.origin is None


async def test_logging_out_works_while_identity_is_down(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    world.identity.down = True
    await sessions.end(opened.token, opened.session, world.asked())
    assert await sessions.viewer(opened.token) is None


async def test_a_session_remembers_the_furthest_of_its_own_writes(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    near = LogPosition(service="users", epoch=1, partition=0, position=10)
    for position in (replace(near, position=12), near, replace(near, partition=1)):
        await sessions.remember(opened.token, position)
    kept = world.sessions.kept[opened.token].positions
    assert kept == (START, replace(near, position=12), replace(near, partition=1))
