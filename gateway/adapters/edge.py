"""The outermost layer: whether a request may come in, and what every answer carries. Next stop: api/, web/.

Pure ASGI, so that streams pass untouched.
"""

import json
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.adapters.edge_rules import EdgeRules
from gateway.application import cookies
from gateway.application.freshness import HEADERS
from kernel.adapters.telemetry.metrics import answered

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})
KEEPABLE = ("/static/", "/company/image/")
"""Below these paths, and nowhere else, an answer may say how long a browser may keep it: addresses name contents."""

CROSSED = frozenset({"/oauth/authorize", "/oauth/logout"})
"""Where other sites' forms may lead, for the protocol says so: they are answered with the way to ask by address."""

RawHeaders = list[tuple[bytes, bytes]]

_NO_STORE = b"cache-control", b"no-store"


class Edge:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, rules: EdgeRules) -> None:
        self.app = app
        self.rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in or turn it away; dress its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        if self.rules.believes_proxies and (peer := scope.get("client")):
            scope["client"] = (self.rules.client(peer[0], Headers(scope=scope).getlist("x-forwarded-for")), peer[1])

        refusal = self._refusal(scope)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                if refusal:
                    # What is let in is counted where its route is known.
                    answered(scope["method"], "edge", message["status"], 0.0)
                message = {**message, "headers": self._dress(message.get("headers", ()), scope["path"], state)}
            await send(message)

        await (refusal or self.app)(scope, receive, dressed)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or not self.rules.knows_host(hosts[0].decode("latin-1")):
            return problem(421, "misdirected", "Misdirected Request")
        if scope["method"] not in SAFE and self._is_cross_site(scope["path"], Headers(scope=scope)):
            return problem(403, "cross-site", "Forbidden")
        return None

    def _is_cross_site(self, path: str, headers: Headers) -> bool:
        if path in CROSSED:
            return False
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in OWN_SITE
        origin = headers.get("origin")
        if origin is None:
            return False
        if origin == "null":
            # Under our own Referrer-Policy older browsers send this with forms, which carry a token of their own.
            return path.startswith("/api/")
        return not self.rules.knows_origin(origin)

    def _dress(self, headers: Iterable[tuple[bytes, bytes]], path: str, state: dict[str, Any]) -> RawHeaders:
        dressed = list(headers)
        if not path.startswith(KEEPABLE):
            dressed = [pair for pair in dressed if pair[0] != b"cache-control"]
            dressed.append(_NO_STORE)
        elif all(name != b"cache-control" for name, _ in dressed):
            dressed.append(_NO_STORE)
        dressed += self.rules.headers
        for name, value in state.get(HEADERS, {}).items():
            dressed.append((name.lower().encode(), value.encode()))
        for name, (value, max_age) in state.get(cookies.STATE, {}).items():
            dressed.append((b"set-cookie", cookies.header(name, value, max_age).encode()))
        return dressed


def problem(status: int, code: str, title: str) -> ASGIApp:
    """Return an application that answers one problem. See: RFC 9457."""
    members = {"type": f"/help/problems/{code}", "title": title, "status": status, "code": code}
    body = json.dumps(members).encode()

    async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return answer
