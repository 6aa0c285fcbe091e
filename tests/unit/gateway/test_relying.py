"""N12: what sites ask for themselves. See: RFC 6749, section 5; RFC 6750; OpenID Connect Discovery 1.0."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from gateway.application.site_ports import Grant, Hint
from gateway.projections.group import GroupRow
from tests.unit.gateway.browser import browser, log_in
from tests.unit.gateway.fakes import EVERYBODY, SESSION_ID, TENANT, USER
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.fakes_sites import CALLBACK, GRANT_ID, ISSUER, PBX, SECRET
from tests.unit.gateway.world import World

SHOWN = {
    "grant_type": "authorization_code",
    "code": "code-1",
    "redirect_uri": CALLBACK,
    "code_verifier": "v" * 43,
}
GRANT = Grant(
    grant_id=GRANT_ID,
    client_id="pbx",
    scope="openid profile email contract",
    session_id=SESSION_ID,
    user_id=USER,
    tenant_id=TENANT,
    contract_id=contract(1).contract_id,
)


@pytest.fixture
def world() -> World:
    """Return a company whose person is at the site."""
    made = World()
    made.boards.rows = [contract(1)]
    made.provider.grant = GRANT
    return made


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """Give the site's way to the portal."""
    async with browser(world) as made:
        yield made


async def redeem(http: httpx.AsyncClient, *, basic: str | None = f"pbx:{SECRET}", **changes: Any) -> httpx.Response:
    """Show a code."""
    headers = {"authorization": f"Basic {base64.b64encode(basic.encode()).decode()}"} if basic else {}
    data = {name: value for name, value in {**SHOWN, **changes}.items() if value is not None}
    return await http.post("/oauth/token", data=data, headers=headers)


async def test_n12_discovery_names_every_endpoint_as_it_is(http: httpx.AsyncClient) -> None:
    told = (await http.get("/.well-known/openid-configuration")).json()
    assert told["issuer"] == ISSUER
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["response_types_supported"] == ["code"]
    assert told["id_token_signing_alg_values_supported"] == ["RS256"]
    assert told["backchannel_logout_session_supported"] is True
    assert (await http.get("/.well-known/oauth-authorization-server")).json() == told
    for name in ("authorization_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"):
        assert told[name].startswith(ISSUER)
        assert (await http.get(told[name].removeprefix(ISSUER))).status_code != 404
    events = (await http.get("/.well-known/ssf-configuration")).json()
    assert events["jwks_uri"] == told["jwks_uri"]


async def test_n12_the_published_keys_are_public(http: httpx.AsyncClient) -> None:
    (key,) = (await http.get("/oauth/jwks")).json()["keys"]
    assert "d" not in key


async def test_n12_a_code_becomes_tokens_that_nobody_keeps(http: httpx.AsyncClient, world: World) -> None:
    answer = await redeem(http)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "access_token": "a-token",
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "openid profile email contract",
        "id_token": "an.id.token",
    }
    assert world.provider.redeemed[0].client_secret == SECRET


async def test_n12_an_id_and_a_secret_with_signs_in_them_are_read_as_they_were_encoded(
    http: httpx.AsyncClient, world: World
) -> None:
    await redeem(http, basic="p%2Bx:s%3Acret+%25")
    assert (world.provider.redeemed[0].client_id, world.provider.redeemed[0].client_secret) == ("p+x", "s:cret %")


async def test_n12_a_site_may_show_an_assertion(http: httpx.AsyncClient, world: World) -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"sub": "pbx"}).encode()).decode().rstrip("=")
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    answer = await redeem(http, basic=None, client_assertion=f"h.{claims}.s", client_assertion_type=kind)
    assert answer.status_code == 200
    assert world.provider.redeemed[0].client_id == "pbx"


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"basic": "pbx:another"}, 401, "invalid_client"),
    ({"basic": None}, 401, "invalid_client"),
    ({"basic": "pbx"}, 401, "invalid_client"),
    ({"basic": None, "client_id": "pbx", "client_secret": SECRET}, 401, "invalid_client"),
    ({"basic": None, "client_assertion": "x"}, 401, "invalid_client"),
    ({"client_assertion": "x.y.z"}, 400, "invalid_request"),
    ({"client_secret": SECRET}, 400, "invalid_request"),
    ({"client_id": "uno"}, 400, "invalid_request"),
    ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
    ({"grant_type": None}, 400, "invalid_request"),
    ({"code": None}, 400, "invalid_request"),
    ({"redirect_uri": None}, 400, "invalid_request"),
    ({"code_verifier": None}, 400, "invalid_request"),
    ({"code": ["code-1", "code-2"]}, 400, "invalid_request"),
    ({"code": "code-9"}, 400, "invalid_grant"),
]


