"""The portal's public API and the mailbox's, as far as the sample uses them. Next stop: setting_up.py."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from aiohttp import ClientError, ClientSession, encode_basic_auth

CLIENT = "operator"
PATIENCE = 60.0
LOOK = 0.1
KNOWN = "email-taken"
BUSY = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}


class DemoFailed(Exception):
    """The sample could not be played in; says what to do."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the portal answered."""

    status: int
    body: dict[str, Any]


class Portal:
    """Calls the portal; while a part of it is still starting it asks again."""

    def __init__(self, client: ClientSession, url: str) -> None:
        self._client = client
        self._url = url
        self._bearer: dict[str, str] = {}
        self._session: dict[str, str] = {}
        self._kept_cookies: dict[str, str] = {}

    async def become_operator(self, secret: str) -> None:
        """Get a token of the back office. Raises: DemoFailed."""
        form = {"grant_type": "client_credentials"}
        shown = {"Authorization": encode_basic_auth(CLIENT, secret)}
        got = await self._call("/oauth/token", data=form, headers=shown)
        self._bearer = {"Authorization": f"Bearer {_good(got, 'get a token')['access_token']}"}

    async def report(self, path: str, body: Mapping[str, Any]) -> None:
        """Report something as the operator; what was reported before otherwise stays. Raises: DemoFailed."""
        got = await self._call(path, json=body, headers=self._bearer)
        if got.status != HTTPStatus.CONFLICT:
            _good(got, f"take {path}")
        for row in got.body.get("rows", ()):
            if row["outcome"] == "refused":
                raise DemoFailed(f"The portal refuses row {row['row']} of {path}: {row['code']}")

    async def begin_login(self, email: str, password: str) -> None:
        """Do the first step of a login. Raises: DemoFailed."""
        _good(await self._call("/login", json={"userId": email, "password": password}), "begin a login")

    async def finish_login(self, code: str) -> None:
        """Do the second step; what follows is done as this person. Raises: DemoFailed."""
        got = _good(await self._call("/login/code", json={"code": code}), "finish a login")
        self._session["X-CSRF-Token"] = str(got["csrfToken"])

    async def import_users(self, people: Sequence[Mapping[str, Any]], *, later: bool) -> int:
        """Add people, and return how many are new; those who are there stay as they are. Raises: DemoFailed."""
        path = f"/user-imports?activation={'later' if later else 'now'}"
        got = _good(await self._call(path, json={"rows": list(people)}, headers=self._session), "add people")
        for row in got["rows"]:
            if row["code"] != KNOWN:
                raise DemoFailed(f"The portal refuses {people[row['row'] - 1]['email']}: {row['code']}")
        return int(got["added"])

    async def log_out(self) -> None:
        """Be nobody again."""
        url = f"{self._url}/api/v1/session"
        async with self._client.delete(url, headers={**self._session, "Cookie": self._cookies()}):
            self._session.clear()
            self._kept_cookies.clear()

    async def apply(self, form: Mapping[str, Any]) -> bool:
        """Hand in an application, and return whether it is new. Raises: DemoFailed."""
        got = await self._call("/applications", json=form, headers=self._bearer)
        _good(got, f"hand in the application {form['applicationNumber']}")
        return got.status == HTTPStatus.CREATED

    async def step(self, step: str, body: Mapping[str, str]) -> dict[str, Any]:
        """Do one step of an activation. Raises: DemoFailed."""
        return _good(await self._call(f"/activation/{step}", json=body), f"do the step {step}")

    async def _call(self, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> Reply:
        url, key = f"{self._url}/api/v1{path}", {"Idempotency-Key": str(uuid4()), **(headers or {})}
        until = time.monotonic() + PATIENCE
        while True:
            try:
                async with self._client.post(url, headers={**key, "Cookie": self._cookies()}, **more) as got:
                    reply = Reply(got.status, await got.json(content_type=None) or {})
                    self._kept_cookies |= {name: one.value for name, one in got.cookies.items()}
            except (ClientError, OSError) as trouble:
                raise DemoFailed(f"The portal does not answer at {self._url}; `make up` starts it") from trouble
            except ValueError as broken:
                raise DemoFailed(f"{url} gave no JSON: is it the portal?") from broken
            if reply.status not in BUSY or time.monotonic() > until:
                return reply
            await asyncio.sleep(LOOK * 5)

    def _cookies(self) -> str:
        # Browsers take http://localhost for secure and send cookies that are for secure sites; the client does not.
        return "; ".join(f"{name}={value}" for name, value in self._kept_cookies.items() if value)


class Mailbox:
    """Looks for mails where the portal's mails arrive."""

    def __init__(self, client: ClientSession, url: str) -> None:
        self._client = client
        self._url = url

    async def wait(self, to: str, pattern: str) -> str:
        """Return what *pattern* finds in the newest mail to somebody that has it. Raises: DemoFailed."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := await self._look(to, pattern):
                return found
            await asyncio.sleep(LOOK)
        raise DemoFailed(f"No mail came to {to} within {PATIENCE:.0f} s; `make logs SERVICE=notifier` says why")

    async def _look(self, to: str, pattern: str) -> str | None:
        try:
            listed = await self._get("/api/v1/search", {"query": f"to:{to}"})
            for one in listed["messages"]:
                mail = await self._get(f"/api/v1/message/{one['ID']}")
                if found := re.search(pattern, mail["Text"]):
                    return found[1]
        except (ClientError, OSError) as trouble:
            raise DemoFailed(f"The mailbox does not answer at {self._url}") from trouble
        return None

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        async with self._client.get(f"{self._url}{path}", params=query, raise_for_status=True) as got:
            read: dict[str, Any] = await got.json()
            return read


def _good(reply: Reply, what: str) -> dict[str, Any]:
    if reply.status >= HTTPStatus.BAD_REQUEST:
        said = reply.body.get("code", "no reason given")
        where = f", trace {trace}" if (trace := reply.body.get("traceId")) else ""
        raise DemoFailed(f"The portal would not {what}: {reply.status} {said}{where}")
    return reply.body
