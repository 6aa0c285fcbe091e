"""Settings sites as identity meets them: two that are registered, and an ear for what they are told."""

import base64
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from kernel.application.consume import Incoming
from kernel.domain.event import wire_type
from tests.integration.identity.world import NAME, TENANT, Person, World

ISSUER = "http://localhost:8080"
BASIC, SIGNING = "basic-site", "signing-site"
SECRET = "a-secret-of-a-site"
REDIRECT = "https://site.example/callback"
CONTRACT = UUID("0198f000-0000-7000-8000-0000000000c1")
KEY = RSAKey.generate_key(2048, {"kid": "of-the-site", "use": "sig"})


def register(folder: Path, **addresses: str) -> Path:
    """Write the files of both sites; *addresses* go to the one that shows a secret."""
    folder.mkdir()
    common = {"redirect_uris": [REDIRECT], "services": ["smart-pbx"]}
    basic = {"client_id": BASIC, "token_endpoint_auth_method": "client_secret_basic"}
    basic |= {"client_secret_sha256": sha256(SECRET.encode()).hexdigest(), **addresses}
    signing = {"client_id": SIGNING, "token_endpoint_auth_method": "private_key_jwt"}
    signing |= {"jwks": {"keys": [KEY.as_dict(private=False)]}}  # type: ignore[dict-item]
    for one in (basic, signing):
        (folder / f"{one['client_id']}.json").write_text(json.dumps({**one, **common}))
    return folder


@dataclass(frozen=True)
class Wish:
    """What a site asks a code for, and how it goes on."""

    person: Person
    session_id: str
    client_id: str = BASIC
    redirect_uri: str = REDIRECT
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    nonce: str | None = "a-nonce"
    contract_id: UUID = CONTRACT
    tenant: UUID = TENANT

    def but(self, **other: Any) -> "Wish":
        """Return the same wish but for some of it."""
        return replace(self, **other)

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(sha256(self.verifier.encode()).digest()).decode().rstrip("=")

    async def asks(self) -> httpx.Response:
        """Ask for a code, as the gateway does."""
        body = {
            "clientId": self.client_id,
            "redirectUri": self.redirect_uri,
            "challenge": self.challenge,
            "nonce": self.nonce,
            "scope": "openid profile",
            "sessionId": self.session_id,
            "userId": str(self.person.user_id),
            "contractId": str(self.contract_id),
        }
        return await ask(self.person.world, "/sites/codes", body, tenant=self.tenant)

    async def code(self) -> str:
        """Return a code."""
        answer = await self.asks()
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    async def redeems(self, code: str, **proof: str) -> httpx.Response:
        """Show a code, as the gateway hands it on."""
        proof = proof or {"clientSecret": SECRET}
        body = {"clientId": self.client_id, "code": code, "redirectUri": self.redirect_uri}
        return await ask(self.person.world, "/sites/tokens", {**body, "codeVerifier": self.verifier, **proof})

    async def tokens(self) -> dict[str, Any]:
        """Go the whole way."""
        answer = await self.redeems(await self.code())
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


async def ask(world: World, path: str, body: Any = None, *, tenant: UUID = TENANT) -> httpx.Response:
    """Call a route for sites as the gateway does."""
    token = world.gateway.token(NAME, "anonymous", ["sites"], tenant_id=tenant)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
    if body is None:
        return await world.http.get(path, headers=headers)
    return await world.http.post(path, json=body, headers=headers)


async def looks(world: World, token: str) -> int:
    """Return what a token is answered with."""
    return (await ask(world, "/sites/grants/look", {"token": token})).status_code


async def read(world: World, token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return header and claims of a token, checked with the published keys."""
    keys = KeySet.import_key_set((await ask(world, "/sites/keys")).json())
    found = jwt.decode(token, keys, algorithms=["RS256"])
    return found.header, found.claims


def assertion(**changes: Any) -> str:
    """Return an assertion of the site that signs."""
    now = changes.pop("now")
    claims = {"iss": SIGNING, "sub": SIGNING, "aud": ISSUER, "jti": uuid4().hex, "iat": now, "exp": now + 60}
    key, alg = changes.pop("key", KEY), changes.pop("alg", "RS256")
    header = {"alg": alg, "kid": "of-the-site"}
    return jwt.encode(header, {**claims, **changes}, key, algorithms=[alg])


async def parts(world: World) -> None:
    """Have the own log read and everything told that is due, as the roles of a running service do."""
    for row in await world.rows("SELECT * FROM es.events ORDER BY pos"):
        kind = wire_type(row["type"], row["schema_v"])
        if fact_type := world.built.sites.endings.types.get(kind):
            _ = fact_type
            fact = await world.log.facts.read(kind, row["data"])
            async with world.log.pool.acquire() as connection, connection.transaction():
                await world.built.sites.endings(fact, _about(row, kind), connection)
    while await world.built.sites.telling.work():
        pass


def _about(row: Any, kind: str) -> Incoming:
    return Incoming(
        type=kind,
        stream_id=row["stream_id"],
        version=row["version"],
        tenant_id=row["tenant_id"],
        source=NAME,
        partition=0,
        position=row["pos"],
        previous=row["pos"] - 1,
        epoch=1,
        recorded_at=row["recorded_at"],
        correlation_id=uuid4(),
        causation_id=None,
        traceparent=None,
        data=row["data"],
    )


@dataclass
class Ear:
    """What a site was told; answers as a test says."""

    url: str = ""
    status: int = 202
    heard: list[tuple[str, str, str]] = field(default_factory=list)
    """Path, content type, token."""

    async def hear(self, request: web.Request) -> web.Response:
        text = await request.text()
        token = (await request.post()).get("logout_token", text)
        self.heard.append((request.path, request.content_type, str(token)))
        return web.Response(status=self.status)


@asynccontextmanager
async def listening() -> AsyncIterator[Ear]:
    """Give a site's server."""
    ear, app = Ear(), web.Application()
    app.router.add_post("/{path}", ear.hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ear.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield ear
    finally:
        await runner.cleanup()
