"""The two steps of a login, over HTTP and a real database."""

from datetime import timedelta
from uuid import UUID, uuid4

import argon2
import httpx
import pytest

from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import PASSWORD, TENANT, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP


def _said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_s12_s16_only_both_proofs_make_a_session(world: World, factor: SecondFactor) -> None:
    person = await world.activated(factor)
    began = (await person.begin()).json()
    assert (began["method"], began["triesLeft"], len(began["login"])) == (factor, 5, 43)
    assert await world.named("session.started") == []
    state = await world.call("/logins/state", {"login": began["login"]})
    told = {name: value for name, value in began.items() if name != "login"}
    assert state.json() == {**told, "mayTrust": False, "endsAt": None}
    answer = await person.code(began["login"], await person.right())
    passed = answer.json()
    assert (passed["userId"], passed["tenantId"], passed["method"]) == (str(person.user_id), str(TENANT), factor)
    assert answer.headers["X-Log-Position"].startswith("identity;e1;p")
    (started,) = await world.facts(UUID(passed["sessionId"]))
    assert (started.user_id, started.method) == (person.user_id, factor)


async def test_s12_the_mail_address_may_be_typed_in_any_case(world: World) -> None:
    person = await world.activated()
    body = {"email": f" {person.email.upper()}", "password": PASSWORD}
    assert (await world.call("/logins", body)).status_code == 200


async def test_who_comes_to_a_full_queue_learns_and_changes_nothing_and_codes_go_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await world.activated()
    login = await person.login()
    monkeypatch.setattr(world.built.hasher, "_waiting", 10_000)
    for password in (PASSWORD, "wrong password"):
        answer = await person.begin(password)
        assert (_said(answer), answer.headers["Retry-After"]) == ((503, "busy"), "1")
    assert await world.rows("SELECT FROM guard.password_tries") == []
    assert (await person.code(login, await person.right())).status_code == 200


async def test_s12_unknown_people_wrong_passwords_and_unfinished_ways_look_the_same(world: World) -> None:
    person, unfinished = await world.activated(), await world.register()
    answers = [
        await person.begin("wrong password"),
        await world.call("/logins", {"email": "nobody@example.co.jp", "password": PASSWORD}),
        await unfinished.begin(),
    ]
    problems = [{name: value for name, value in one.json().items() if name != "traceId"} for one in answers]
    assert problems[0]["code"] == "credentials-wrong"
    assert problems[1:] == problems[:1] * 2
    assert len({(one.status_code, *sorted(set(one.headers) - {"date"})) for one in answers}) == 1


async def test_d08_wrong_passwords_make_wait_the_known_like_the_unknown_and_never_for_ever(world: World) -> None:
    person = await world.activated()
    for email in (person.email, "nobody@example.co.jp"):
        body = {"email": email, "password": "wrong password", "client": {"ip": "192.0.2.1"}}
        assert [(await world.call("/logins", body)).status_code for _ in range(7)] == [401] * 5 + [429] * 2
    closed = await person.begin(ip="192.0.2.1")
    assert _said(closed) == (429, "too-many-tries")
    assert closed.headers["Retry-After"] == "1"
    assert (await person.begin(ip="198.51.100.1")).status_code == 200
    for wait in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900):
        world.clock.advance(timedelta(seconds=wait))
        assert _said(await person.begin("wrong", ip="192.0.2.1"))[0] == 401
        assert _said(await person.begin("wrong", ip="192.0.2.1"))[0] == 429
    world.clock.advance(timedelta(seconds=900))
    assert (await person.begin(ip="192.0.2.1")).status_code == 200


async def test_d08_who_fails_from_many_networks_is_slowed_too(world: World) -> None:
    person = await world.activated()
    statuses = [(await person.begin("wrong", ip=f"192.0.2.{number}")).status_code for number in range(52)]
    assert statuses == [401] * 50 + [429] * 2
    world.clock.advance(timedelta(seconds=60))
    assert (await person.begin(ip="198.51.100.1")).status_code == 200


