"""A new link for who lost the password."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from services.identity.application.reset import PasswordReset
from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import PASSWORD, World
from tests.integration.kernel.flow import until

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP
NEW = "a very new secret"


def _said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_s43_the_answer_is_the_same_for_known_and_unknown(world: World) -> None:
    person = await world.activated()
    answers = [
        await person.reset(),
        await person.reset(name="x"),
        await person.reset(email="nobody@example.co.jp"),
    ]
    assert {(one.status_code, one.text, *sorted(one.headers)) for one in answers} == {
        (202, "null", "content-length", "content-type")
    }


@pytest.mark.parametrize("other", [{"name": "x"}, {"contactPhoneNumber": "03-0000-0000"}, {"email": "x@example.com"}])
async def test_s43_a_link_is_made_only_when_all_three_match(world: World, other: dict[str, str]) -> None:
    person = await world.activated()
    await person.reset(**other)
    assert len(await world.named("credential.activation-issued")) == 1
    await person.reset()
    assert len(await world.named("credential.activation-issued")) == 2


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_s43_a_reset_sets_the_password_and_touches_nothing_else(world: World, factor: SecondFactor) -> None:
    person = await world.activated(factor)
    await person.reset()
    person.token = await person.newest_link()
    state = (await person.step("state")).json()
    assert (state["purpose"], state["steps"], state["state"]) == ("PASSWORD_RESET", ["PASSWORD"], "PASSWORD")
    assert _said(await person.confirm()) == (409, "step-order")
    assert _said(await person.step("totp")) == (409, "step-order")
    assert _said(await person.step("password", password=f"{person.email}1"))[1] == "password-refused"
    assert (await person.step("password", password=NEW)).json()["state"] == "DONE"
    assert _said(await person.step("password", password=NEW)) == (410, "activation-used")
    assert _said(await person.begin(PASSWORD)) == (401, "credentials-wrong")
    person.password = NEW
    assert (await person.code(await person.login(), await person.right())).status_code == 200
    kinds = [type(fact).__name__ for fact in await world.facts(person.user_id)]
    assert kinds[-3:] == ["CredentialActivated", "ActivationIssued", "PasswordSet"]


async def test_s43_who_never_activated_confirms_and_enrols_again(world: World) -> None:
    person = await world.register()
    await person.confirm()
    await person.step("password", password=PASSWORD)
    await person.reset()
    person.token = await person.newest_link()
    state = (await person.step("state")).json()
    assert (state["purpose"], state["steps"]) == ("ACTIVATION", ["CONFIRM", "PASSWORD", "TOTP"])
    await person.activate()
    assert (await person.code(await person.login(), person.totp())).status_code == 200


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_s43_logins_under_way_end_with_the_old_password(world: World, factor: SecondFactor) -> None:
    person = await world.activated(factor)
    login = await person.login()
    await person.reset()
    person.token = await person.newest_link()
    code = await person.right()
    await person.step("password", password=NEW)
    assert _said(await person.code(login, code)) == (401, "login-expired")


async def test_s43_a_login_that_saw_the_old_password_ends_even_if_nobody_cleaned_up(world: World) -> None:
    person = await world.activated()
    login = await person.login()
    kept = await world.rows("SELECT * FROM guard.login")
    await person.reset()
    person.token = await person.newest_link()
    await person.step("password", password=NEW)
    await world.log.pool.execute(
        "INSERT INTO guard.login SELECT ($1::guard.login).* ON CONFLICT DO NOTHING", tuple(kept[0].values())
    )
    assert _said(await person.code(login, person.totp())) == (401, "login-expired")


async def test_d08_a_reset_forgives_wrong_passwords(world: World) -> None:
    person = await world.activated()
    for _ in range(7):
        await person.begin("wrong")
    assert (await person.begin()).status_code == 429
    await person.reset()
    person.token, person.password = await person.newest_link(), NEW
    await person.step("password", password=NEW)
    assert (await person.begin()).status_code == 200


async def test_s43_nobodys_mailbox_is_flooded_by_resets(world: World) -> None:
    person = await world.activated()
    for _ in range(15):
        await person.reset()
    assert len(await world.named("credential.activation-issued")) == 10
    world.clock.advance(timedelta(days=1, seconds=1))
    await person.reset()
    assert len(await world.named("credential.activation-issued")) == 11


async def test_s43_a_wish_outlives_the_process_that_took_it_in(world: World) -> None:
    person = await world.activated()
    await world.call("/password-resets", person.who)
    taken = await world.built.reset.requests.take(world.clock())
    assert taken is not None
    assert not await world.built.reset.work()
    world.clock.advance(timedelta(seconds=31))
    assert await world.built.reset.work()
    assert len(await world.named("credential.activation-issued")) == 2
    assert await world.rows("SELECT 1 FROM guard.reset_request") == []


async def test_s43_a_wish_that_is_sent_again_makes_one_link(world: World) -> None:
    person = await world.activated()
    key = str(uuid4())
    for _ in range(3):
        assert (await world.call("/password-resets", person.who, key=key)).status_code == 202
        await world.built.reset.work()
    assert len(await world.named("credential.activation-issued")) == 2


async def test_s43_wishes_are_looked_at_as_they_come(world: World) -> None:
    person = await world.activated()
    reset: PasswordReset = world.built.reset
    role = asyncio.ensure_future(reset.run())
    await world.call("/password-resets", person.who)

    async def granted() -> bool:
        return len(await world.named("credential.activation-issued")) == 2

    await until(granted)
    role.cancel()
    await asyncio.gather(role, return_exceptions=True)


async def test_what_waits_is_kept_unreadable(world: World) -> None:
    person = await world.activated()
    await world.call("/password-resets", person.who)
    (row,) = await world.rows("SELECT r::text AS all_of_it FROM guard.reset_request r")
    assert person.email.encode().hex() not in row["all_of_it"]
    assert person.email not in row["all_of_it"]
