"""What people do with their own way in: password, sessions, logins, over HTTP and a real database."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.identity.domain.credential import credential
from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import PASSWORD, Person, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP
NEW = "an even better secret"
ROUTES = (
    ("POST", "password", {"current": PASSWORD, "new": NEW, "endOthers": False, "sessionId": str(uuid4())}),
    ("GET", "sessions", None),
    ("POST", "sessions/end", {"sessionId": str(uuid4())}),
    ("GET", "logins", None),
    ("GET", "recovery-codes", None),
    ("POST", "recovery-codes", {"code": "123456"}),
)


def _said(answer: httpx.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json() and answer.json().get("code")


async def _change(person: Person, session_id: str, **other: Any) -> httpx.Response:
    body = {"current": person.password, "new": NEW, "endOthers": False, "sessionId": session_id, **other}
    return await person.own("POST", "password", body)


async def _open(person: Person) -> list[str]:
    return [one["sessionId"] for one in (await person.own("GET", "sessions")).json()["items"]]


async def test_a_password_is_changed_by_who_knows_it_and_the_session_goes_on(world: World) -> None:
    person = await world.activated()
    first, second = await person.session(), await person.session()
    pending = await person.login()
    answer = await _change(person, first)
    assert answer.status_code == 200
    assert answer.headers["X-Log-Position"].startswith("identity;")
    assert await _open(person) == [second, first]
    assert (await person.code(pending, person.totp())).json()["code"] == "login-expired"
    assert (await person.begin()).json()["code"] == "credentials-wrong"
    person.password = NEW
    await person.session()
    assert len(await world.rows("SELECT FROM guard.password")) == 1


async def test_asvs_7_4_3_a_changed_password_may_end_all_other_sessions(world: World) -> None:
    person = await world.activated()
    first, second, kept = [await person.session() for _ in range(3)]
    assert (await _change(person, kept, endOthers=True)).status_code == 200
    assert await _open(person) == [kept]
    state = credential.fold(await world.facts(person.user_id))
    assert str(state.kept_session_id) == kept
    history = (await person.own("GET", "logins")).json()["items"]
    assert [(one["sessionId"], one["endReason"]) for one in history] == [
        (kept, None),
        (second, "ELSEWHERE"),
        (first, "ELSEWHERE"),
    ]


async def test_m03_wrong_present_passwords_make_wait_like_wrong_ones_at_the_login(world: World) -> None:
    person = await world.activated()
    session_id = await person.session()
    told = [_said(await _change(person, session_id, current="wrong password")) for _ in range(7)]
    assert told == [(403, "current-password-wrong")] * 5 + [(429, "too-many-tries")] * 2
    closed = await _change(person, session_id)
    assert (closed.status_code, closed.headers["Retry-After"]) == (429, "1")
    # The login from elsewhere stays open: who tries in one place locks nobody out of another.
    assert (await person.begin()).status_code == 200
    world.clock.advance(timedelta(seconds=1))
    assert (await _change(person, session_id)).status_code == 200
    assert await world.rows("SELECT FROM guard.password_tries") == []


async def test_n04_the_new_password_obeys_the_same_rules(world: World) -> None:
    person = await world.activated()
    session_id = await person.session()
    answer = await _change(person, session_id, new="short")
    assert _said(answer) == (422, "password-refused")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/new", "too-short")]
    own = await _change(person, session_id, new="hanako-sato-1", email="hanako.sato@example.co.jp", name="Hanako Sato")
    assert [one["code"] for one in own.json()["errors"]] == ["context-word"]


async def test_a_change_that_is_sent_twice_is_made_once(world: World) -> None:
    person = await world.activated()
    body = {"current": PASSWORD, "new": NEW, "endOthers": False, "sessionId": await person.session()}
    answers = [await person.own("POST", "password", body, key="once") for _ in range(3)]
    assert [one.status_code for one in answers] == [200] * 3
    assert len({one.headers["X-Log-Position"] for one in answers}) == 1
    assert len(await world.named("credential.password-changed")) == 1


async def test_asvs_7_5_2_people_see_where_they_are_logged_in_and_end_it(world: World) -> None:
    person = await world.activated(MAIL)
    first = await person.session()
    world.clock.advance(timedelta(minutes=5))
    second = await person.session()
    (newest, oldest) = (await person.own("GET", "sessions")).json()["items"]
    assert (newest["sessionId"], oldest["sessionId"]) == (second, first)
    assert (oldest["clientIp"], oldest["userAgent"], oldest["method"]) == ("192.0.2.7", "test", "MAIL_OTP")
    assert oldest["startedAt"] < newest["startedAt"]
    ended = await person.own("POST", "sessions/end", {"sessionId": first})
    assert ended.headers["X-Log-Position"].startswith("identity;")
    assert await _open(person) == [second]
    assert _said(await person.own("POST", "sessions/end", {"sessionId": str(uuid4())})) == (404, "session-unknown")


async def test_asvs_7_4_5_all_sessions_but_one_end_at_once(world: World) -> None:
    person = await world.activated(MAIL)
    sessions = [await person.session() for _ in range(4)]
    world.clock.advance(timedelta(seconds=1))
    body = {"others": True, "sessionId": sessions[1]}
    assert (await person.own("POST", "sessions/end", body)).status_code == 200
    assert await _open(person) == [sessions[1]]
    lost = {"others": True, "sessionId": sessions[0]}
    assert _said(await person.own("POST", "sessions/end", lost)) == (404, "session-unknown")
    assert await _open(person) == [sessions[1]]


async def test_nobody_ends_or_keeps_the_session_of_another(world: World) -> None:
    person, other = await world.activated(MAIL), await world.activated(MAIL)
    own, foreign = await person.session(), await other.session()
    for body in ({"sessionId": foreign}, {"others": True, "sessionId": foreign}):
        assert _said(await person.own("POST", "sessions/end", body)) == (404, "session-unknown")
    assert _said(await _change(person, foreign, endOthers=True)) == (404, "session-unknown")
    assert (await _open(person), await _open(other)) == ([own], [foreign])


async def test_d14_logins_are_listed_page_by_page_while_new_ones_come_in(world: World) -> None:
    person = await world.activated(MAIL)
    sessions = [await person.session() for _ in range(7)]
    await world.call(f"/sessions/{sessions[0]}/end", {"userId": str(person.user_id), "reason": "LOGOUT"})
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await person.own("GET", f"logins?limit=3{f'&cursor={cursor}' if cursor else ''}")).json()
        seen += [one["sessionId"] for one in page["items"]]
        cursor = page["nextCursor"]
        if len(seen) == 3:
            await person.session()
    assert seen == sessions[::-1]
    last = (await person.own("GET", "logins?limit=100")).json()["items"][-1]
    assert (last["outcome"], last["endReason"], last["endedAt"] is not None) == ("PASSED", "LOGOUT", True)
    assert (await person.own("GET", "logins?limit=101")).status_code == 422
    assert _said(await person.own("GET", f"logins?cursor={uuid4()}")) == (422, "cursor-unreadable")


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_asvs_8_4_1_what_is_ones_own_is_nobody_elses(world: World, method: str, path: str, body: Any) -> None:
    person, other = await world.activated(MAIL), await world.activated(MAIL)
    route = f"/credentials/{person.user_id}/{path}"
    own, foreign = f"user:{person.user_id}", f"user:{other.user_id}"
    for subject, tenant in ((foreign, {}), (own, {"tenant": uuid4()})):
        answer = await world.ask(method, route, body, scope="credentials:self", subject=subject, **tenant)
        assert _said(answer) == (404, "credential-unknown")
    answer = await world.ask(method, route, body, scope="credentials:admin", subject=own)
    assert answer.status_code == 403
