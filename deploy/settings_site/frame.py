"""What the site's pages share: who is there, in which language, and what every answer carries. Next: templates/."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.settings_site.visits import Visit
from deploy.settings_site.words import LANGUAGES, Words, preferred

HERE = Path(__file__).parent
SESSION = "__Host-settings-session"
LANGUAGE = "__Host-settings-language"


class Pages:
    """Draws pages."""

    def __init__(self, portal_url: str) -> None:
        self._portal_url = portal_url
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )

    def page(
        self, request: Request, template: str, visit: Visit | None = None, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return a page."""
        words = Words(language_of(request, visit))
        known = {"t": words, "visit": visit, "path": request.url.path, "portal": self._portal_url}
        text = self._templates.get_template(template).render(**known, **values)
        return HTMLResponse(text, status, headers={"Content-Language": words.language})

    def told(self, request: Request, key: str, status: HTTPStatus, visit: Visit | None = None) -> HTMLResponse:
        """Return a page that says one thing, and leads back to the portal."""
        return self.page(request, "told.html", visit, status, key=key)


def language_of(request: Request, visit: Visit | None) -> str:
    """Return the language to answer in: chosen here, chosen at the portal, or what the browser likes."""
    chosen = request.cookies.get(LANGUAGE)
    if chosen in LANGUAGES:
        return chosen
    if visit is not None and visit.language in LANGUAGES:
        return visit.language
    return preferred(request.headers.get("accept-language", ""))


class Dressed:
    """Puts on every answer what keeps browsers from being misled."""

    def __init__(self, app: ASGIApp, portal_url: str) -> None:
        self.app = app
        policy = (
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            # A logout here is a form whose answer leads to the portal.
            f"form-action 'self' {portal_url}"
        )
        self._headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cache-control", b"no-store"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dress an answer."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *self._headers]}
            await send(message)

        await self.app(scope, receive, dressed if scope["type"] == "http" else send)
