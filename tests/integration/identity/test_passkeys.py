"""Passkeys as the second step of the login and of a proof, over HTTP and a real database."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.identity.application.tenants import LoginPolicy
from services.identity.domain.events import PasskeyAdded, PasskeyRemoved, SecondFactor
from tests.integration.identity.authenticator import Key
from tests.integration.identity.world import PASSWORD, Person, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP


def _said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "") if answer.content else ""


async def _stepped_up(person: Person) -> str:
    session = await person.session()
    assert (await person.own("POST", "step-up", {"sessionId": session, "password": PASSWORD})).status_code == 200
    answer = await person.own("POST", "step-up/code", {"sessionId": session, "code": await person.right()})
    assert answer.status_code == 200, answer.text
    person.world.clock.advance(timedelta(seconds=30))
    return session


async def _question(person: Person, session: str) -> dict[str, Any]:
    body = {"sessionId": session, "email": person.email, "name": "佐藤 花子"}
    answer = await person.own("POST", "passkeys/question", body)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()["publicKey"]
    return read


async def _add(person: Person, session: str, said: dict[str, Any], key: str = "") -> httpx.Response:
    body = {"sessionId": session, "name": "青い鍵", "credential": said}
    return await person.own("POST", "passkeys", body, key=key)


async def _with_key(world: World, factor: SecondFactor = TOTP) -> tuple[Person, Key, str]:
    """Return somebody with a passkey, and a session that may still change things."""
    person, key = await world.activated(factor), Key()
    session = await _stepped_up(person)
    assert (await _add(person, session, key.made(await _question(person, session)))).status_code == 200
    return person, key, session


async def _asked(world: World, login: str) -> dict[str, Any]:
    answer = await world.call("/logins/passkey-question", {"login": login})
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()["publicKey"]
    return read


async def _answer(world: World, login: str, said: dict[str, Any], key: str = "") -> httpx.Response:
    return await world.call("/logins/passkey", {"login": login, "credential": said}, key=key)


async def test_sh03_a_passkey_is_the_second_step_of_a_login(world: World) -> None:
    person, key, _ = await _with_key(world)
    begun = (await person.begin()).json()
    assert (begun["method"], begun["passkeys"]) == ("TOTP", True)
    assert (await world.call("/logins/state", {"login": begun["login"]})).json()["passkeys"] is True
    question = await _asked(world, begun["login"])
    assert (question["rpId"], question["userVerification"]) == ("localhost", "discouraged")
    assert [one["transports"] for one in question["allowCredentials"]] == [["usb"]]
    said, again = key.signed(question), str(uuid4())
    answer = await _answer(world, begun["login"], said, again)
    assert (answer.status_code, answer.json()["method"]) == (200, "PASSKEY"), answer.text
    assert (await _answer(world, begun["login"], said, again)).json() == answer.json()
    (started,) = await world.facts(UUID(answer.json()["sessionId"]))
    assert (started.method, started.amr) == ("PASSKEY", ("pwd", "pop", "mfa"))
    (one,) = (await person.own("GET", "passkeys")).json()["items"]
    assert (one["name"], one["synced"]) == ("青い鍵", False)
    assert one["usedAt"] is not None


async def test_the_code_of_the_app_still_works_beside_a_passkey(world: World) -> None:
    person, _, _ = await _with_key(world)
    assert await person.session()


async def test_a_passkey_without_the_password_gets_nowhere(world: World) -> None:
    _, key, _ = await _with_key(world)
    assert _said(await world.call("/logins/passkey-question", {"login": "x" * 43})) == (401, "login-expired")
    assert _said(await _answer(world, "x" * 43, key.signed({"challenge": "AAAA"}))) == (401, "login-expired")


async def test_a_challenge_is_taken_once_and_by_its_own_login(world: World) -> None:
    person, key, _ = await _with_key(world)
    one, two = await person.login(), await person.login()
    first, second = await _asked(world, one), await _asked(world, two)
    assert first["challenge"] != second["challenge"]
    assert _said(await _answer(world, one, key.signed(second))) == (401, "passkey-wrong")
    # The question was used up by the wrong answer, so the right one comes too late.
    assert _said(await _answer(world, one, key.signed(first))) == (401, "passkey-wrong")
    assert (await _answer(world, one, key.signed(await _asked(world, one)))).status_code == 200
    assert (await _answer(world, two, key.signed(second))).status_code == 200


async def test_a_challenge_dies_with_its_login(world: World) -> None:
    person, key, _ = await _with_key(world)
    login = await person.login()
    question = await _asked(world, login)
    world.clock.advance(timedelta(minutes=10))
    assert _said(await _answer(world, login, key.signed(question))) == (401, "login-expired")


@pytest.mark.parametrize(
    "other",
    [
        {"origin": "https://portal.example.org"},
        {"origin": "http://localhost:8081"},
        {"type": "webauthn.create"},
        {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
async def test_a_signature_for_another_place_or_purpose_is_refused(world: World, other: dict[str, str]) -> None:
    person, key, _ = await _with_key(world)
    login = await person.login()
    said = key.signed(await _asked(world, login), **other)
    assert _said(await _answer(world, login, said)) == (401, "passkey-wrong")


async def test_a_signature_for_another_site_is_refused(world: World) -> None:
    person, key, _ = await _with_key(world)
    login = await person.login()
    key.site = "example.org"
    assert _said(await _answer(world, login, key.signed(await _asked(world, login)))) == (401, "passkey-wrong")


async def test_somebody_elses_key_is_none(world: World) -> None:
    person, _, _ = await _with_key(world)
    _, other, _ = await _with_key(world)
    login = await person.login()
    assert _said(await _answer(world, login, other.signed(await _asked(world, login)))) == (401, "passkey-wrong")


@pytest.mark.parametrize("counter", [0, 1])
async def test_a_counter_that_does_not_move_on_tells_of_a_copy(world: World, counter: int) -> None:
    person, key, _ = await _with_key(world)
    login = await person.login()
    assert (await _answer(world, login, key.signed(await _asked(world, login)))).status_code == 200
    login, key.counter = await person.login(), counter
    assert _said(await _answer(world, login, key.signed(await _asked(world, login)))) == (401, "passkey-wrong")


@pytest.mark.parametrize(
    "said",
    [{}, {"id": "AAAA"}, {"id": 7}, {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"x": "y"}}],
)
async def test_nonsense_is_refused_and_counted(world: World, said: dict[str, Any]) -> None:
    person, _, _ = await _with_key(world)
    login = await person.login()
    await _asked(world, login)
    answers = [await _answer(world, login, said) for _ in range(6)]
    assert [_said(one)[1] for one in answers] == ["passkey-wrong"] * 5 + ["login-expired"]
    assert [one.json().get("triesLeft") for one in answers[:5]] == [4, 3, 2, 1, 0]


async def test_who_has_a_passkey_is_mailed_no_code_until_they_ask(world: World) -> None:
    person, key, _ = await _with_key(world, MAIL)
    mails = len(await world.named("challenge.mail-code-issued"))
    login = await person.login()
    assert len(await world.named("challenge.mail-code-issued")) == mails
    assert (await _answer(world, login, key.signed(await _asked(world, login)))).status_code == 200
    login = await person.login()
    assert (await world.call("/logins/resend", {"login": login})).status_code == 200
    assert (await person.code(login, await person.mailed())).status_code == 200


async def test_s17_a_passkey_outlives_the_codes_by_mail(world: World) -> None:
    person, key, _ = await _with_key(world, MAIL)
    await world.decides(
        login_policy=LoginPolicy(effective_from=world.clock() - timedelta(days=1), legacy_until=world.clock())
    )
    login = await person.login()
    assert _said(await world.call("/logins/resend", {"login": login})) == (403, "login-method-ended")
    assert (await _answer(world, login, key.signed(await _asked(world, login)))).status_code == 200


async def test_a_passkey_is_added_only_after_both_proofs(world: World) -> None:
    person, key = await world.activated(), Key()
    session = await person.session()
    body = {"sessionId": session}
    assert _said(await person.own("POST", "passkeys/question", body)) == (403, "step-up-needed")
    assert _said(await _add(person, session, key.made({"challenge": "AAAA"}))) == (403, "step-up-needed")
    remove = {"sessionId": session, "passkeyId": str(uuid4())}
    assert _said(await person.own("POST", "passkeys/remove", remove)) == (403, "step-up-needed")


async def test_a_key_that_was_made_elsewhere_or_twice_is_refused(world: World) -> None:
    person, key, session = await _with_key(world)
    for other in ({"origin": "https://portal.example.org"}, {"type": "webauthn.get"}):
        said = Key().made(await _question(person, session), **other)
        assert _said(await _add(person, session, said)) == (422, "passkey-refused")
    assert _said(await _add(person, session, key.made(await _question(person, session)))) == (422, "passkey-refused")
    question = await _question(person, session)
    assert len(question["excludeCredentials"]) == 1
    said, again = Key().made(question), str(uuid4())
    for _ in range(2):
        assert (await _add(person, session, said, again)).status_code == 200
    assert _said(await _add(person, session, said)) == (422, "passkey-refused")
    added = [fact for fact in await world.facts(person.user_id) if isinstance(fact, PasskeyAdded)]
    assert len(added) == 2


async def test_a_passkey_that_was_removed_lets_nobody_in(world: World) -> None:
    person, key, session = await _with_key(world)
    login = await person.login()
    question = await _asked(world, login)
    (one,) = (await person.own("GET", "passkeys")).json()["items"]
    body = {"sessionId": session, "passkeyId": one["passkeyId"]}
    assert (await person.own("POST", "passkeys/remove", body)).status_code == 200
    assert [fact for fact in await world.facts(person.user_id) if isinstance(fact, PasskeyRemoved)]
    assert _said(await _answer(world, login, key.signed(question))) == (401, "passkey-wrong")
    assert (await person.own("GET", "passkeys")).json()["items"] == []
    assert await world.rows("SELECT FROM guard.passkey") == []
    assert (await person.begin()).json()["passkeys"] is False


async def test_an_administrators_reset_ends_passkeys_too(world: World) -> None:
    person, _, _ = await _with_key(world)
    assert (await person.administered("/second-factor-reset")).status_code == 200
    person.token = await person.newest_link()
    await person.confirm()
    person.seed = (await person.step("totp")).json()["secret"]
    await person.step("totp-confirmation", code=person.totp())
    world.clock.advance(timedelta(seconds=30))
    login = await person.login()
    assert _said(await world.call("/logins/passkey-question", {"login": login})) == (404, "passkey-unknown")
    assert (await world.call("/logins/state", {"login": login})).json()["passkeys"] is False


async def test_sh03_a_passkey_is_a_proof_and_a_code_by_mail_is_none_beside_it(world: World) -> None:
    person, key, _ = await _with_key(world, MAIL)
    login = await person.login()
    session = (await _answer(world, login, key.signed(await _asked(world, login)))).json()["sessionId"]
    mails = len(await world.named("challenge.mail-code-issued"))
    begun = await person.own("POST", "step-up", {"sessionId": session, "password": PASSWORD})
    assert begun.json()["passkeys"] is True
    assert len(await world.named("challenge.mail-code-issued")) == mails
    question = (await person.own("POST", "step-up/passkey-question", {"sessionId": session})).json()["publicKey"]
    body = {"sessionId": session, "credential": key.signed(question)}
    assert (await person.own("POST", "step-up/passkey", body)).json()["proven"] is True
    assert (await person.own("POST", "authenticator", {"sessionId": session})).status_code == 200


async def test_people_see_their_own_passkeys_and_nobody_elses(world: World) -> None:
    person, _, session = await _with_key(world)
    other, _, others = await _with_key(world)
    (one,) = (await person.own("GET", "passkeys")).json()["items"]
    body = {"sessionId": others, "passkeyId": one["passkeyId"]}
    assert _said(await other.own("POST", "passkeys/remove", body)) == (404, "passkey-unknown")
    assert len((await person.own("GET", "passkeys")).json()["items"]) == 1
    assert session != others
    assert "青い鍵" not in repr(await world.rows("SELECT * FROM guard.passkey"))
