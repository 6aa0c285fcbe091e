"""N12: the authorization endpoint, rule by rule. See: OpenID Connect Core 1.0, section 3.1.2; RFC 9700."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from gateway.application.site_ports import Hint
from gateway.projections.group import GroupRow
from tests.unit.gateway.fakes import EVERYBODY, OTHER_TENANT, SESSION_ID, TENANT, USER
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.fakes_sites import CALLBACK, ISSUER
from tests.unit.gateway.reading import enter, person, read
from tests.unit.gateway.world import World

ONE = str(contract(1).contract_id)
HTML = {"accept": "text/html"}
ASKED = {
    "client_id": "pbx",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": "openid profile",
    "state": "a state/of=the site",
    "nonce": "a-nonce",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
    "login_hint": ONE,
}


async def ask(http: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    """Ask for a login; a parameter that is None is left out."""
    params = {name: value for name, value in {**ASKED, **changes}.items() if value is not None}
    return await http.get("/oauth/authorize", params=params, headers=HTML)


def told(answer: httpx.Response) -> dict[str, str]:
    """Return what the site is told at its address."""
    assert answer.status_code == 303, answer.text
    parts = urlsplit(answer.headers["location"])
    assert parts._replace(query="").geturl() == CALLBACK
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


@pytest.fixture
def world() -> World:
    """Return a company with one contract."""
    made = World()
    made.boards.rows = [contract(1)]
    return made


async def test_n12_a_right_wish_is_granted_with_state_and_issuer(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        assert told(await ask(http)) == {"code": "code-1", "state": ASKED["state"], "iss": ISSUER}
    ((session, wish),) = world.provider.issued
    assert session.session_id == SESSION_ID
    assert (wish.client_id, wish.redirect_uri, wish.nonce) == ("pbx", CALLBACK, "a-nonce")
    assert (wish.challenge, str(wish.contract_id)) == (ASKED["code_challenge"], ONE)


async def test_n12_a_site_that_sends_no_state_gets_none(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        assert "state" not in told(await ask(http, state=None))


NEAR_MISSES = [
    f"{CALLBACK}/",
    CALLBACK.upper(),
    CALLBACK.replace("https", "http"),
    CALLBACK.replace("pbx.example", "pbx.example:443"),
    CALLBACK.replace("pbx.example", "pbx.example.evil.example"),
    CALLBACK.replace("pbx.example", "pbx.example@evil.example"),
    CALLBACK.replace("callback", "callbacks"),
    CALLBACK.replace("callback", "callbac%6B"),
    CALLBACK.replace("/callback", "/x/../callback"),
    f"{CALLBACK}?x=1",
    f"{CALLBACK}#x",
    f" {CALLBACK}",
    f"{CALLBACK}\n",
    "https://uno.example/callback",
    "//pbx.example/callback",
    "javascript:alert(1)",
    "",
]


@pytest.mark.parametrize("address", [*NEAR_MISSES, None])
async def test_n12_to_an_address_that_is_not_registered_nobody_is_sent(world: World, address: str | None) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await ask(http, redirect_uri=address)
    assert answer.status_code == 422
    assert "location" not in answer.headers
    assert world.provider.issued == []


@pytest.mark.parametrize("client", ["stranger", "", None, "PBX", "pbx "])
async def test_n12_an_unknown_site_gets_no_answer_at_its_address(world: World, client: str | None) -> None:
    async with person(world) as http:
        await enter(http)
        assert (await ask(http, client_id=client)).status_code == 422


async def test_n12_a_second_address_is_no_address(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        query = f"redirect_uri={CALLBACK}&redirect_uri=https://evil.example&client_id=pbx"
        assert (await http.get(f"/oauth/authorize?{query}", headers=HTML)).status_code == 422


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"response_type": None}, "invalid_request"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"response_mode": "form_post"}, "invalid_request"),
    ({"scope": "profile"}, "invalid_scope"),
    ({"scope": None}, "invalid_scope"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": "too-short"}, "invalid_request"),
    ({"code_challenge": "x" * 42 + "="}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"prompt": "anything"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"max_age": "soon"}, "invalid_request"),
    ({"request": "a.b.c"}, "request_not_supported"),
    ({"request_uri": "https://pbx.example/r"}, "request_uri_not_supported"),
    ({"registration": "{}"}, "registration_not_supported"),
    ({"nonce": "n" * 2001}, "invalid_request"),
    ({"scope": ["openid", "openid profile"]}, "invalid_request"),
]


@pytest.mark.parametrize(("changes", "error"), WRONG, ids=[str(one)[:60] for one, _ in WRONG])
async def test_n12_a_wrong_wish_is_refused_at_the_sites_address(
    world: World, changes: dict[str, Any], error: str
) -> None:
    async with person(world) as http:
        await enter(http)
        answer = told(await ask(http, **changes))
    assert answer["error"] == error
    assert answer["state"] == ASKED["state"]
    assert answer["iss"] == ISSUER
    assert world.provider.issued == []


async def test_n12_parameters_nobody_knows_and_scopes_nobody_knows_are_passed_over(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        assert "code" in told(await ask(http, scope="openid offline_access email", anything="x", ui_locales="ja"))
    assert world.provider.issued[0][1].scope == "openid email"


async def test_n12_who_is_not_in_logs_in_first_and_comes_back_to_the_same_wish(world: World) -> None:
    async with person(world) as http:
        answer = await ask(http, nonce="n" * 300)
        assert urlsplit(answer.headers["location"]).path == "/"
        await enter(http)
        back = parse_qs(urlsplit(answer.headers["location"]).query)["to"][0]
        assert told(await http.get(back, headers=HTML))["code"] == "code-1"


async def test_n12_without_a_page_who_is_not_in_is_told_to_the_site(world: World) -> None:
    async with person(world) as http:
        assert told(await ask(http, prompt="none"))["error"] == "login_required"
        await enter(http)
        assert "code" in told(await ask(http, prompt="none"))


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "60"}])
async def test_n12_a_site_may_wish_for_a_fresh_login(world: World, changes: dict[str, str]) -> None:
    async with person(world) as http:
        await enter(http)
        world.clock.forward(timedelta(seconds=61))
        answer = await ask(http, **changes)
        to = parse_qs(urlsplit(answer.headers["location"]).query)
        assert to["again"] == ["1"]
        # The login is shown although somebody is in, and its end leads to the wish without what was heeded.
        assert 'type="password"' in (await http.get(answer.headers["location"], headers=HTML)).text
        assert "prompt" not in to["to"][0]
        assert "max_age" not in to["to"][0]
        if "max_age" in changes:
            assert told(await ask(http, **changes, prompt="none"))["error"] == "login_required"
    assert world.provider.issued == []


async def test_n12_a_login_that_is_young_enough_is_good(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        assert "code" in told(await ask(http, max_age="60"))


@pytest.mark.parametrize(
    "row", [contract(1, tenant_id=OTHER_TENANT), contract(1, service_name="uno"), contract(2)], ids=str
)
async def test_n12_for_a_contract_that_is_not_for_the_person_or_the_site_there_is_no_code(
    world: World, row: Any
) -> None:
    world.boards.rows = [row]
    async with person(world) as http:
        await enter(http)
        assert told(await ask(http))["error"] == "access_denied"


async def test_n12_without_the_permission_to_change_settings_there_is_no_code(world: World) -> None:
    granted = (("*", None, "VIEW"), ("*", None, "EDIT"))
    world.boards.groups[EVERYBODY] = GroupRow(group_id=EVERYBODY, tenant_id=TENANT, granted=granted)
    async with person(world) as http:
        await enter(http)
        assert told(await ask(http))["error"] == "access_denied"
        assert told(await ask(http, login_hint=None))["error"] == "access_denied"


@pytest.mark.parametrize("hint", [None, "hanako@example.co.jp"])
async def test_n12_a_site_that_names_no_contract_gets_the_only_one_or_has_one_chosen(
    world: World, hint: str | None
) -> None:
    async with person(world) as http:
        await enter(http)
        assert "code" in told(await ask(http, login_hint=hint))
        world.boards.rows = [contract(1), contract(2)]
        assert told(await ask(http, login_hint=hint, prompt="none"))["error"] == "account_selection_required"
        page = read(await ask(http, login_hint=hint))
        ways = [href for href, _ in page.links if href.startswith("/oauth/authorize")]
        assert len(ways) == 2
        assert "code" in told(await http.get(ways[1], headers=HTML))
    assert world.provider.issued[-1][1].contract_id == contract(2).contract_id


async def test_n12_a_site_that_expects_somebody_gets_nobody_else(world: World) -> None:
    for text, user_id in (("of them", USER), ("of another", SESSION_ID)):
        world.hints.known[text] = Hint(client_id="pbx", session_id=SESSION_ID, user_id=user_id)
    async with person(world) as http:
        await enter(http)
        assert "code" in told(await ask(http, id_token_hint="of them"))
        for hint in ("of another", "forged"):
            assert told(await ask(http, id_token_hint=hint))["error"] == "login_required"


async def test_n12_a_session_that_is_over_at_identity_is_over(world: World) -> None:
    world.provider.over = True
    async with person(world) as http:
        await enter(http)
        assert urlsplit((await ask(http)).headers["location"]).path == "/"


async def test_n12_a_wish_may_come_as_a_form_of_the_site(world: World) -> None:
    crossing = {**HTML, "origin": "https://pbx.example", "sec-fetch-site": "cross-site"}
    async with person(world) as http:
        await enter(http)
        answer = await http.post("/oauth/authorize", data=ASKED, headers=crossing)
        assert answer.status_code == 303
        assert told(await http.get(answer.headers["location"], headers=HTML))["code"] == "code-1"
        # Nothing else takes another site's form.
        assert (await http.post("/logout", headers=crossing)).status_code == 403
