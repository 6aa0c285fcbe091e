"""Recovery codes: shown once, each good for one login, never a way around the limits."""

import asyncio
import json
from collections import Counter
from datetime import timedelta

import httpx

from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import Person, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP


async def _codes(person: Person, key: str = "") -> list[str]:
    answer = await person.own("POST", "recovery-codes", {"code": person.totp()}, key=key)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    person.world.clock.advance(timedelta(seconds=30))
    found: list[str] = answer.json()["codes"]
    return found


async def _left(person: Person) -> tuple[int, int]:
    answer = (await person.own("GET", "recovery-codes")).json()
    return answer["left"], answer["total"]


async def test_sh02_a_recovery_code_stands_in_for_the_app_once(world: World) -> None:
    person = await world.activated()
    assert await _left(person) == (0, 0)
    codes = await _codes(person)
    assert len(set(codes)) == 10
    assert await _left(person) == (10, 10)
    assert (await person.code(await person.login(), codes[3])).status_code == 200
    again = await person.code(await person.login(), codes[3])
    assert (again.status_code, again.json()["code"], again.json()["triesLeft"]) == (401, "code-wrong", 4)
    assert await _left(person) == (9, 10)
    assert (await person.code(await person.login(), person.totp())).status_code == 200
    typed = codes[4].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert (await person.code(await person.login(), f" {typed} ")).status_code == 200


async def test_sh02_a_new_set_kills_the_old_one_and_a_set_is_shown_once(world: World) -> None:
    person = await world.activated()
    code = {"code": person.totp()}
    old = (await person.own("POST", "recovery-codes", code, key="once")).json()["codes"]
    shown = await person.own("POST", "recovery-codes", code, key="once")
    assert (shown.status_code, shown.json()["code"]) == (409, "recovery-codes-shown")
    world.clock.advance(timedelta(seconds=30))
    new = await _codes(person)
    assert (await person.code(await person.login(), old[0])).json()["code"] == "code-wrong"
    assert (await person.code(await person.login(), new[0])).status_code == 200
    assert len(await world.rows("SELECT FROM guard.recovery_code")) == 10


async def test_sh02_the_app_must_be_at_hand_to_make_codes_and_wrong_ones_count(world: World) -> None:
    person = await world.activated()
    for _ in range(9):
        answer = await person.own("POST", "recovery-codes", {"code": await person.wrong()})
        assert (answer.status_code, answer.json()["code"]) == (403, "code-wrong")
    answer = await person.own("POST", "recovery-codes", {"code": await person.wrong()})
    assert (answer.status_code, answer.json()["code"]) == (423, "credential-locked")
    assert (await person.begin()).status_code == 423
    assert len(await world.named("credential.locked")) == 1


async def test_sh02_a_code_of_the_app_makes_one_set(world: World) -> None:
    person = await world.activated()
    code = person.totp()
    calls = [person.own("POST", "recovery-codes", {"code": code}) for _ in range(10)]
    assert Counter(one.status_code for one in await asyncio.gather(*calls)) == {200: 1, 403: 9}


async def test_sh02_who_gets_codes_by_mail_has_no_recovery_codes(world: World) -> None:
    person = await world.activated(MAIL)
    answer = await person.own("POST", "recovery-codes", {"code": "123456"})
    assert (answer.status_code, answer.json()["code"]) == (409, "recovery-needs-totp")


async def test_sh02_recovery_codes_die_with_the_factor(world: World) -> None:
    person = await world.activated()
    codes = await _codes(person)
    pending = await person.login()
    await person.administered("/second-factor-reset")
    assert (await person.code(pending, codes[0])).json()["code"] == "login-expired"
    assert await world.rows("SELECT FROM guard.recovery_code") == []
    assert await _left(person) == (0, 0)


async def test_asvs_6_5_1_a_recovery_code_makes_one_session_of_200(world: World) -> None:
    person = await world.activated()
    codes = await _codes(person)
    # Two logins take nine wrong tries besides the right one: one more would lock, and end the session again.
    logins = [await person.login() for _ in range(2)]

    async def tried(login: str) -> httpx.Response:
        answer = await person.code(login, codes[0])
        while answer.status_code == 503:
            await asyncio.sleep(0.05)
            answer = await person.code(login, codes[0])
        return answer

    answers = await asyncio.gather(*(tried(logins[n % 2]) for n in range(200)))
    told = Counter("ok" if one.status_code == 200 else str(one.json()["code"]) for one in answers)
    assert told["ok"] == 1
    assert told.keys() <= {"ok", "code-wrong", "login-expired"}
    # Guessing among recovery codes is guessing all the same: each login takes five tries.
    assert 5 <= told["code-wrong"] <= 9
    assert len(await world.named("session.started")) == 1
    assert await _left(person) == (9, 10)


async def test_a12_no_recovery_code_is_in_a_fact_or_readable_in_a_table(world: World) -> None:
    person = await world.activated()
    codes = await _codes(person)
    facts = await world.rows("SELECT convert_from(data, 'UTF8') AS data FROM es.events")
    rows = await world.rows("SELECT t::text AS data FROM guard.recovery_code t")
    everything = json.dumps([row["data"] for row in [*facts, *rows]])
    for code in codes:
        for part in (code, code.replace("-", ""), code[5:], code.replace("-", "")[4:]):
            assert part not in everything
    assert all(row["data"].count("$argon2id$") == 1 for row in rows)
