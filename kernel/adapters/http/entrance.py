"""The first a request meets: its trace begins, it is timed, and what is too large or deep turned away. Next: api/."""

import asyncio
import re
from collections.abc import Mapping
from uuid import UUID

from opentelemetry.trace import Span, SpanKind
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.adapters.clock import new_id
from kernel.adapters.http.problems import answer
from kernel.adapters.http.refusals import TooDeep, TooLarge
from kernel.adapters.telemetry import metrics, trace

CORRELATION = "x-correlation-id"
DEEPEST = 32
SERVER_ERROR = 500
LARGEST = 256 * 1024
"""Bytes of a body; the largest form, a hundred contracts with their numbers, stays below half of it."""

_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_OPENING, _CLOSING = b"[{", b"]}"


class Entrance:
    """Wraps an application; pure ASGI, so that streams pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin the trace, pass the request on, count its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        state = scope.setdefault("state", {})
        span = trace.enter(headers.get("traceparent"), scope["method"], SpanKind.SERVER)
        state["traceparent"] = trace.text(span)
        state["correlation_id"] = _correlation(headers.get(CORRELATION))
        status = 500
        clock = asyncio.get_running_loop().time
        before = clock()
        ended: float | None = None

        async def noted(message: Message) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                if _stays_open(message):
                    # How long somebody listens says nothing about how quick the answer was.
                    ended = clock()
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                ended = ended or clock()

        try:
            await self.app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            # What is done behind an answer keeps nobody waiting.
            metrics.answered(scope["method"], route, status, (ended or clock()) - before)
            if span.is_recording():
                _describe(span, scope["method"], route, status)
            span.end()


def _stays_open(start: Message) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in start["headers"])


class Bounded:
    """Takes a body in before the application runs, and turns away one that is too large or nested too deeply."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST, roomy: Mapping[str, int] | None = None) -> None:
        """Take the largest body, and that of the paths which take more, to say themselves what is wrong with it."""
        self.app = app
        self.largest = largest
        self.roomy = roomy or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look through a request's body, then hand it on as one piece."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if "content-length" not in headers and "transfer-encoding" not in headers:
            await self.app(scope, receive, send)
            return
        try:
            body = await self._body(headers, receive, self.roomy.get(scope["path"], self.largest))
        except (TooLarge, TooDeep) as refused:
            await answer(refused)(scope, receive, send)
            return
        handed = False

        async def whole() -> Message:
            nonlocal handed
            if handed:
                return await receive()
            handed = True
            return body

        await self.app(scope, whole, send)

    async def _body(self, headers: Headers, receive: Receive, largest: int) -> Message:
        told = headers.get("content-length", "")
        if told.isdecimal() and int(told) > largest:
            raise TooLarge
        come = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return message
            come += message.get("body", b"")
            if len(come) > largest:
                raise TooLarge
            if not message.get("more_body"):
                break
        if _is_json(headers) and is_deep(bytes(come)):
            raise TooDeep
        return {"type": "http.request", "body": bytes(come), "more_body": False}


def is_deep(text: bytes, deepest: int = DEEPEST) -> bool:
    """Tell whether a JSON text is nested more than *deepest* deep."""
    if text.count(b"[") + text.count(b"{") <= deepest:
        return False
    depth = 0
    for char in _TEXTS.sub(b"", text):
        depth += (char in _OPENING) - (char in _CLOSING)
        if depth > deepest:
            return True
    return False


def _describe(span: Span, method: str, route: str, status: int) -> None:
    """Say what a request was, by its route alone: an address may hold a token."""
    span.update_name(f"{method} {route}")
    span.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})
    if status >= SERVER_ERROR:
        trace.fail(span, str(status))


def _is_json(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower().endswith("json")


def _correlation(given: str | None) -> UUID:
    # A fresh one is in the order of time, so that the log's index of them grows at its end, not everywhere at once.
    try:
        return UUID(given) if given else new_id()
    except ValueError:
        return new_id()
