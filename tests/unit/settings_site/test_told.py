"""The stand-in believes the portal, and nobody else, about sessions that are over."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from deploy.settings_site.__main__ import application
from deploy.settings_site.portal import LOGOUT, REVOKED

SITE, CLIENT = "http://127.0.0.1:8090", "settings-site"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
NEXT = RSAKey.generate_key(2048, {"kid": "k2", "use": "sig", "alg": "RS256"})
OWN = RSAKey.generate_key(2048, {"kid": CLIENT, "use": "sig"})


class Issuer:
    """The portal, as far as its keys go."""

    def __init__(self) -> None:
        self.url = ""
        self.keys = [KEY]

    async def metadata(self, _request: web.Request) -> web.Response:
        return web.json_response({"issuer": self.url, "jwks_uri": f"{self.url}/jwks"})

    async def jwks(self, _request: web.Request) -> web.Response:
        return web.json_response(KeySet(self.keys).as_dict(private=False))


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    """Give a portal that publishes keys."""
    made, app = Issuer(), web.Application()
    app.router.add_get("/.well-known/openid-configuration", made.metadata)
    app.router.add_get("/jwks", made.jwks)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def site(issuer: Issuer, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Give the site."""
    key = tmp_path / "key.jwk"
    key.write_text(json.dumps(OWN.as_dict(private=True)))
    app = application(url=SITE, issuer=issuer.url, client_id=CLIENT, key_file=key, database=tmp_path / "site.sqlite")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as made:
        yield made


def logout(issuer: Issuer, *, key: RSAKey = KEY, typ: str = "logout+jwt", **changes: Any) -> str:
    """Return a logout token."""
    now = int(time.time())
    claims = {"iss": issuer.url, "aud": CLIENT, "sub": "p", "sid": "s-1", "iat": now, "exp": now + 60}
    claims |= {"jti": uuid4().hex, "events": {LOGOUT: {}}, **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": typ}, claims, key, algorithms=["RS256"])


def event(issuer: Issuer, **changes: Any) -> str:
    """Return a session-revoked event."""
    subject = {"format": "complex", "session": {"format": "opaque", "id": "s-1"}}
    told = {"exp": None, "sub": None, "sid": None, "sub_id": subject, "events": {REVOKED: {}}}
    return logout(issuer, **{"typ": "secevent+jwt", **told, **changes})


async def tell(site: httpx.AsyncClient, token: str) -> int:
    return (await site.post("/backchannel-logout", data={"logout_token": token})).status_code


async def tell_event(site: httpx.AsyncClient, token: str, kind: str = "application/secevent+jwt") -> int:
    return (await site.post("/events", content=token, headers={"content-type": kind})).status_code


async def test_the_site_answers_under_the_names_that_it_is_told_and_no_others(issuer: Issuer, tmp_path: Path) -> None:
    key = tmp_path / "key.jwk"
    key.write_text(json.dumps(OWN.as_dict(private=True)))
    app = application(
        url=SITE,
        issuer=issuer.url,
        client_id=CLIENT,
        key_file=key,
        database=tmp_path / "site.sqlite",
        names=["settings-site"],
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        statuses = {host: (await client.get(f"http://{host}/health/ready")).status_code for host in HOSTS}
    assert statuses == HOSTS


HOSTS = {"settings-site:8090": 200, SITE.removeprefix("http://"): 200, "evil.example": 400}


async def test_m12_what_the_portal_says_is_taken_however_often(site: httpx.AsyncClient, issuer: Issuer) -> None:
    token, revoked = logout(issuer), event(issuer)
    assert [await tell(site, token) for _ in range(2)] == [200, 200]
    assert [await tell_event(site, revoked) for _ in range(2)] == [202, 202]


WRONG: dict[str, dict[str, Any]] = {
    "from somebody else": {"iss": "https://elsewhere.example"},
    "for somebody else": {"aud": "second-site"},
    "for nobody": {"aud": None},
    "without a name": {"jti": None},
    "without a session": {"sid": None},
    "of another kind": {"typ": "JWT"},
    "with a nonce": {"nonce": "n"},
    "without an event": {"events": {}},
    "expired": {"exp": 1},
    "signed by another": {"key": RSAKey.generate_key(2048, {"kid": "k1"})},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG.keys())
async def test_m12_a_logout_token_is_not_believed(
    site: httpx.AsyncClient, issuer: Issuer, changes: dict[str, Any]
) -> None:
    assert await tell(site, logout(issuer, **changes)) == 400


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
async def test_m12_nonsense_is_not_believed(site: httpx.AsyncClient, token: str) -> None:
    assert await tell(site, token) == 400
    assert await tell_event(site, token) == 400


async def test_m12_one_kind_does_not_pass_for_the_other(site: httpx.AsyncClient, issuer: Issuer) -> None:
    assert await tell(site, event(issuer)) == 400
    assert await tell_event(site, logout(issuer)) == 400
    assert await tell_event(site, event(issuer), "text/plain") == 400
    assert await tell_event(site, event(issuer, sub_id={"format": "opaque", "id": "s-1"})) == 400


async def test_n12_a_key_that_came_later_is_looked_for(site: httpx.AsyncClient, issuer: Issuer) -> None:
    assert await tell(site, logout(issuer)) == 200
    issuer.keys = [NEXT]
    assert await tell(site, logout(issuer, key=NEXT)) == 200


async def test_m12_while_the_portals_keys_cannot_be_had_the_portal_is_asked_to_come_back(
    site: httpx.AsyncClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(_self: Issuer, _request: web.Request) -> web.Response:
        return web.Response(status=503)

    token = logout(issuer)
    monkeypatch.setattr(Issuer, "jwks", down)
    issuer.keys = []
    assert await tell(site, token) in {400, 503}


async def test_s38_nobody_is_in_without_a_login(site: httpx.AsyncClient) -> None:
    for path in ("/", "/extensions", "/numbers", "/forwarding"):
        answer = await site.get(path)
        assert answer.status_code == 401
        assert "ビジネスポータル" in answer.text
    assert (await site.post("/extensions", data={"number": "9001"})).status_code == 401
    assert (await site.get("/nothing")).status_code == 404


async def test_n12_a_login_that_another_provider_wishes_for_is_not_begun(site: httpx.AsyncClient) -> None:
    assert (await site.get("/login?iss=https://elsewhere.example&login_hint=x")).status_code == 400
    assert (await site.get("/callback?iss=https://elsewhere.example&code=x&state=y")).status_code == 400
    assert (await site.get("/callback?code=x&state=y")).status_code == 400
