"""Settings sites: read from their files, looked at, their ID tokens read when they come back."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

from deploy.site_files import register_stand_in
from gateway.adapters import sites as adapter
from gateway.adapters.edge_rules import EdgeRules
from gateway.adapters.sites import IdTokenHints, SeenSites, read_sites
from gateway.application.site_ports import Hint
from gateway.application.sites import Site
from services.identity.adapters.site_files import read_sites as read_by_identity
from services.identity.application.site_ports import AuthMethod
from tests.unit.gateway.fakes import SESSION_ID, USER
from tests.unit.gateway.fakes_sites import ISSUER, FakeProvider

KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})


def test_the_stand_in_is_registered_as_both_sides_read_it(tmp_path: Path) -> None:
    register_stand_in(tmp_path, tmp_path / "sites", "http://127.0.0.1:8090")
    ours = read_sites(tmp_path / "sites").of_service("smart-pbx")
    theirs = read_by_identity(tmp_path / "sites")["settings-site"]
    assert ours is not None
    assert ours.redirect_uris == {"http://127.0.0.1:8090/callback"}
    assert ours.name("en") == "Arcstar Smart PBX settings site"
    assert theirs.auth_method is AuthMethod.PRIVATE_KEY_JWT
    assert theirs.events_uri == "http://127.0.0.1:8090/events"
    assert '"d"' not in (tmp_path / "sites" / "settings-site.json").read_text()


def test_the_portal_calls_a_site_by_an_address_of_its_own_where_there_is_one(tmp_path: Path) -> None:
    register_stand_in(tmp_path, tmp_path / "sites", "http://127.0.0.1:8090", inside="http://settings-site:8090")
    ours = read_sites(tmp_path / "sites").of_service("smart-pbx")
    theirs = read_by_identity(tmp_path / "sites")["settings-site"]
    assert ours is not None
    assert ours.redirect_uris == {"http://127.0.0.1:8090/callback"}
    assert ours.health_uri == "http://settings-site:8090/health/ready"
    assert theirs.logout_uri == "http://settings-site:8090/backchannel-logout"
    assert theirs.events_uri == "http://settings-site:8090/events"


def test_without_a_folder_there_is_no_site(tmp_path: Path) -> None:
    assert read_sites(tmp_path / "none").of_service("smart-pbx") is None
    assert read_by_identity(tmp_path / "none") == {}


WHOLE = {
    "client_id": "pbx",
    "client_name": "PBX",
    "services": ["smart-pbx"],
    "redirect_uris": ["https://pbx.example/callback"],
    "initiate_login_uri": "https://pbx.example/login",
    "token_endpoint_auth_method": "client_secret_basic",
    "client_secret_sha256": "0" * 64,
}
OF_GATEWAY: list[dict[str, Any]] = [
    {"client_id": "PBX"},
    {"services": []},
    {"redirect_uris": []},
    {"initiate_login_uri": "javascript:alert(1)"},
]
OF_IDENTITY: list[dict[str, Any]] = [
    {"client_id": ""},
    {"token_endpoint_auth_method": "none"},
    {"token_endpoint_auth_method": "private_key_jwt"},
    {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": []}},
    {"client_secret_sha256": None},
    {"client_secret_sha256": "in the clear"},
    {"events_uri": "file:///etc/passwd"},
]


@pytest.mark.parametrize("changes", OF_GATEWAY)
def test_a_file_that_the_gateway_cannot_use_stops_it(tmp_path: Path, changes: dict[str, Any]) -> None:
    (tmp_path / "pbx.json").write_text(json.dumps(WHOLE | changes))
    with pytest.raises(ValueError, match="validation error"):
        read_sites(tmp_path)


@pytest.mark.parametrize("changes", OF_IDENTITY)
def test_a_file_that_identity_cannot_use_stops_it(tmp_path: Path, changes: dict[str, Any]) -> None:
    (tmp_path / "pbx.json").write_text(json.dumps(WHOLE | changes))
    with pytest.raises(ValueError, match="validation error"):
        read_by_identity(tmp_path)


def test_two_sites_for_one_service_or_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(WHOLE))
    (tmp_path / "b.json").write_text(json.dumps(WHOLE | {"client_id": "other"}))
    with pytest.raises(ValueError, match="smart-pbx"):
        read_sites(tmp_path)
    (tmp_path / "b.json").write_text(json.dumps(WHOLE | {"services": ["uno"]}))
    with pytest.raises(ValueError, match="like pbx"):
        read_sites(tmp_path)
    with pytest.raises(ValueError, match="same client_id"):
        read_by_identity(tmp_path)


def test_a_form_may_lead_to_sites_that_are_registered_and_to_no_others(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(WHOLE))
    rules = EdgeRules(public_url=ISSUER, form_targets=read_sites(tmp_path).origins)
    (policy,) = [value.decode() for name, value in rules.headers if name == b"content-security-policy"]
    assert "form-action 'self' https://pbx.example;" in policy


@dataclass
class Server:
    """A site's health, as a test says."""

    url: str = ""
    status: int = 200
    slow: bool = False
    asked: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, _request: web.Request) -> web.Response:
        self.asked += 1
        if self.slow:
            await self.over.wait()
        return web.Response(status=self.status, headers={"location": "/elsewhere"})

    @property
    def site(self) -> Site:
        return Site(
            client_id="pbx",
            names={"ja": "PBX"},
            services=frozenset({"smart-pbx"}),
            redirect_uris=frozenset(),
            login_uri=self.url,
            health_uri=self.url,
        )


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Give a site that answers."""
    made, app = Server(), web.Application()
    app.router.add_get("/", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield made
    made.over.set()
    await runner.cleanup()


async def test_s38_a_site_works_while_it_answers_well_and_is_not_asked_with_every_hop(server: Server) -> None:
    seen = SeenSites()
    assert await seen.works(server.site)
    assert await seen.works(server.site)
    assert server.asked == 1


@pytest.mark.parametrize("status", [302, 404, 500, 503])
async def test_s38_a_site_that_answers_badly_does_not_work(server: Server, status: int) -> None:
    server.status = status
    assert not await SeenSites().works(server.site)


async def test_s38_a_site_that_is_slow_does_not_work(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "LIMITS", aiohttp.ClientTimeout(total=0.05))
    server.slow = True
    assert not await SeenSites().works(server.site)


async def test_s38_a_site_that_is_not_there_does_not_work() -> None:
    assert not await SeenSites().works(Server(url="http://127.0.0.1:1/").site)


class OneKey(FakeProvider):
    """A provider that signs with KEY."""

    async def keys(self) -> Sequence[Mapping[str, Any]]:
        return [KEY.as_dict(private=False)]


def token(typ: str = "JWT", key: RSAKey = KEY, **changes: Any) -> str:
    claims = {
        "iss": ISSUER,
        "aud": "pbx",
        "sid": str(SESSION_ID),
        "sub": str(USER),
        "exp": int(time.time()) - 3600,
        **changes,
    }
    return jwt.encode({"alg": "RS256", "kid": "k1", "typ": typ}, claims, key, algorithms=["RS256"])


async def test_n12_an_id_token_of_ours_is_a_hint_also_when_it_has_expired() -> None:
    assert await IdTokenHints(OneKey(), ISSUER).read(token()) == Hint(
        client_id="pbx", session_id=SESSION_ID, user_id=USER
    )


@pytest.mark.parametrize(
    "forged",
    [
        token(iss="https://elsewhere.example"),
        token(sid="no id"),
        token(sub="no id"),
        token(typ="logout+jwt"),
        token(key=RSAKey.generate_key(2048, {"kid": "k1"})),
        token()[:-4] + "AAAA",
        "not.a.token",
        "",
    ],
)
async def test_n12_nothing_else_is_a_hint(forged: str) -> None:
    assert await IdTokenHints(OneKey(), ISSUER).read(forged) is None