@pytest.mark.parametrize(("changes", "status", "error"), WRONG, ids=[str(one)[:60] for one, _, _ in WRONG])
async def test_n12_a_refusal_is_said_in_the_words_of_the_protocol(
    http: httpx.AsyncClient, changes: dict[str, Any], status: int, error: str
) -> None:
    answer = await redeem(http, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert SECRET not in answer.text


async def test_n12_tokens_are_asked_for_by_a_form(http: httpx.AsyncClient) -> None:
    assert (await http.post("/oauth/token", json=SHOWN)).status_code == 400
    assert (await http.get("/oauth/token")).status_code == 405


async def test_a2_who_guesses_codes_or_secrets_is_told_to_come_back_later(
    http: httpx.AsyncClient, world: World
) -> None:
    world.limits.refused.add("site")
    for basic in (f"pbx:{SECRET}", "pbx:a guess"):
        answer = await redeem(http, basic=basic)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
        assert answer.json() == {"error": "temporarily_unavailable"}
    assert {what for what, _ in world.limits.counted} == {"site"}
    assert world.provider.redeemed == []


async def test_n12_while_identity_is_away_the_site_is_told_to_come_back(http: httpx.AsyncClient, world: World) -> None:
    world.provider.down = True
    answer = await redeem(http)
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert answer.headers["retry-after"]


def _withdraw(world: World) -> None:
    world.boards.groups[EVERYBODY] = GroupRow(group_id=EVERYBODY, tenant_id=TENANT, granted=(("*", None, "VIEW"),))


def _suspend(world: World) -> None:
    world.boards.persons[USER] = registered(status="SUSPENDED")


def _terminate(world: World) -> None:
    world.boards.rows = []


def _move(world: World) -> None:
    world.provider.grant = replace(GRANT, client_id="uno")


@pytest.mark.parametrize("change", [_withdraw, _suspend, _terminate, _move])
async def test_s38_what_was_withdrawn_since_the_code_was_issued_counts(
    http: httpx.AsyncClient, world: World, change: Any
) -> None:
    change(world)
    answer = await redeem(http)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert "id_token" not in answer.text
    assert world.provider.revoked == [GRANT_ID]
    assert (await who(http)).status_code == 401


async def who(http: httpx.AsyncClient, token: str = "a-token") -> httpx.Response:  # noqa: S107 - a sample
    """Ask who is there."""
    return await http.get("/oauth/userinfo", headers={"authorization": f"Bearer {token}"})


async def test_n12_who_is_there_is_told_as_far_as_it_was_asked_for(http: httpx.AsyncClient, world: World) -> None:
    told = (await who(http)).json()
    assert told["sub"] == str(USER)
    assert told["name"] == "佐藤 花子"
    assert told["email"] == "hanako.sato@example.co.jp"
    assert told["contract"]["number"] == "N000000001"
    assert told["company"]["name"] == "株式会社さくら商事"
    world.provider.grant = replace(GRANT, scope="openid")
    assert (await who(http)).json() == {"sub": str(USER)}


async def test_n12_who_is_there_is_told_to_nobody_without_a_token(http: httpx.AsyncClient) -> None:
    none = await http.get("/oauth/userinfo")
    assert none.status_code == 401
    assert "error" not in none.headers["www-authenticate"]
    wrong = await who(http, "another")
    assert 'error="invalid_token"' in wrong.headers["www-authenticate"]
    assert (await http.get("/oauth/userinfo?access_token=a-token")).status_code == 401


async def leave(http: httpx.AsyncClient, **given: str) -> httpx.Response:
    """Wish for a logout."""
    return await http.get("/oauth/logout", params=given, headers={"accept": "text/html"})


async def test_n12_a_site_ends_the_session_that_its_token_names(http: httpx.AsyncClient, world: World) -> None:
    await log_in(http)
    world.hints.known["hint"] = Hint(client_id="pbx", session_id=SESSION_ID, user_id=USER)
    answer = await leave(http, id_token_hint="hint", post_logout_redirect_uri=f"{PBX}/goodbye", state="s&t")
    assert answer.headers["location"] == f"{PBX}/goodbye?state=s%26t"
    assert [session for session, _ in world.identity.ended] == [SESSION_ID]
    assert (await http.get("/api/v1/session")).status_code == 401


@pytest.mark.parametrize(
    "address", ["https://evil.example", f"{PBX}/goodbye/", f"{PBX}/goodbye?x=1", "https://uno.example/callback", ""]
)
async def test_n12_after_a_logout_nobody_is_sent_elsewhere(http: httpx.AsyncClient, world: World, address: str) -> None:
    await log_in(http)
    world.hints.known["hint"] = Hint(client_id="pbx", session_id=SESSION_ID, user_id=USER)
    answer = await leave(http, id_token_hint="hint", post_logout_redirect_uri=address)
    assert answer.headers["location"] == "/?notice=left"


async def test_n12_without_the_sessions_own_token_the_person_decides(http: httpx.AsyncClient, world: World) -> None:
    await log_in(http)
    world.hints.known["of another"] = Hint(client_id="pbx", session_id=GRANT_ID, user_id=USER)
    for given in ({}, {"id_token_hint": "forged"}, {"id_token_hint": "of another"}):
        page = await leave(http, client_id="pbx", post_logout_redirect_uri=f"{PBX}/goodbye", **given)
        assert page.status_code == 200
        assert world.identity.ended == []
    csrf = (await http.get("/api/v1/session")).json()["csrfToken"]
    wish = {"csrfToken": csrf, "client_id": "pbx", "post_logout_redirect_uri": f"{PBX}/goodbye"}
    assert (await http.post("/oauth/logout/confirmation", data={**wish, "csrfToken": "x"})).status_code == 403
    answer = await http.post("/oauth/logout/confirmation", data=wish)
    assert answer.headers["location"] == f"{PBX}/goodbye"
    assert len(world.identity.ended) == 1
