"""What becomes of a credential when the person is suspended, changed or deleted, over a real database."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.identity.domain.credential import credential
from services.identity.domain.events import (
    CredentialDisabled,
    PasswordSet,
    SecondFactor,
    SecondFactorChanged,
    SessionsEnded,
)
from services.identity.domain.session import session
from tests.integration.identity.world import Person, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP


async def _alive(person: Person) -> list[UUID]:
    """Return the person's sessions that nothing has ended, as a reader of the facts would find them."""
    world = person.world
    state = credential.fold(await world.facts(person.user_id))
    alive = []
    for session_id in await world.named("session.started"):
        one = session.fold(await world.facts(session_id))
        assert one.started_at is not None
        if one.user_id == person.user_id and not one.ended and not state.ended(session_id, one.started_at):
            alive.append(session_id)
    return alive


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_asvs_7_4_2_a_suspended_person_is_out_at_once(world: World, factor: SecondFactor) -> None:
    person = await world.activated(factor)
    session_id = UUID(await person.session())
    pending = await person.login()
    code = await person.right()
    assert await _alive(person) == [session_id]
    await world.built.following.suspended(person.user_id, world.because())
    assert await _alive(person) == []
    assert (await person.code(pending, code)).json()["code"] == "login-expired"
    refused = await person.begin()
    assert (refused.status_code, refused.json()["code"]) == (423, "credential-disabled")
    assert (await person.begin("wrong")).json()["code"] == "credentials-wrong"
    assert (await person.look())["state"] == "DISABLED"


async def test_a_suspended_persons_links_are_dead_and_none_is_made(world: World) -> None:
    person = await world.register()
    await world.built.following.suspended(person.user_id, world.because())
    for step in ("state", "totp"):
        answer = await person.step(step)
        assert (answer.status_code, answer.json()["code"]) == (410, "activation-revoked")
    assert (await person.confirm()).json()["code"] == "activation-revoked"
    issued = (await world.facts(person.user_id))[1]
    assert (await world.call(f"/activations/{issued.activation_id}/link", by="notifier")).status_code == 410
    assert (await person.reset()).status_code == 202
    assert len(await world.named("credential.activation-issued")) == 1
    await world.built.following.reinstated(person.user_id, world.because())
    assert (await person.step("state")).json()["code"] == "activation-replaced"
    person.token = await person.newest_link()
    await person.activate()
    await person.session()


async def test_a_reinstated_person_logs_in_anew(world: World) -> None:
    person = await world.activated()
    await person.session()
    await world.built.following.suspended(person.user_id, world.because())
    world.clock.advance(timedelta(minutes=1))
    await world.built.following.reinstated(person.user_id, world.because())
    assert await _alive(person) == []
    assert await _alive(person) == []
    session_id = UUID(await person.session())
    assert await _alive(person) == [session_id]
    assert len(await world.named("credential.activation-issued")) == 1
    assert len(await world.rows("SELECT FROM guard.activation")) == 1


async def test_a_fact_of_users_that_comes_again_changes_nothing(world: World) -> None:
    person = await world.activated(MAIL)
    following = world.built.following
    for _ in range(3):
        await following.suspended(person.user_id, world.because(1))
    for _ in range(3):
        await following.reinstated(person.user_id, world.because(2))
    for _ in range(3):
        await following.assigned(person.user_id, TOTP, world.because(3))
    kinds = [type(fact) for fact in await world.facts(person.user_id)]
    assert kinds.count(CredentialDisabled) == kinds.count(SecondFactorChanged) == 1
    assert kinds.count(SessionsEnded) == 3
    assert len(await world.rows("SELECT FROM guard.activation")) == 2


async def test_s26_who_is_deleted_leaves_the_mail_address_to_another(world: World) -> None:
    person = await world.activated()
    await world.built.following.suspended(person.user_id, world.because())
    await world.built.following.deleted(person.user_id, world.because())
    await world.built.following.deleted(person.user_id, world.because())
    assert (await person.begin()).json()["code"] == "credentials-wrong"
    for table in ("person", "password", "enrolment", "login"):
        assert await world.rows(f"SELECT FROM guard.{table} WHERE user_id = $1", person.user_id) == [], table
    other = uuid4()
    await world.built.registration.open(other, person.said, "ja", MAIL, world.because())
    assert (await world.facts(other))[0].second_factor is MAIL


async def test_s06_who_has_another_name_is_confirmed_by_that_one(world: World) -> None:
    person = await world.register(MAIL)
    await world.built.following.changed(person.user_id, "佐藤 春子", "090-1111-2222", "en")
    assert (await person.confirm()).json()["code"] == "identity-mismatch"
    new = {"name": "佐藤春子", "contactPhoneNumber": "+81 90-1111-2222"}
    assert (await person.confirm(**new)).status_code == 200


async def test_n03_s47_an_authenticator_that_is_assigned_is_set_up_before_the_next_login(world: World) -> None:
    person = await world.activated(MAIL)
    await person.session()
    pending = await person.login()
    code = await person.right()
    await world.built.following.assigned(person.user_id, TOTP, world.because())
    assert await _alive(person) == []
    assert (await person.code(pending, code)).json()["code"] == "login-expired"
    assert (await person.begin()).json()["code"] == "credentials-wrong"
    assert (await person.look())["state"] == "PENDING_SECOND_FACTOR"
    person.factor, person.token = TOTP, await person.newest_link()
    state = (await person.step("state")).json()
    assert (state["purpose"], state["steps"]) == ("FACTOR_RESET", ["CONFIRM", "TOTP"])
    assert (await person.step("totp")).json()["code"] == "step-order"
    assert (await person.confirm()).status_code == 200
    person.seed = (await person.step("totp")).json()["secret"]
    assert (await person.step("totp-confirmation", code=person.totp())).json()["state"] == "DONE"
    world.clock.advance(timedelta(seconds=30))
    await person.session()
    assert [type(fact) for fact in await world.facts(person.user_id)].count(PasswordSet) == 1


async def test_n03_codes_by_mail_that_are_assigned_count_from_the_next_login(world: World) -> None:
    person = await world.activated(TOTP)
    pending, code = await person.login(), person.totp()
    await world.built.following.assigned(person.user_id, MAIL, world.because())
    assert (await person.code(pending, code)).json()["code"] == "login-expired"
    assert await world.rows("SELECT FROM guard.enrolment") == []
    person.factor = MAIL
    await person.session()


async def test_asvs_7_4_2_no_session_slips_through_while_a_person_is_suspended(world: World) -> None:
    person = await world.activated(MAIL)
    for _ in range(6):
        pending = [(await person.login(), await person.right()) for _ in range(3)]
        calls = [person.code(login, code) for login, code in pending]
        await asyncio.gather(
            calls[0], calls[1], world.built.following.suspended(person.user_id, world.because()), calls[2]
        )
        await world.built.following.reinstated(person.user_id, world.because())
        world.clock.advance(timedelta(minutes=30))
        assert await _alive(person) == []