async def test_a_right_password_forgives_wrong_ones(world: World) -> None:
    person = await world.activated()
    for _ in range(3):
        assert [(await person.begin("wrong")).status_code for _ in range(4)] == [401] * 4
        assert (await person.begin()).status_code == 200


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_s14_s15_a_login_takes_five_codes(world: World, factor: SecondFactor) -> None:
    person = await world.activated(factor)
    login, wrong = await person.login(), await person.wrong() if factor is TOTP else "x"
    if factor is MAIL:
        wrong = "000000" if await person.mailed() != "000000" else "111111"
    answers = [await person.code(login, wrong) for _ in range(6)]
    assert [_said(one) for one in answers] == [(401, "code-wrong")] * 5 + [(401, "login-expired")]
    assert [one.json().get("triesLeft") for one in answers] == [4, 3, 2, 1, 0, None]
    assert _said(await person.code(login, await person.right() if factor is TOTP else "123456"))[1] == "login-expired"


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_s14_a_login_lives_ten_minutes(world: World, factor: SecondFactor) -> None:
    person = await world.activated(factor)
    login = await person.login()
    code = await person.right()
    world.clock.advance(timedelta(minutes=10))
    if factor is TOTP:
        code = person.totp()
    assert _said(await person.code(login, code)) == (401, "login-expired")
    assert _said(await world.call("/logins/state", {"login": login})) == (401, "login-expired")
    assert _said(await world.call("/logins/resend", {"login": login})) == (401, "login-expired")


async def test_s15_a_code_is_taken_once_in_all_logins(world: World) -> None:
    person = await world.activated()
    one, two = await person.login(), await person.login()
    assert (await person.code(one, person.totp())).status_code == 200
    assert _said(await person.code(two, person.totp())) == (401, "code-wrong")
    world.clock.advance(timedelta(seconds=30))
    assert _said(await person.code(two, person.totp(-1))) == (401, "code-wrong")
    assert _said(await person.code(two, person.totp(1))) == (401, "code-wrong")
    assert (await person.code(two, person.totp())).status_code == 200


async def test_s15_the_code_that_enrolled_the_app_does_not_log_in(world: World) -> None:
    person = await world.activated()
    assert _said(await person.code(await person.login(), person.totp(-1))) == (401, "code-wrong")


async def test_s15_the_step_before_is_accepted_once(world: World) -> None:
    person = await world.activated()
    world.clock.advance(timedelta(seconds=30))
    login, code = await person.login(), person.totp(-1)
    assert (await person.code(login, code)).status_code == 200


async def test_s14_a_code_belongs_to_its_login(world: World) -> None:
    person = await world.activated(MAIL)
    one = await person.login()
    code = await person.mailed()
    two = await person.login()
    if code != await person.mailed():
        assert _said(await person.code(two, code)) == (401, "code-wrong")
    assert (await person.code(one, code)).status_code == 200
    assert _said(await person.code(one, code)) == (401, "login-expired")


async def test_s14_resending_kills_the_code_before_and_resets_no_tries(world: World) -> None:
    person = await world.activated(MAIL)
    login = await person.login()
    old, first = await person.mailed(), await person.challenge()
    wrong = "000000" if old != "000000" else "111111"
    assert (await person.code(login, wrong)).json()["triesLeft"] == 4
    assert (await world.call("/logins/resend", {"login": login})).status_code == 200
    assert _said(await person.mailed_again(first)) == (410, "challenge-gone")
    fresh = await person.mailed()
    if fresh != old:
        assert (await person.code(login, old)).json()["triesLeft"] == 3
    assert (await person.code(login, fresh)).status_code == 200


