"""The mailbox for people: a list, and one mail with links to click. Next stop: __main__.py."""

import re
from html import escape
from typing import Any

from aiohttp import web

from deploy.mailbox import reading
from deploy.mailbox.store import MailStore

LINK = re.compile(r"https?://(?:(?![<>\"])[!-~])+(?<![.,;:!?)'])")  # ASCII: Japanese text goes on without a space
SHOWN = 200
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'"
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups"
FRAME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">{refresh}
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: start; padding: .5rem; border-bottom: 1px solid #8886; vertical-align: top }}
tr.new td {{ font-weight: 700 }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; background: #8882; padding: 1rem }}
iframe {{ width: 100%; height: 30rem; border: 1px solid #8886; background: #fff }}
dt {{ float: left; clear: left; width: 7rem; opacity: .75 }} dd {{ margin-left: 7rem }}
</style></head><body><h1>{title}</h1>{content}</body></html>"""


class MailPages:
    """Two pages: the list and a mail."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    def routes(self) -> list[web.RouteDef]:
        """Return the paths and what answers them."""
        return [
            web.get("/", self.index),
            web.get("/view/{id}", self.view),
            web.get("/view/{id}/html", self.html),
        ]

    async def index(self, _: web.Request) -> web.Response:
        """List mails, newest first; the page looks again by itself."""
        mails = [reading.summary(mail) for mail in self._store.page(0, SHOWN)]
        rows = "".join(_row(mail) for mail in mails) or '<tr><td colspan="4">No mail yet</td></tr>'
        total, unread = self._store.count()
        table = f"<table><tr><th>When</th><th>From</th><th>To</th><th>Subject</th></tr>{rows}</table>"
        words = f"<p>{total} mails, {unread} unread. Nothing leaves this machine.</p>{table}"
        return _page("Mailbox", words, '<meta http-equiv="refresh" content="5">')

    async def view(self, request: web.Request) -> web.Response:
        """Show one mail, which then counts as read."""
        mail = self._store.get(request.match_info["id"])
        if mail is None:
            raise web.HTTPNotFound(text="There is no such mail.")
        self._store.mark([mail.id], seen=True)
        said = reading.detail(mail)
        pairs = [("From", _people([said["From"]])), ("To", _people(said["To"])), ("Date", said["Date"])]
        listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in pairs)
        parts = [f"<dl>{listed}</dl>", f"<pre>{linked(said['Text'])}</pre>"]
        if said["HTML"]:
            parts.append(f'<iframe title="As HTML" sandbox="allow-popups" src="/view/{mail.id}/html"></iframe>')
        parts.append(f'<p><a href="/">All mails</a> · <a href="/api/v1/message/{mail.id}/raw">As it came</a></p>')
        return _page(said["Subject"] or "(no subject)", "".join(parts))

    async def html(self, request: web.Request) -> web.Response:
        """Show a mail's HTML alone, where no script of it runs."""
        mail = self._store.get(request.match_info["id"])
        if mail is None:
            raise web.HTTPNotFound(text="There is no such mail.")
        content = '<base target="_blank">' + reading.body(reading.parse(mail), "html")
        return web.Response(
            text=content, content_type="text/html", headers={"Content-Security-Policy": MAIL_POLICY, **_SAFE}
        )


_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def linked(text: str) -> str:
    """Return *text* as HTML in which web addresses are links and nothing else is markup."""
    made, after = [], 0
    for link in LINK.finditer(text):
        address = escape(link.group())
        made += [
            escape(text[after : link.start()]),
            f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>',
        ]
        after = link.end()
    return "".join([*made, escape(text[after:])])


def _row(mail: dict[str, Any]) -> str:
    subject = escape(mail["Subject"] or "(no subject)")
    cells = [
        escape(mail["Created"][:19].replace("T", " ")),
        escape(_people([mail["From"]])),
        escape(_people(mail["To"])),
    ]
    cells.append(f'<a href="/view/{mail["ID"]}">{subject}</a><br><small>{escape(mail["Snippet"][:90])}</small>')
    return f'<tr class="{"" if mail["Read"] else "new"}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _people(people: list[dict[str, str]]) -> str:
    return ", ".join(f"{one['Name']} <{one['Address']}>" if one["Name"] else one["Address"] for one in people)


def _page(title: str, content: str, refresh: str = "") -> web.Response:
    text = FRAME.format(title=escape(title), content=content, refresh=refresh)
    return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": POLICY, **_SAFE})
