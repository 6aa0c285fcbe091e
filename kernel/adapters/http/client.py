"""Calls another service: token, key and trace go with it, a problem comes back as an error. Next: answers.py."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind

from kernel.adapters.http.answers import error_of, positions_of
from kernel.adapters.http.commands import client_headers
from kernel.adapters.http.kept_tokens import KeptTokens
from kernel.adapters.http.tokens import Signer
from kernel.adapters.telemetry import metrics, trace
from kernel.domain.context import NOBODY, Context
from kernel.domain.errors import Unavailable
from kernel.domain.recorded import LogPosition

BAD_REQUEST = 400
LIMITS = aiohttp.ClientTimeout(total=15, connect=2)
"""How many seconds a call may take, and opening a connection for it."""
KEPT_SECONDS = 10
"""Shorter than a server keeps an idle connection (listening.py), so that no call meets one that is being closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service answered."""

    status: int
    body: Mapping[str, Any]
    position: LogPosition | None = None
    """Where its facts stand; the last one of *positions*."""
    positions: tuple[LogPosition, ...] = ()
    """Where its facts stand when it wrote to several streams: one place a partition."""


class ServiceClient:
    """The way to one service; its connections are opened when first needed."""

    def __init__(self, url: str, signer: Signer, audience: str) -> None:
        self._url = url.rstrip("/")
        self._tokens = KeptTokens(signer, audience)
        self._audience = audience
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str, scopes: Iterable[str], context: Context, *, within: float | None = None) -> Answer:
        """Ask for something; the path carries its query. Wait no longer than *within* seconds. Raises: as post()."""
        return await self._call("GET", path, None, scopes, context, within=within)

    async def post(
        self,
        path: str,
        body: Mapping[str, Any] | None,
        scopes: Iterable[str],
        context: Context,
        *,
        if_match: str | None = None,
        within: float | None = None,
    ) -> Answer:
        """Give a command, only on what is at *if_match* where that is given; or ask what takes more than a path to say.

        Raises: the error that the service answered, by its kind and with its code; Unavailable.
        """
        return await self._call("POST", path, body, scopes, context, if_match=if_match, within=within)

    async def put(
        self,
        path: str,
        body: Mapping[str, Any] | None,
        scopes: Iterable[str],
        context: Context,
        *,
        if_match: str | None = None,
    ) -> Answer:
        """Set something, only while it is at *if_match* where that is given. Raises: as post(); PreconditionFailed."""
        return await self._call("PUT", path, body, scopes, context, if_match=if_match)

    async def upload(
        self,
        path: str,
        content: bytes,
        kind: str,
        scopes: Iterable[str],
        context: Context,
        *,
        if_match: str | None = None,
    ) -> Answer:
        """Set something to bytes of a media type. Raises: as put()."""
        return await self._call("PUT", path, content, scopes, context, if_match=if_match, kind=kind)

    async def patch(
        self,
        path: str,
        body: Mapping[str, Any],
        scopes: Iterable[str],
        context: Context,
        *,
        if_match: str | None = None,
    ) -> Answer:
        """Change the fields that *body* names, null included, and no others. Raises: as put(). See: RFC 7396."""
        return await self._call("PATCH", path, body, scopes, context, if_match=if_match)

    async def delete(
        self, path: str, scopes: Iterable[str], context: Context, *, if_match: str | None = None
    ) -> Answer:
        """End something, only while it is at *if_match* where that is given. Raises: as put()."""
        return await self._call("DELETE", path, None, scopes, context, if_match=if_match)

    async def close(self) -> None:
        """Give up the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None,
        scopes: Iterable[str],
        context: Context,
        *,
        if_match: str | None = None,
        kind: str = "application/json",
        within: float | None = None,
    ) -> Answer:
        headers = self._headers(scopes, context)
        if if_match is not None:
            headers["If-Match"] = if_match
        span: Span = INVALID_SPAN
        if trace.records():
            # Of the address only whose it is: a path may hold ids.
            told = {"http.request.method": method, "peer.service": self._audience}
            span = trace.begin(f"{method} {self._audience}", headers.get("traceparent"), SpanKind.CLIENT, told)
            headers["traceparent"] = trace.text(span)
        data = body if body is None or isinstance(body, bytes) else _json(body)
        if data is not None:
            headers["Content-Type"] = kind
        clock = asyncio.get_running_loop().time
        before, status = clock(), "none"
        try:
            async with asyncio.timeout(within):
                answer = await self._send(method, path, data, headers)
            status = str(answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            # Only the kind of the trouble: its text may quote what was sent.
            trace.fail(span, type(trouble).__name__)
            raise Unavailable(f"{self._audience} does not answer: {type(trouble).__name__}") from trouble
        finally:
            metrics.CALLS.labels(self._audience, status).observe(clock() - before)
            span.set_attribute("http.response.status_code", status)
            span.end()
        if answer.status >= BAD_REQUEST:
            raise error_of(self._audience, answer.status, answer.body, answer.retry_after)
        position = answer.positions[-1] if answer.positions else None
        return Answer(status=answer.status, body=answer.body, position=position, positions=answer.positions)

    async def _send(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> "_Raw":
        try:
            return await self._once(method, path, data, headers)
        except aiohttp.ServerDisconnectedError:
            # A service that restarts closes its connections. Under its key the command is carried out once all the
            # same, so asking again is safe; without a key nobody could know.
            if method != "GET" and "Idempotency-Key" not in headers:
                raise
            return await self._once(method, path, data, headers)

    async def _once(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> "_Raw":
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=KEPT_SECONDS)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=LIMITS, cookie_jar=aiohttp.DummyCookieJar()
            )
        url = f"{self._url}{path}"
        async with self._session.request(method, url, data=data, headers=headers, allow_redirects=False) as answer:
            body = await answer.read()
            return _Raw(
                status=answer.status,
                body=_members(body),
                positions=positions_of(answer.headers.get("X-Log-Position")),
                retry_after=answer.headers.get("Retry-After"),
            )

    def _headers(self, scopes: Iterable[str], context: Context) -> dict[str, str]:
        tenant = context.tenant_id if context.tenant_id != NOBODY else None
        token = self._tokens.token(context.actor, scopes, tenant)
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "X-Correlation-Id": str(context.correlation_id),
            **client_headers(context.client),
        }
        if context.command_id is not None:
            headers["Idempotency-Key"] = str(context.command_id)
        if traceparent := context.traceparent or trace.current():
            headers["traceparent"] = traceparent
        return headers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw(Answer):
    retry_after: str | None


def _members(body: bytes) -> Mapping[str, Any]:
    try:
        read = json.loads(body) if body else {}
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _json(body: Mapping[str, Any]) -> bytes:
    # Half a character has no bytes. It goes as it came, escaped, so that the service refuses it where it stands.
    return json.dumps(body, ensure_ascii=False).encode(errors="backslashreplace")
