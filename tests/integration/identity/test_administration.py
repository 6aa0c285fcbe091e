"""What administrators do with the ways in of their people, over HTTP and a real database."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import Person, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP
COMMANDS = ("/unlock", "/activation", "/second-factor-reset")


def _said(answer: httpx.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json() and answer.json().get("code")


async def _locked(world: World) -> Person:
    person = await world.activated(TOTP)
    for _ in range(2):
        login = await person.login()
        for _ in range(5):
            await person.code(login, await person.wrong())
    assert (await person.begin()).status_code == 423
    return person


async def test_m02_an_administrator_sees_how_far_a_person_has_come(world: World) -> None:
    person = await world.register(TOTP)
    seen = await person.look()
    link = seen["activation"]
    assert (seen["state"], seen["secondFactor"]) == ("PENDING_ACTIVATION", "TOTP")
    assert (link["state"], link["purpose"], link["step"]) == ("OPEN", "ACTIVATION", "CONFIRM")
    world.clock.advance(timedelta(hours=72))
    assert (await person.look())["activation"]["state"] == "EXPIRED"
    assert _said(await person.administered("/activation"))[0] == 200
    for _ in range(5):
        person.token = await person.newest_link()
        await person.confirm(name="somebody else")
    assert (await person.look())["activation"]["state"] == "FROZEN"
    await person.administered("/activation")
    person.token = await person.newest_link()
    await person.activate()
    seen = await person.look()
    assert (seen["state"], seen["activation"]["state"], seen["lastLoginAt"]) == ("ACTIVE", "USED", None)
    before = world.clock()
    await person.session()
    assert (await person.look())["lastLoginAt"] == before.isoformat().replace("+00:00", "Z")


async def test_d03_a_link_that_is_sent_again_kills_the_one_before(world: World) -> None:
    person = await world.register(MAIL)
    answer = await person.administered("/activation", key="once")
    assert answer.headers["X-Log-Position"].startswith("identity;")
    assert (await person.administered("/activation", key="once")).status_code == 200
    assert len(await world.named("credential.activation-issued")) == 2
    assert (await person.step("state")).json()["code"] == "activation-replaced"
    person.token = await person.newest_link()
    await person.activate()
    assert _said(await person.administered("/activation")) == (409, "credential-active")


async def test_ten_links_a_day_are_enough(world: World) -> None:
    person = await world.register(MAIL)
    told = [(await person.administered("/activation")).status_code for _ in range(11)]
    assert told == [200] * 9 + [429] * 2
    world.clock.advance(timedelta(days=1))
    assert (await person.administered("/activation")).status_code == 200


async def test_d08_an_administrator_unlocks_at_once_and_for_good(world: World) -> None:
    person = await _locked(world)
    seen = await person.look()
    assert (seen["state"], seen["lockedAt"] is not None) == ("LOCKED", True)
    world.clock.advance(timedelta(minutes=1))
    assert (await person.administered("/unlock", key="once")).status_code == 200
    assert (await person.look())["state"] == "ACTIVE"
    await person.session()
    assert (await person.administered("/unlock", key="once")).status_code == 200
    (unlocked,) = await world.named("credential.unlocked")
    assert unlocked == person.user_id


async def test_d08_unlocking_by_hand_is_finished_by_the_next_login_after_a_crash(world: World) -> None:
    person = await _locked(world)
    rows = await world.rows("SELECT user_id, failures, since, locked_at FROM guard.code_tries")
    world.clock.advance(timedelta(minutes=1))
    await person.administered("/unlock")
    for row in rows:
        await world.log.pool.execute(
            "UPDATE guard.code_tries SET failures = $2, since = $3, locked_at = $4 WHERE user_id = $1", *row.values()
        )
    await person.session()
    assert await world.rows("SELECT FROM guard.code_tries WHERE locked_at IS NOT NULL") == []


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_sh02_asvs_6_4_4_a_reset_factor_must_be_proved_anew(world: World, factor: SecondFactor) -> None:
    person = await world.activated(factor)
    await person.session()
    pending, code = await person.login(), await person.right()
    old, answer = person.seed, await person.administered("/second-factor-reset", key="once")
    assert answer.headers["X-Log-Position"].startswith("identity;")
    assert (await person.administered("/second-factor-reset", key="once")).status_code == 200
    assert len(await world.named("credential.second-factor-reset")) == 1
    assert (await person.code(pending, code)).json()["code"] == "login-expired"
    assert (await person.begin()).json()["code"] == "credentials-wrong"
    assert await world.rows("SELECT FROM guard.enrolment") == []
    person.token = await person.newest_link()
    state = (await person.step("state")).json()
    assert (state["purpose"], state["steps"]) == ("FACTOR_RESET", ["CONFIRM", "TOTP"][: 2 if factor is TOTP else 1])
    assert (await person.confirm(name="somebody else")).json()["code"] == "identity-mismatch"
    done = await person.confirm()
    assert done.status_code == 200
    if factor is TOTP:
        person.seed = (await person.step("totp")).json()["secret"]
        assert person.seed != old
        done = await person.step("totp-confirmation", code=person.totp())
        world.clock.advance(timedelta(seconds=30))
    assert done.json()["state"] == "DONE"
    await person.session()
    # Sent once more, the old wish takes nothing of the new setup away.
    await person.administered("/second-factor-reset", key="once")
    await person.session()


async def test_asvs_6_4_3_a_lost_password_is_no_way_around_a_reset_factor(world: World) -> None:
    person = await world.activated(TOTP)
    await person.administered("/second-factor-reset")
    await person.reset()
    person.token = await person.newest_link()
    assert (await person.step("state")).json()["steps"] == ["CONFIRM", "PASSWORD", "TOTP"]


async def test_a_factor_that_was_never_set_up_cannot_be_reset(world: World) -> None:
    person = await world.register()
    assert _said(await person.administered("/second-factor-reset")) == (409, "credential-not-active")


async def test_who_is_suspended_is_not_administered(world: World) -> None:
    person = await world.activated()
    await world.built.following.suspended(person.user_id, world.because())
    for command in COMMANDS:
        assert _said(await person.administered(command)) == (423, "credential-disabled")


async def test_asvs_8_4_1_nobody_of_another_tenant_is_seen_or_touched(world: World) -> None:
    person = await world.activated()
    before = len(await world.facts(person.user_id))
    for user_id, tenant in ((person.user_id, uuid4()), (uuid4(), UUID("0198f000-0000-7000-8000-00000000aaaa"))):
        for command in COMMANDS:
            answer = await world.ask("POST", f"/credentials/{user_id}{command}", tenant=tenant)
            assert _said(answer) == (404, "credential-unknown")
        assert _said(await world.ask("GET", f"/credentials/{user_id}", tenant=tenant))[0] == 404
    assert len(await world.facts(person.user_id)) == before


@pytest.mark.parametrize("scope", ["login", "credentials:self", "links:fetch"])
async def test_only_the_scope_of_administrators_opens_their_routes(world: World, scope: str) -> None:
    person = await world.activated()
    for command in COMMANDS:
        answer = await world.ask("POST", f"/credentials/{person.user_id}{command}", scope=scope)
        assert answer.status_code == 403
