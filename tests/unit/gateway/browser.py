"""A browser at the gateway's door: keeps cookies as browsers do and talks to the application in this process."""

from http.cookiejar import DefaultCookiePolicy
from typing import Any

import httpx

from gateway.adapters.edge_rules import EdgeRules
from gateway.front import application, front
from gateway.web import pages
from kernel.adapters.http.tokens import Caller
from tests.unit.gateway.world import World

PUBLIC = "https://portal.example.co.jp"


class PlainTokens:
    """Believes the tokens that the world signs: `subject|scopes|seconds`."""

    def verify(self, token: str) -> Caller:
        subject, scopes, _ = token.split("|")
        return Caller(issuer="gateway", subject=subject, scopes=frozenset(scopes.split()))


def browser(world: World) -> httpx.AsyncClient:
    """Return a client with a cookie jar of its own."""
    app = application(world.journeys, world.quick, pages.routers(), pages.error_page)
    app.state.verifier = PlainTokens()
    edge = front(app, world.quick, EdgeRules(public_url=PUBLIC))
    http = httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url=PUBLIC)
    http.cookies.jar.set_policy(DefaultCookiePolicy(secure_protocols=("http", "https")))
    return http


async def log_in(http: httpx.AsyncClient) -> dict[str, Any]:
    """Go through both steps; return what the API says of the session."""
    first = await http.post(
        "/api/v1/login", json={"userId": "hanako.sato@example.co.jp", "password": "correct horse battery"}
    )
    first.raise_for_status()
    second = await http.post("/api/v1/login/code", json={"code": "492039"})
    second.raise_for_status()
    session: dict[str, Any] = second.json()
    return session
