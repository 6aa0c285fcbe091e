"""Login and session over the public API."""

from collections.abc import Mapping

import httpx
import pytest

from gateway.application import cookies
from tests.unit.gateway.browser import browser, log_in
from tests.unit.gateway.fakes import START, TENANT, USER
from tests.unit.gateway.world import World

LOGIN = {"userId": "hanako.sato@example.co.jp", "password": "correct horse battery"}


def code_of(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    code: str = answer.json()["code"]
    return code


async def test_s12_the_first_proof_gives_no_session(world: World) -> None:
    async with browser(world) as http:
        answer = await http.post("/api/v1/login", json=LOGIN)
        assert answer.status_code == 200
        assert set(answer.json()) == {"method", "passkeys", "expiresAt", "triesLeft"}
        assert list(http.cookies) == [cookies.LOGIN]
        assert world.sessions.kept == {}


PERSONAL = ["/api/v1/session", "/api/v1/dashboard", "/api/v1/contracts", "/api/v1/applications", "/api/v1/events"]


@pytest.mark.parametrize("path", PERSONAL)
async def test_s16_with_a_pending_login_nothing_opens(world: World, path: str) -> None:
    async with browser(world) as http:
        await http.post("/api/v1/login", json=LOGIN)
        answer = await http.get(path)
        assert (answer.status_code, code_of(answer)) == (401, "session-missing")


async def test_s16_both_proofs_give_a_session(world: World) -> None:
    async with browser(world) as http:
        session = await log_in(http)
        assert session["userId"] == str(USER)
        assert session["tenantId"] == str(TENANT)
        assert (session["name"], session["role"], session["language"]) == ("佐藤 花子", "PORTAL_ADMIN", "ja")
        assert list(http.cookies) == [cookies.SESSION]
        assert (await http.get("/api/v1/session")).json() == session


async def test_a6_the_session_cookie_is_for_this_host_and_no_script(world: World) -> None:
    async with browser(world) as http:
        await http.post("/api/v1/login", json=LOGIN)
        answer = await http.post("/api/v1/login/code", json={"code": "492039"})
        header = next(line for line in answer.headers.get_list("set-cookie") if line.startswith(cookies.SESSION))
        for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert f"; {part}" in header
        assert "Domain" not in header


async def test_a6_a_new_login_gives_a_new_token_and_forgets_the_pending_one(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        first = http.cookies[cookies.SESSION]
        await log_in(http)
        assert http.cookies[cookies.SESSION] != first
        assert cookies.LOGIN not in http.cookies
        assert first not in world.sessions.kept


async def test_a6_a_token_set_by_somebody_else_is_no_session(world: World) -> None:
    async with browser(world) as http:
        http.cookies.set(cookies.SESSION, "fixed-by-an-attacker", domain="portal.example.co.jp")
        await log_in(http)
        assert http.cookies[cookies.SESSION] != "fixed-by-an-attacker"
        assert "fixed-by-an-attacker" not in world.sessions.kept


async def test_a_wrong_password_is_refused_in_identitys_words(world: World) -> None:
    async with browser(world) as http:
        answer = await http.post("/api/v1/login", json={**LOGIN, "password": "wrong"})
        assert (answer.status_code, code_of(answer)) == (401, "credentials-wrong")
        assert not http.cookies


async def test_a_wrong_code_says_how_many_tries_are_left(world: World) -> None:
    async with browser(world) as http:
        await http.post("/api/v1/login", json=LOGIN)
        answer = await http.post("/api/v1/login/code", json={"code": "000000"})
        assert (answer.status_code, code_of(answer), answer.json()["triesLeft"]) == (401, "code-wrong", 4)
        assert cookies.SESSION not in http.cookies


async def test_a_code_without_a_login_is_refused(world: World) -> None:
    async with browser(world) as http:
        answer = await http.post("/api/v1/login/code", json={"code": "492039"})
        assert (answer.status_code, code_of(answer)) == (401, "login-expired")
        assert world.identity.asked == []


async def test_s14_another_code_can_be_asked_for(world: World) -> None:
    async with browser(world) as http:
        await http.post("/api/v1/login", json=LOGIN)
        assert (await http.post("/api/v1/login/resend")).status_code == 200
        assert world.identity.resent == 1


async def test_logging_out_ends_the_session_at_once(world: World) -> None:
    async with browser(world) as http:
        session = await log_in(http)
        token = http.cookies[cookies.SESSION]
        answer = await http.delete("/api/v1/session", headers={"X-CSRF-Token": session["csrfToken"]})
        assert answer.status_code == 204
        assert not http.cookies
        http.cookies.set(cookies.SESSION, token, domain="portal.example.co.jp")
        assert (await http.get("/api/v1/session")).status_code == 401
        assert [reason for _, reason in world.identity.ended] == ["LOGOUT"]


@pytest.mark.parametrize("headers", [{}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "guessed"}])
async def test_a6_a_change_without_the_sessions_token_is_refused(world: World, headers: Mapping[str, str]) -> None:
    async with browser(world) as http:
        await log_in(http)
        for method, path in (("DELETE", "/api/v1/session"), ("PUT", "/api/v1/session/language")):
            answer = await http.request(method, path, headers=headers, json={"language": "en"})
            assert (answer.status_code, code_of(answer)) == (403, "csrf-refused")
        assert world.identity.ended == []
        assert world.users.chosen == []


async def test_a_read_waits_for_the_callers_own_write(world: World) -> None:
    async with browser(world) as http:
        session = await log_in(http)
        answer = await http.put(
            "/api/v1/session/language", json={"language": "en"}, headers={"X-CSRF-Token": session["csrfToken"]}
        )
        assert answer.status_code == 200
        kept = world.sessions.kept[http.cookies[cookies.SESSION]]
        assert kept.positions == (START, world.users.position)
        await http.get("/api/v1/dashboard")
        assert world.progress.waits[-1] == 0.8


async def test_i12_an_answer_that_may_be_older_than_the_callers_write_says_so(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        assert "x-stale" not in (await http.get("/api/v1/dashboard")).headers
        world.progress.behind = True
        answer = await http.get("/api/v1/dashboard")
        assert (answer.status_code, answer.headers["x-stale"]) == (200, "true")


async def test_who_asks_to_wait_gets_no_old_answer(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        world.progress.behind = True
        answer = await http.get("/api/v1/dashboard", headers={"Prefer": "wait=2"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert world.progress.waits[-1] == 2.0


async def test_v8_nobody_is_let_in_while_sessions_cannot_be_looked_up(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        world.sessions.down = True
        for path in PERSONAL:
            assert (await http.get(path)).status_code == 503
        assert (await http.get("/api/v1/health")).status_code == 200


async def test_s12_the_password_goes_nowhere_but_to_identity(world: World) -> None:
    async with browser(world) as http:
        answer = await http.post("/api/v1/login?password=in-the-address", json={**LOGIN, "password": 12})
        assert answer.status_code == 422
        assert "in-the-address" not in answer.text
        assert LOGIN["password"] not in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
async def test_d1_no_other_method_logs_in_or_uses_anything_up(world: World, method: str) -> None:
    async with browser(world) as http:
        for path in ("/api/v1/login", "/api/v1/login/code", "/api/v1/activation/state", "/api/v1/password-resets"):
            assert (await http.request(method, path)).status_code == 405
        assert world.identity.asked == []


async def test_the_callers_address_is_the_peers(world: World) -> None:
    async with browser(world) as http:
        await http.post("/api/v1/login", json=LOGIN, headers={"X-Forwarded-For": "198.51.100.1"})
        assert world.identity.asked[0].client_ip == "127.0.0.1"
        assert world.limits.counted == [("login", "127.0.0.1")]


async def test_the_same_key_goes_on_to_identity(world: World) -> None:
    async with browser(world) as http:
        await http.post("/api/v1/login", json=LOGIN, headers={"Idempotency-Key": "one-click"})
        assert world.identity.asked[0].key == "one-click"


@pytest.mark.parametrize("key", ["x" * 201, "ключ".encode().decode("latin-1")])
async def test_a_key_of_another_kind_is_refused(world: World, key: str) -> None:
    async with browser(world) as http:
        answer = await http.post("/api/v1/login", json=LOGIN, headers=[(b"idempotency-key", key.encode("latin-1"))])
        assert (answer.status_code, code_of(answer)) == (422, "idempotency-key-malformed")


@pytest.mark.parametrize(
    ("language", "title"),
    [("ja", "ログインしてください。"), ("en-GB", "Log in first."), ("", "ログインしてください。")],
)
async def test_a_refusal_speaks_the_callers_language(world: World, language: str, title: str) -> None:
    async with browser(world) as http:
        answer = await http.get("/api/v1/session", headers={"Accept-Language": language})
        assert answer.json()["title"] == title
        assert answer.headers["content-language"] == (language[:2] or "ja")


async def test_a_refusal_keeps_what_else_it_says(world: World) -> None:
    world.limits.refused.add("login")
    async with browser(world) as http:
        answer = await http.post("/api/v1/login", json=LOGIN)
        assert (answer.status_code, answer.headers["retry-after"], answer.json()["retryAfter"]) == (429, "30", 30)
        assert answer.json()["title"].startswith("試行が多すぎます")


async def test_sh03_a_passkey_gives_the_second_proof(world: World) -> None:
    async with browser(world) as http:
        await http.post("/api/v1/login", json=LOGIN)
        question = (await http.post("/api/v1/login/passkey/question")).json()["publicKey"]
        assert question["rpId"] == "localhost"
        wrong = await http.post("/api/v1/login/passkey", json={"credential": {"id": "AAAA"}})
        assert (wrong.status_code, code_of(wrong), wrong.json()["triesLeft"]) == (401, "passkey-wrong", 4)
        large = await http.post("/api/v1/login/passkey", json={"credential": {"id": "A" * 20_000}})
        assert large.status_code == 422
        assert (await http.post("/api/v1/login/passkey", json={"credential": {"id": "BBBB"}})).status_code == 200
        assert list(http.cookies) == [cookies.SESSION]
