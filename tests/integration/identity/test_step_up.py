"""Showing again that it is oneself, and another authenticator by one's own hand."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pyotp
import pytest

from services.identity.domain.events import SecondFactor, SecondFactorChanged, SessionsEnded, TotpEnrolled
from tests.integration.identity.world import PASSWORD, Person, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP


def _said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "") if answer.content else ""


async def _begin(person: Person, session: str, password: str = PASSWORD) -> httpx.Response:
    return await person.own("POST", "step-up", {"sessionId": session, "password": password})


async def _prove(person: Person, session: str, code: str) -> httpx.Response:
    return await person.own("POST", "step-up/code", {"sessionId": session, "code": code})


async def _setup(person: Person, session: str) -> httpx.Response:
    body = {"sessionId": session, "email": person.email, "language": "ja"}
    return await person.own("POST", "authenticator", body)


async def _confirm(
    person: Person, session: str, code: str, *, end_others: bool = False, key: str = ""
) -> httpx.Response:
    body = {"sessionId": session, "code": code, "endOthers": end_others}
    return await person.own("POST", "authenticator/confirmation", body, key=key)


async def _stepped_up(person: Person) -> str:
    """Return a session in which both proofs were given again."""
    session = await person.session()
    assert (await _begin(person, session)).status_code == 200
    answer = await _prove(person, session, await person.right())
    assert answer.json()["proven"] is True, answer.text
    person.world.clock.advance(timedelta(seconds=30))
    return session


def _code(world: World, seed: str) -> str:
    return pyotp.TOTP(seed).at(int(world.clock().timestamp()))


@pytest.mark.parametrize("factor", [TOTP, MAIL])
async def test_n03_a_person_takes_another_app_into_use_after_both_proofs(world: World, factor: SecondFactor) -> None:
    person = await world.activated(factor)
    session = await _stepped_up(person)
    setup = (await _setup(person, session)).json()
    assert setup == (await _setup(person, session)).json()
    assert setup["otpauthUri"].startswith("otpauth://totp/")
    assert _said(await _confirm(person, session, "000000"))[0] in (200, 403)
    key = str(uuid4())
    for _ in range(2):
        assert (await _confirm(person, session, _code(world, setup["secret"]), key=key)).status_code == 200
    facts = [fact for fact in await world.facts(person.user_id) if isinstance(fact, SecondFactorChanged)]
    assert [(fact.second_factor, fact.setup) for fact in facts] == [(TOTP, False)]
    world.clock.advance(timedelta(seconds=30))
    old, person.factor = person.seed, TOTP
    login = await person.login()
    if old:
        assert _said(await person.code(login, person.totp())) == (401, "code-wrong")
    person.seed = setup["secret"]
    assert (await person.code(login, person.totp())).status_code == 200


async def test_n03_codes_by_mail_are_no_proof_for_who_has_an_app(world: World) -> None:
    person = await world.activated()
    session = await person.session()
    begun = (await _begin(person, session)).json()
    assert (begun["method"], begun["proven"]) == ("TOTP", False)
    assert await world.named("challenge.mail-code-issued") == []


async def test_the_mail_of_such_a_code_says_what_it_is_for(world: World) -> None:
    person = await world.activated(MAIL)
    session = await person.session()
    assert (await _begin(person, session)).json()["method"] == "MAIL_OTP"
    (issued,) = await world.facts((await world.named("challenge.mail-code-issued"))[-1])
    assert issued.purpose == "STEP_UP"
    assert (await _prove(person, session, await person.mailed())).json()["proven"] is True
    assert (await person.mailed_again(await person.challenge())).status_code == 410


async def test_the_password_alone_opens_nothing(world: World) -> None:
    person = await world.activated()
    session = await person.session()
    assert _said(await _setup(person, session)) == (403, "step-up-needed")
    assert _said(await _prove(person, session, person.totp())) == (403, "step-up-needed")
    assert _said(await _begin(person, session, "wrong password")) == (403, "current-password-wrong")
    await _begin(person, session)
    assert _said(await _setup(person, session)) == (403, "step-up-needed")
    assert _said(await _confirm(person, session, "123456")) == (403, "step-up-needed")


async def test_a_proof_counts_ten_minutes_and_in_its_session_alone(world: World) -> None:
    person = await world.activated()
    other = await person.session()
    session = await _stepped_up(person)
    assert _said(await _setup(person, other)) == (403, "step-up-needed")
    world.clock.advance(timedelta(minutes=9))
    assert (await _setup(person, session)).status_code == 200
    world.clock.advance(timedelta(minutes=1))
    assert _said(await _setup(person, session)) == (403, "step-up-needed")


async def test_what_ends_trust_ends_a_proof(world: World) -> None:
    person = await world.activated()
    session = await _stepped_up(person)
    body = {"current": PASSWORD, "new": "another rare long one", "endOthers": False, "sessionId": session}
    assert (await person.own("POST", "password", body)).status_code == 200
    assert _said(await _setup(person, session)) == (403, "step-up-needed")


async def test_nobody_shows_it_in_somebody_elses_session(world: World) -> None:
    person, other = await world.activated(), await world.activated()
    session = await other.session()
    assert _said(await _begin(person, session)) == (404, "session-unknown")
    answer = await world.ask(
        "POST",
        f"/credentials/{other.user_id}/step-up",
        {"sessionId": session, "password": PASSWORD},
        scope="credentials:self",
        subject=f"user:{person.user_id}",
    )
    assert answer.status_code == 404


async def test_wrong_codes_count_with_those_of_the_login_and_end_the_proof(world: World) -> None:
    person = await world.activated()
    session, wrong = await person.session(), await person.wrong()
    await _begin(person, session)
    answers = [await _prove(person, session, wrong) for _ in range(6)]
    assert [_said(one) for one in answers] == [(403, "code-wrong")] * 5 + [(403, "step-up-needed")]
    assert [one.json().get("triesLeft") for one in answers[:5]] == [4, 3, 2, 1, 0]
    (row,) = await world.rows("SELECT failures FROM guard.code_tries WHERE user_id = $1", person.user_id)
    assert row["failures"] == 5


async def test_a_code_of_the_app_that_logged_in_is_no_proof_again(world: World) -> None:
    person = await world.activated()
    login, code = await person.login(), person.totp()
    session = (await person.code(login, code)).json()["sessionId"]
    await _begin(person, session)
    assert _said(await _prove(person, session, code)) == (403, "code-wrong")


async def test_sh02_a_recovery_code_is_a_proof_once_for_who_lost_the_app(world: World) -> None:
    person = await world.activated()
    codes = (await person.own("POST", "recovery-codes", {"code": person.totp()})).json()["codes"]
    world.clock.advance(timedelta(seconds=30))
    session = await person.session()
    await _begin(person, session)
    assert (await _prove(person, session, codes[0])).json()["proven"] is True
    await _begin(person, session)
    assert _said(await _prove(person, session, codes[0])) == (403, "code-wrong")


async def test_n03_other_sessions_end_where_the_person_wants_it_and_recovery_codes_always(world: World) -> None:
    person = await world.activated()
    await person.own("POST", "recovery-codes", {"code": person.totp()})
    world.clock.advance(timedelta(seconds=30))
    other = await person.session()
    session = await _stepped_up(person)
    seed = (await _setup(person, session)).json()["secret"]
    assert (await _confirm(person, session, _code(world, seed), end_others=True)).status_code == 200
    ended = [fact for fact in await world.facts(person.user_id) if isinstance(fact, SessionsEnded)]
    assert [str(fact.kept_session_id) for fact in ended] == [session]
    listed = (await person.own("GET", "sessions")).json()["items"]
    assert [one["sessionId"] for one in listed] == [session]
    assert other not in str(listed)
    left: dict[str, Any] = (await person.own("GET", "recovery-codes")).json()
    assert left["total"] == 0
    enrolled = [fact for fact in await world.facts(person.user_id) if isinstance(fact, TotpEnrolled)]
    kept = await world.rows("SELECT enrolment_id FROM guard.enrolment WHERE user_id = $1", person.user_id)
    assert [row["enrolment_id"] for row in kept] == [enrolled[-1].enrolment_id]
    # It lets in, so it lets nobody change it once more without new proofs.
    assert _said(await _setup(person, session)) == (403, "step-up-needed")


async def test_a_login_that_waits_for_the_old_app_is_over(world: World) -> None:
    person = await world.activated()
    session = await _stepped_up(person)
    seed = (await _setup(person, session)).json()["secret"]
    login = await person.login()
    world.clock.advance(timedelta(seconds=30))
    assert (await _confirm(person, session, _code(world, seed))).status_code == 200
    assert _said(await person.code(login, person.totp())) == (401, "login-expired")
    assert UUID(session) in await world.named("session.started")