async def test_s14_resending_is_limited_and_only_for_mailed_codes(world: World) -> None:
    person, other = await world.activated(MAIL), await world.activated(TOTP)
    login = await person.login()
    answers = [await world.call("/logins/resend", {"login": login}) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert int(answers[3].headers["Retry-After"]) > 0
    assert len(await world.facts((await world.named("challenge.mail-code-issued"))[-1])) == 4
    refused = await world.call("/logins/resend", {"login": await other.login()})
    assert _said(refused) == (409, "method-has-no-code")


async def test_a_resend_that_is_sent_again_mails_one_code(world: World) -> None:
    person = await world.activated(MAIL)
    login, key = await person.login(), str(uuid4())
    for _ in range(3):
        assert (await world.call("/logins/resend", {"login": login}, key=key)).status_code == 200
    assert len(await world.named("challenge.mail-code-issued")) == 2


async def test_nobodys_mailbox_is_flooded(world: World) -> None:
    person = await world.activated(MAIL)
    assert [(await person.begin()).status_code for _ in range(21)] == [200] * 20 + [429]
    world.clock.advance(timedelta(hours=1))
    assert (await person.begin()).status_code == 200


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_d08_ten_wrong_codes_a_day_lock_and_a_reset_unlocks(world: World, factor: SecondFactor) -> None:
    person = await world.activated(factor)
    told = []
    for _ in range(2):
        login = await person.login()
        wrong = await person.wrong()
        told += [_said(await person.code(login, wrong)) for _ in range(5)]
    assert told == [(401, "code-wrong")] * 9 + [(423, "credential-locked")]
    assert len(await world.named("credential.locked")) == 1
    assert _said(await person.begin()) == (423, "credential-locked")
    assert _said(await person.begin("wrong password")) == (401, "credentials-wrong")
    world.clock.advance(timedelta(days=2))
    assert _said(await person.begin()) == (423, "credential-locked")
    await person.reset()
    person.token, person.password = await person.newest_link(), "a very new secret"
    assert (await person.step("password", password=person.password)).json()["state"] == "DONE"
    assert len(await world.named("credential.unlocked")) == 1
    login = await person.login()
    assert (await person.code(login, await person.right())).status_code == 200


async def test_s14_a_success_does_not_clear_the_days_count(world: World) -> None:
    person = await world.activated(TOTP)
    for _ in range(2):
        login = await person.login()
        assert [(await person.code(login, await person.wrong())).status_code for _ in range(4)] == [401] * 4
        assert (await person.code(login, person.totp())).status_code == 200
        world.clock.advance(timedelta(seconds=30))
    login = await person.login()
    told = [(await person.code(login, await person.wrong())).status_code for _ in range(2)]
    assert told == [401, 423]


async def test_d08_the_count_begins_anew_after_a_day(world: World) -> None:
    person = await world.activated(TOTP)
    for _ in range(5):
        login = await person.login()
        assert [(await person.code(login, await person.wrong())).status_code for _ in range(4)] == [401] * 4
        world.clock.advance(timedelta(hours=25))


async def test_a_code_that_is_sent_again_answers_with_the_same_session(world: World) -> None:
    person = await world.activated()
    login, code, key = await person.login(), person.totp(), str(uuid4())
    one, two = await person.code(login, code, key), await person.code(login, code, key)
    assert one.status_code == two.status_code == 200
    assert (one.json(), one.headers["X-Log-Position"]) == (two.json(), two.headers["X-Log-Position"])
    assert _said(await person.code(login, code)) == (401, "login-expired")


async def test_a_session_ends_once_and_only_for_its_person(world: World) -> None:
    person = await world.activated()
    session = (await person.code(await person.login(), person.totp())).json()["sessionId"]
    foreign = await world.call(f"/sessions/{session}/end", {"userId": str(uuid4()), "reason": "LOGOUT"})
    assert _said(foreign) == (404, "session-unknown")
    for _ in range(2):
        body = {"userId": str(person.user_id), "reason": "LOGOUT"}
        assert (await world.call(f"/sessions/{session}/end", body)).status_code == 200
    assert len(await world.facts(UUID(session))) == 2


async def test_a13_a_hash_with_other_parameters_is_renewed_at_login(world: World) -> None:
    person = await world.activated()
    old = argon2.PasswordHasher(time_cost=1, memory_cost=128, parallelism=1).hash(PASSWORD)
    await world.log.pool.execute("UPDATE guard.password SET hash = $1", old)
    assert (await person.begin("wrong password")).status_code == 401
    assert (await world.rows("SELECT hash FROM guard.password"))[0]["hash"] == old
    for _ in range(2):
        assert (await person.begin()).status_code == 200
        assert (await world.rows("SELECT hash FROM guard.password"))[0]["hash"].startswith("$argon2id$v=19$m=64,t=1")


async def test_where_a_login_came_from_is_kept_sealed(world: World) -> None:
    person = await world.activated()
    await person.code(await person.login(), person.totp())
    (row,) = await world.rows("SELECT client_sealed FROM guard.session")
    assert b"192.0.2.7" not in row["client_sealed"]


async def test_only_the_gateway_logs_in_and_only_the_notifier_fetches(world: World) -> None:
    person = await world.activated(MAIL)
    await person.login()
    challenge = await person.challenge()
    assert (await world.call(f"/challenges/{challenge}/code")).status_code == 403
    assert (
        await world.call("/logins", {"email": person.email, "password": PASSWORD}, by="notifier")
    ).status_code == 403
    assert (await world.http.post("/logins", json={})).status_code == 401
