"""Everything at once: what may be used once is used once, and exactly the allowed number of guesses is answered."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterable
from datetime import timedelta

import httpx
import pytest

from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import PASSWORD, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP


async def _told(calls: Iterable[Awaitable[httpx.Response]]) -> Counter[str]:
    answers = await asyncio.gather(*calls)
    return Counter("ok" if one.status_code == 200 else str(one.json()["code"]) for one in answers)


async def test_cve_2026_1035_a_link_sets_one_password_of_200(world: World) -> None:
    person = await world.register(MAIL)
    await person.confirm()
    told = await _told(person.step("password", password=f"{PASSWORD} {n}") for n in range(200))
    assert told["ok"] == 1
    assert told.keys() <= {"ok", "activation-used", "busy"}
    assert len(await world.named("credential.password-set")) == 1
    right = [(await person.begin(f"{PASSWORD} {n}", ip=f"192.0.2.{n}")).status_code for n in range(45)]
    assert right.count(200) <= 1


async def test_cve_2026_1035_a_link_confirms_once_of_200(world: World) -> None:
    person = await world.register()
    told = await _told(person.confirm() for _ in range(200))
    assert told == {"ok": 1, "step-order": 199}


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_cve_2026_1035_a_code_makes_one_session_of_200(world: World, factor: SecondFactor) -> None:
    person = await world.activated(factor)
    login = await person.login()
    code = await person.right()
    told = await _told(person.code(login, code) for _ in range(200))
    assert told == {"ok": 1, "login-expired": 199}
    assert len(await world.named("session.started")) == 1


async def test_asvs_6_5_1_a_code_of_the_app_makes_one_session_in_10_logins(world: World) -> None:
    person = await world.activated(TOTP)
    # A code that was used is a wrong one: the tenth would lock, and end the session again.
    logins = [await person.login() for _ in range(10)]
    code = person.totp()
    told = await _told(person.code(login, code) for login in logins)
    assert told["ok"] == 1
    assert told["code-wrong"] == 9


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_cve_2025_69615_500_guesses_at_once_get_five_answers_a_login(world: World, factor: SecondFactor) -> None:
    person = await world.activated(factor)
    login, wrong = await person.login(), await person.wrong() if factor is TOTP else "xxxxxx"
    told = await _told(person.code(login, wrong) for _ in range(500))
    assert told == {"code-wrong": 5, "login-expired": 495}


async def test_cve_2025_64102_guesses_in_20_logins_at_once_get_10_answers(world: World) -> None:
    person = await world.activated(TOTP)
    logins = [await person.login() for _ in range(20)]
    wrong = await person.wrong()
    told = await _told(person.code(login, wrong) for login in logins for _ in range(25))
    assert told["code-wrong"] == 9
    assert told["credential-locked"] >= 1
    assert told["ok"] == 0
    assert len(await world.named("credential.locked")) == 1
    (row,) = await world.rows("SELECT failures FROM guard.code_tries")
    assert row["failures"] == 10


async def test_s06_500_confirmations_at_once_get_five_answers(world: World) -> None:
    person = await world.register()
    told = await _told(person.confirm(name=f"{n}") for n in range(500))
    assert told == {"identity-mismatch": 5, "activation-frozen": 495}


async def test_m03_wrong_passwords_at_once_get_five_answers(world: World) -> None:
    person = await world.activated()
    told = await _told(person.begin("wrong password") for _ in range(60))
    assert told["credentials-wrong"] == 5
    assert told["too-many-tries"] == 55


async def test_s14_resends_at_once_are_limited_and_one_code_lives(world: World) -> None:
    person = await world.activated(MAIL)
    login = await person.login()
    told = await _told(world.call("/logins/resend", {"login": login}) for _ in range(50))
    assert told == {"ok": 3, "too-many-tries": 47}
    rows = await world.rows("SELECT challenge_id FROM guard.mail_code")
    alive = [await person.mailed_again(row["challenge_id"]) for row in rows]
    assert sorted(one.status_code for one in alive) == [200, 410, 410, 410]


async def test_m02_links_asked_for_at_once_leave_one_alive(world: World) -> None:
    person = await world.activated()
    await asyncio.gather(*(world.call("/password-resets", person.who) for _ in range(8)))
    # Two at once, as when one process ends while the next begins; more would lose five races in a row now and then.
    await asyncio.gather(_work(world), _work(world))
    rows = await world.rows("SELECT activation_id FROM guard.activation")
    answers = [await world.call(f"/activations/{row['activation_id']}/link", by="notifier") for row in rows]
    assert len(answers) == 9
    assert sorted(one.status_code for one in answers) == [200] + [410] * 8


async def _work(world: World) -> None:
    while await world.built.reset.work():
        world.clock.advance(timedelta(microseconds=1))
