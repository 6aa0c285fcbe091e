"""Reads pages as a person's browser does: forms with their hidden fields, links, words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from tests.unit.gateway.browser import browser
from tests.unit.gateway.world import World

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "ja"}
MAIL = "hanako.sato@example.co.jp"
PASSWORD = "correct horse battery"


def person(world: World, language: str = "ja") -> httpx.AsyncClient:
    """Return a browser that asks for pages."""
    http = browser(world)
    http.headers.update(HTML | {"accept-language": language})
    return http


@dataclass
class Page(HTMLParser):
    """What a page holds."""

    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    forms: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    inputs: dict[str, dict[str, str | None]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "form":
            self.forms.append((given.get("action") or "", {}))
        elif tag == "a":
            self._link = given.get("href") or ""
            self.links.append((self._link, ""))
        elif tag == "input":
            self.inputs[given.get("name") or ""] = given
            if self.forms and given.get("type") == "hidden":
                self.forms[-1][1][given.get("name") or ""] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._link is not None:
            href, words = self.links[-1]
            self.links[-1] = href, (words + data).strip()

    def form(self, action: str) -> dict[str, str]:
        """Return the hidden fields of the form that goes to *action*."""
        return next(fields for to, fields in self.forms if to == action)


def read(answer: httpx.Response) -> Page:
    """Return what stands on a page."""
    page = Page()
    page.feed(answer.text)
    return page


async def send(http: httpx.AsyncClient, where: str, action: str | None = None, **fields: str) -> httpx.Response:
    """Open the page *where* and send its form to *action* with what was typed."""
    page = read(await http.get(where))
    return await http.post(action or where, data=page.form(action or where) | fields)


async def enter(http: httpx.AsyncClient) -> None:
    """Log in through the pages."""
    assert (await send(http, "/", userId=MAIL, password=PASSWORD)).status_code == 303
    assert (await send(http, "/login/code", code="492039")).headers["location"] == "/dashboard"
