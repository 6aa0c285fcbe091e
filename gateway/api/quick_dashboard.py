"""Answers a dashboard that was answered a moment ago from memory, before any framework. Next stop: dashboard.py.

What is kept is good only while nothing was applied to the read models, since before it was read, that concerns the
company or the person: bodies, and who holds a session. A body gets old as well, for what is coming comes by itself. The
session itself is looked up again every half second, and that once for all who wait, so one that was
ended by another process is out within that; one that ends here is out at once, also where a request that saw it alive
is still under way. A change of access is applied before it is answered, and makes what was kept for the company or the
person before it worthless, so the next request shows it.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import lru_cache
from uuid import UUID

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.api.quick_refusal import refuse
from gateway.application import cookies
from gateway.application.access import Access
from gateway.application.language import LANGUAGES, preferred
from gateway.application.progress_ports import Progress
from gateway.application.session import Session
from gateway.application.viewer import Viewer
from gateway.projections.scopes import heard_of_person, heard_of_tenant
from kernel.adapters.telemetry.metrics import answered
from kernel.application.ports import Clock
from kernel.application.touched import Touched
from kernel.domain.errors import Unavailable
from kernel.domain.recorded import LogPosition

PATH = "/api/v1/dashboard"
SECONDS = 0.5
BODY_SECONDS = 10.0
BROWSERS = 20_000
BODIES = 2_000
MARK = "portal_mark"
"""Where the mark taken before the request waits in its state."""

Renew = Callable[[str, Viewer], Awaitable[Session | None]]
"""Looks a session up again. See: Sessions.renewed."""

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


@dataclass(slots=True)
class _Browser:
    until: float
    mark: object
    viewer: Viewer
    """Without name and mail address, which nothing here reads."""
    positions: tuple[LogPosition, ...]
    renew: Renew
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of a request decides about its answer."""

    token: bytes
    chosen: bytes
    accepted: bytes
    waits: bool

    @classmethod
    def of(cls, scope: Scope) -> "_Asked":
        token, chosen, accepted, waits = b"", b"", b"", False
        for name, value in scope["headers"]:
            if name == b"cookie":
                token, chosen = _cookie(value, _SESSION), _cookie(value, _LANGUAGE)
            elif name == b"accept-language":
                accepted = value
            elif name == b"prefer":
                waits = True
        return cls(token, chosen, accepted, waits)

    def language(self) -> str:
        """Return the browser's language, for whoever chose none for themselves."""
        chosen = self.chosen.decode("latin-1")
        return chosen if chosen in LANGUAGES else _preferred(self.accepted)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far everything was when a request began."""

    applied: object
    """What progress says of the read models."""
    forgotten: int
    """How many sessions had been forgotten."""


@dataclass(frozen=True, slots=True)
class _Body:
    until: float
    mark: object
    before_time: bytes


class QuickDashboard:
    """Keeps bodies and browsers; bounded, what was read longest ago goes first."""

    def __init__(
        self,
        progress: Progress,
        now: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        away: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take, beside progress and clocks, what tells that no session can be looked up now."""
        self._progress = progress
        self._now = now
        self._monotonic = monotonic
        self.away = away
        self._browsers: OrderedDict[bytes, _Browser] = OrderedDict()
        self._bodies: OrderedDict[Page, _Body] = OrderedDict()
        self._forgotten = Touched(BROWSERS)

    def keep(  # noqa: PLR0917 - each of its own kind
        self, token: str, viewer: Viewer, page: Page, mark: Mark | None, before_time: bytes, renew: Renew
    ) -> bytes:
        """Remember a body that was read after *mark*, for whom, and how to look them up; return it with the time."""
        if mark is not None:
            now = self._monotonic()
            self._bodies[page] = _Body(now + BODY_SECONDS, mark.applied, before_time)
            self._bodies.move_to_end(page)
            if len(self._bodies) > BODIES:
                self._bodies.popitem(last=False)
            # Whoever was forgotten since must not come back as they were before it.
            if self._forgotten.untouched(mark.forgotten, [token]):
                known, positions = replace(viewer, name="", email=""), viewer.session.positions
                self._browsers[token.encode()] = _Browser(now + SECONDS, mark.applied, known, positions, renew)
                self._browsers.move_to_end(token.encode())
        if len(self._browsers) > BROWSERS:
            self._browsers.popitem(last=False)
        return self._finished(before_time)

    def mark(self) -> Mark | None:
        """Return what is to be taken before anything is read that will be kept; None while nothing may be kept."""
        applied = self._progress.mark()
        return None if applied is None else Mark(applied, self._forgotten.mark)

    def forget(self, token: str) -> None:
        """Know nothing of a session any more: it ended, or it wrote something that it must see."""
        self._browsers.pop(token.encode(), None)
        self._forgotten.took([token])

    async def ready(self, asked: _Asked, client: str) -> bytes | None:
        """Return the answer to a request if it is at hand."""
        browser = self._browsers.get(asked.token)
        if browser is None or asked.waits:
            return None
        if browser.until < self._monotonic() and not await self._renewed(asked.token, browser):
            return None
        viewer = browser.viewer
        if not self._is_untouched(browser) or not self._progress.shows(browser.positions):
            return None
        if client != viewer.client_ip:
            # Whether the tenant lets in who comes from elsewhere is looked up where everything is.
            return None
        language = viewer.language or asked.language()
        body = self._bodies.get(Page(viewer.tenant_id, viewer.access, language))
        if body is None or body.until < self._monotonic():
            return None
        untouched = self._progress.untouched(body.mark, heard_of_tenant(viewer.tenant_id))
        return self._finished(body.before_time) if untouched else None

    def _is_untouched(self, browser: _Browser) -> bool:
        viewer = browser.viewer
        return self._progress.untouched(browser.mark, heard_of_person(viewer.tenant_id, viewer.user_id))

    async def _renewed(self, token: bytes, browser: _Browser) -> bool:
        """Look a session up again, once for all who ask meanwhile; return whether it goes on."""
        async with browser.turn:
            if browser.until < self._monotonic() and self._is_untouched(browser):
                try:
                    session = await browser.renew(token.decode("latin-1"), browser.viewer)
                except Unavailable:
                    session = None
                if session is None:
                    self._browsers.pop(token, None)
                else:
                    browser.until, browser.positions = self._monotonic() + SECONDS, session.positions
        # Whoever was forgotten in the meantime is looked at where everything is.
        return self._browsers.get(token) is browser

    def _finished(self, before_time: bytes) -> bytes:
        now = self._now().astimezone(UTC).isoformat(timespec="microseconds")
        return before_time + f'{now.removesuffix("+00:00")}Z"}}'.encode()


class Quick:
    """Stands before the application and takes what is at hand."""

    def __init__(self, app: ASGIApp, kept: QuickDashboard) -> None:
        self.app = app
        self.kept = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let the application answer."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        asked = _Asked.of(scope)
        body = await self.kept.ready(asked, (scope.get("client") or ("",))[0])
        if body is None and asked.token and self.kept.away():
            await refuse(send, asked.language())
            answered("GET", PATH, 503, time.perf_counter() - began)
            return
        if body is None:
            scope.setdefault("state", {})[MARK] = self.kept.mark()
            await self.app(scope, receive, send)
            return
        headers = [_HEADER, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        answered("GET", PATH, 200, time.perf_counter() - began)


def _cookie(header: bytes, start: bytes) -> bytes:
    for part in header.split(b"; "):
        if part.startswith(start):
            return part[len(start) :]
    return b""


@lru_cache(maxsize=1000)
def _preferred(accepted: bytes) -> str:
    return preferred(accepted.decode("latin-1"))
