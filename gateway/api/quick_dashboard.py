"""Answers a dashboard that was answered a moment ago from memory, before any framework. Next stop: dashboard.py.

What is kept is good only while nothing was applied to the read models since before it was read: bodies, and who holds
a session. The session itself is looked up again every half second, so one that was ended by another process is out
within that; one that ends here is out at once. A change of access is applied before it is answered, and what was
applied makes everything kept before it worthless, so the next request shows it.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from uuid import UUID

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.application import cookies
from gateway.application.access import Access
from gateway.application.language import preferred
from gateway.application.ports import Progress
from gateway.application.viewer import Viewer
from kernel.application.ports import Clock
from kernel.domain.recorded import LogPosition

PATH = "/api/v1/dashboard"
SECONDS = 0.5
BROWSERS = 20_000
BODIES = 2_000
MARK = "portal_mark"
"""Where the mark taken before the request waits in its state."""

_SESSION = cookies.SESSION.encode() + b"="
_LANGUAGE = cookies.LANGUAGE.encode() + b"="
_HEADER = b"content-type", b"application/json"


@dataclass(frozen=True, slots=True)
class Page:
    """What a body depends on beside the read models."""

    tenant_id: UUID
    access: Access
    """Two people with the same access see the same."""
    language: str


@dataclass(frozen=True, slots=True)
class _Browser:
    until: float
    mark: object
    viewer: Viewer
    positions: tuple[LogPosition, ...]


@dataclass(frozen=True, slots=True)
class _Body:
    mark: object
    before_time: bytes


class QuickDashboard:
    """Keeps bodies and browsers; bounded, what was read longest ago goes first."""

    def __init__(self, progress: Progress, now: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._progress = progress
        self._now = now
        self._monotonic = monotonic
        self._browsers: OrderedDict[bytes, _Browser] = OrderedDict()
        self._bodies: OrderedDict[Page, _Body] = OrderedDict()

    def body(self, page: Page) -> bytes | None:
        """Return the kept body of a page with the time as it is now, None when it may no longer be right."""
        kept = self._bodies.get(page)
        mark = self._progress.mark()
        if kept is None or mark is None or kept.mark != mark:
            return None
        return self._finished(kept.before_time)

    def keep(self, token: str, viewer: Viewer, page: Page, mark: object, before_time: bytes) -> bytes:
        """Remember a body that was read after *mark*, and who it was for; return it with the time."""
        if mark is not None:
            self._bodies[page] = _Body(mark, before_time)
            self._bodies.move_to_end(page)
            if len(self._bodies) > BODIES:
                self._bodies.popitem(last=False)
            until = self._monotonic() + SECONDS
            self._browsers[token.encode()] = _Browser(until, mark, viewer, viewer.session.positions)
            self._browsers.move_to_end(token.encode())
        if len(self._browsers) > BROWSERS:
            self._browsers.popitem(last=False)
        return self._finished(before_time)

    def mark(self) -> object:
        """Return what is to be taken before anything is read that will be kept."""
        return self._progress.mark()

    def forget(self, token: str) -> None:
        """Know nothing of a session any more: it ended, or it wrote something that it must see."""
        self._browsers.pop(token.encode(), None)

    def ready(self, scope: Scope) -> bytes | None:
        """Return the answer to a request if it is at hand."""
        token, chosen, accepted = b"", b"", b""
        for name, value in scope["headers"]:
            if name == b"cookie":
                token, chosen = _cookie(value, _SESSION), _cookie(value, _LANGUAGE)
            elif name == b"accept-language":
                accepted = value
            elif name == b"prefer":
                return None
        browser = self._browsers.get(token)
        if browser is None or browser.until < self._monotonic() or browser.mark != self._progress.mark():
            return None
        if not self._progress.shows(browser.positions):
            return None
        viewer = browser.viewer
        if (scope.get("client") or ("",))[0] != viewer.client_ip:
            # Whether the tenant lets in who comes from elsewhere is looked up where everything is.
            return None
        language = viewer.language or chosen.decode("latin-1") or _preferred(accepted)
        return self.body(Page(viewer.tenant_id, viewer.access, language))

    def _finished(self, before_time: bytes) -> bytes:
        return before_time + self._now().astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S.%fZ"}').encode()


class Quick:
    """Stands before the application and takes what is at hand."""

    def __init__(self, app: ASGIApp, kept: QuickDashboard) -> None:
        self.app = app
        self.kept = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let the application answer."""
        quick = scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "GET"
        body = self.kept.ready(scope) if quick else None
        if body is None:
            if quick:
                scope.setdefault("state", {})[MARK] = self.kept.mark()
            await self.app(scope, receive, send)
            return
        headers = [_HEADER, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _cookie(header: bytes, start: bytes) -> bytes:
    for part in header.split(b"; "):
        if part.startswith(start):
            return part[len(start) :]
    return b""


@lru_cache(maxsize=1000)
def _preferred(accepted: bytes) -> str:
    return preferred(accepted.decode("latin-1"))
