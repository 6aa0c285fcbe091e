"""What every page shares: language, bar, menu, form tokens. Next stop: the page that draws, then its template."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from gateway.application import cookies
from gateway.application.door import MaybeViewer, Use, form_token, language_of
from gateway.application.journeys import Journeys
from gateway.application.menu import entries
from gateway.application.sessions import DEFAULT_TIMEZONE
from gateway.application.viewer import Viewer
from gateway.projections.tenant import TenantRow
from gateway.web import dates
from gateway.web.site import site
from gateway.web.words import Words
from kernel.adapters.clock import new_id
from kernel.adapters.mail_addresses import deliverable
from kernel.domain.errors import Unavailable

THEME = "__Host-portal-theme"
THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600
LONGEST_PATH = 2000
"""Long enough for what a settings site asks for, see authorize.py."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Draws pages for one request."""

    request: Request
    use: Journeys
    viewer: Viewer | None
    language: str
    words: Words = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", site().words[self.language])

    async def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page in the frame; the form that was sent carries the `key` that *values* name, others a fresh one.

        Where a page has several forms each says its address as it takes its key.
        """
        tenant = await self._tenant()
        known = {
            "viewer": self.viewer,
            "company": tenant.company_name if tenant else "",
            "logo": tenant if tenant and tenant.image else None,
            "menu": entries(self.viewer),
            "path": _place(self.request.url.path),
            "here": local(_whole(self.request)),
            "csrf_token": form_token(self.request, self.use, self.viewer),
            "theme": theme_of(self.request),
        }
        text = self.fragment(template, **known | values, new_key=self._keys(values.get("key")))
        return HTMLResponse(text, status, headers={"Content-Language": self.language})

    def fragment(self, template: str, **values: Any) -> str:
        """Return a part of a page, or a page when *values* hold all of the frame."""
        return site().templates.get_template(template).render({**self._always(), **values})

    @property
    def timezone(self) -> str:
        """Return the zone the person reads times in."""
        return self.viewer.timezone if self.viewer else DEFAULT_TIMEZONE

    def clock(self, time: datetime) -> str:
        """Return a time of day."""
        return dates.clock(time, self.timezone)

    def _always(self) -> Mapping[str, Any]:
        return {
            "language": self.language,
            "t": self.words,
            "asset": site().assets.address,
            "deliverable": deliverable,
            "when": self._when,
            "on": lambda time: dates.element(time, dates.on(time, self.timezone, self.language)),
            "at": lambda time: dates.element(time, self.clock(time)),
            "seconds_left": lambda time: max(0, int((time - self.use.dashboard.now()).total_seconds())),
            "new_key": self._keys(None),
        }

    def _keys(self, kept: str | None) -> Callable[..., object]:
        return lambda action=None: kept if kept and action in (None, self.request.url.path) else new_id()

    def _when(self, time: datetime) -> Markup:
        return dates.element(time, dates.when(time, self.timezone, self.language))

    async def _tenant(self) -> TenantRow | None:
        if self.viewer is None:
            return None
        with suppress(Unavailable):
            return await self.use.dashboard.tenant(self.viewer)
        return None


async def frame(request: Request, use: Use, viewer: MaybeViewer) -> Frame:
    """Return what draws the answer to *request*."""
    return Frame(request=request, use=use, viewer=viewer, language=language_of(request, viewer))


Here = Annotated[Frame, Depends(frame)]


def theme_of(request: Request) -> str:
    """Return the colours this browser's person chose; `auto` follows the device."""
    chosen = cookies.read(request, THEME)
    return chosen if chosen in THEMES else "auto"


def local(path: str | None, otherwise: str = "/") -> str:
    """Return *path* if it leads to a page of ours, so that no form sends a person elsewhere."""
    is_ours = path and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if path and is_ours and len(path) <= LONGEST_PATH else otherwise


def go(path: str) -> RedirectResponse:
    """Return the way to the page that shows what a form did."""
    return RedirectResponse(path, 303)


def _place(path: str) -> str:
    """Return where a page stands in the menu: users and groups are among the settings."""
    return f"/settings{path}" if path.startswith(("/users", "/groups", "/registrations", "/logins")) else path


def _whole(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
