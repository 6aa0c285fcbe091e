"""The mailbox over HTTP, answering as Mailpit does. Next stop: page.py."""

import json
from typing import Any

from aiohttp import web

from deploy.mailbox import reading
from deploy.mailbox.searching import matching
from deploy.mailbox.smtp import Refusals
from deploy.mailbox.store import Mail, MailStore

PAGE = 50
VERSION = "portal-mailbox"
TRIGGERS = {"Sender": "sender", "Recipient": "recipient", "Data": "data"}


class MailApi:
    """Lists, shows, finds and deletes mails."""

    def __init__(self, store: MailStore, refusals: Refusals) -> None:
        self._store = store
        self._refusals = refusals

    def routes(self) -> list[web.RouteDef]:
        """Return the paths and what answers them."""
        return [
            web.get("/api/v1/info", self.info),
            web.get("/api/v1/messages", self.messages),
            web.put("/api/v1/messages", self.mark),
            web.delete("/api/v1/messages", self.delete),
            web.get("/api/v1/search", self.search),
            web.delete("/api/v1/search", self.delete_found),
            web.get("/api/v1/message/{id}", self.message),
            web.get("/api/v1/message/{id}/headers", self.headers),
            web.get("/api/v1/message/{id}/raw", self.raw),
            web.get("/api/v1/chaos", self.chaos),
            web.put("/api/v1/chaos", self.set_chaos),
        ]

    async def info(self, _: web.Request) -> web.Response:
        """Say who answers, and how full the box is."""
        total, unread = self._store.count()
        return web.json_response({"Version": VERSION, "Messages": total, "Unread": unread})

    async def messages(self, request: web.Request) -> web.Response:
        """List mails, newest first."""
        start, limit = _window(request)
        return self._list(self._store.page(start, limit), start, self._store.count()[0])

    async def search(self, request: web.Request) -> web.Response:
        """List the mails that a query fits."""
        start, limit = _window(request)
        found = list(matching(self._store.page(0, -1), request.query.get("query", "")))
        return self._list(found[start : start + limit if limit >= 0 else None], start, len(found))

    async def message(self, request: web.Request) -> web.Response:
        """Show a mail, which then counts as read."""
        mail = self._wanted(request)
        self._store.mark([mail.id], seen=True)
        return web.json_response(reading.detail(mail))

    async def headers(self, request: web.Request) -> web.Response:
        """Show a mail's headers."""
        return web.json_response(reading.headers(self._wanted(request)))

    async def raw(self, request: web.Request) -> web.Response:
        """Show a mail as it came."""
        return web.Response(body=self._wanted(request).raw, content_type="text/plain")

    async def mark(self, request: web.Request) -> web.Response:
        """Mark mails as read or not."""
        asked = await _asked(request)
        self._store.mark(asked.get("IDs") or None, seen=bool(asked.get("Read")))
        return web.Response(text="ok")

    async def delete(self, request: web.Request) -> web.Response:
        """Delete the named mails, or all."""
        self._store.delete((await _asked(request)).get("IDs") or None)
        return web.Response(text="ok")

    async def delete_found(self, request: web.Request) -> web.Response:
        """Delete the mails that a query fits."""
        found = matching(self._store.page(0, -1), request.query.get("query", ""))
        self._store.delete([mail.id for mail in found])
        return web.Response(text="ok")

    async def chaos(self, _: web.Request) -> web.Response:
        """Show which deliveries are refused on purpose."""
        pairs = {name: getattr(self._refusals, step) for name, step in TRIGGERS.items()}
        return web.json_response({n: {"ErrorCode": code, "Probability": odds} for n, (code, odds) in pairs.items()})

    async def set_chaos(self, request: web.Request) -> web.Response:
        """Refuse deliveries from now on; what is not named goes well again."""
        asked = await _asked(request)
        for name, step in TRIGGERS.items():
            wanted = asked.get(name) or {}
            setattr(self._refusals, step, (int(wanted.get("ErrorCode", 451)), int(wanted.get("Probability", 0))))
        return await self.chaos(request)

    def _wanted(self, request: web.Request) -> Mail:
        mail = self._store.get(request.match_info["id"])
        if mail is None:
            raise web.HTTPNotFound(text=json.dumps({"Error": "message not found"}), content_type="application/json")
        return mail

    def _list(self, mails: list[Mail], start: int, matched: int) -> web.Response:
        total, unread = self._store.count()
        return web.json_response(
            {
                "total": total,
                "unread": unread,
                "count": len(mails),
                "messages_count": matched,
                "start": start,
                "tags": [],
                "messages": [reading.summary(mail) for mail in mails],
            }
        )


def _window(request: web.Request) -> tuple[int, int]:
    try:
        start, limit = int(request.query.get("start", "0")), int(request.query.get("limit", str(PAGE)))
    except ValueError as error:
        raise web.HTTPBadRequest(text="start and limit are numbers") from error
    return max(0, start), limit if limit > 0 else -1


async def _asked(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    if not text:
        return {}
    try:
        said = json.loads(text)
    except ValueError as error:
        raise web.HTTPBadRequest(text="the body is no JSON") from error
    if not isinstance(said, dict):
        raise web.HTTPBadRequest(text="the body is no JSON object")
    return said
