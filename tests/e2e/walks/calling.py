"""Calls of the API by the thousand: cheaper than a browser's, with its cookies. Next stop: member.py."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp

from tests.e2e.portal import API, Browser, until

PATIENCE = 30.0
"""Seconds in which something that is busy must answer, and what must come must have come."""
BUSY = 503


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The problem's code; empty where there is none."""
        problem = self.headers.get("content-type", "").startswith("application/problem+json")
        return str(self.json["code"]) if problem else ""

    @property
    def told(self) -> tuple[int, str]:
        """Status and code."""
        return self.status, self.code


@dataclass
class Caller:
    """Calls the API with the session of a browser, from its address, as a page of ours would."""

    browser: Browser
    csrf: str = ""
    _http: aiohttp.ClientSession | None = field(default=None, repr=False)

    async def ask(self, method: str, path: str, body: object = None, *, key: str = "", match: str = "*") -> Answer:
        """Call; "not now" is asked again under the same key."""
        headers = {"idempotency-key": key or str(uuid4())}
        if match:
            headers["if-match"] = match
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self.once(method, path, body, headers)
                if answer.status != BUSY:
                    return answer
                await asyncio.sleep(0.1)

    async def once(self, method: str, path: str, body: object, headers: dict[str, str]) -> Answer:
        """Call once."""
        said = {"cookie": self._cookie(), "x-csrf-token": self.csrf, **headers}
        async with self._session().request(method, f"{API}{path}", json=body, headers=said) as answer:
            return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, await answer.read())

    def stream(self) -> Any:
        """Return the way to an open stream of events."""
        no_end = aiohttp.ClientTimeout(total=None, sock_read=60)
        return self._session().get(f"{API}/events", headers={"cookie": self._cookie()}, timeout=no_end)

    async def close(self) -> None:
        """Hang up."""
        if self._http is not None:
            await self._http.close()

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                str(self.browser.http.base_url),
                connector=aiohttp.TCPConnector(local_addr=(self.browser.address, 0)),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._http


class Stream:
    """What a session is told of changes, for as long as it is told anything."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._here = asyncio.Event()
        self.told: list[tuple[str, str, dict[str, Any]]] = []
        """Id, name and data of each event."""
        self._reading = asyncio.ensure_future(self._read())

    async def opened(self) -> "Stream":
        """Return it when it tells what changes from now on."""
        async with asyncio.timeout(PATIENCE):
            await self._here.wait()
        return self

    async def end(self) -> None:
        """Return when the portal has ended it."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.shield(self._reading)

    async def close(self) -> None:
        """Listen no longer."""
        self._reading.cancel()
        with suppress(asyncio.CancelledError, aiohttp.ClientError):
            await self._reading

    async def shows(self, contract_id: str, status: str, since: int) -> str:
        """Return the id of the event that shows a contract in a status, or that tells to read all again."""

        async def look() -> str | None:
            shown = (one for one, seen in self.of(contract_id, since) if seen == status)
            return next(shown, None) or self._resync(since)

        return await until(look, PATIENCE)

    async def came_to(self, event_id: str, since: int) -> None:
        """Return when everything up to an event that another stream told has been told here."""

        async def look() -> bool:
            here = any(told == event_id for told, _, _ in self.told[since:])
            return here or self._reading.done() or self._resync(since) is not None

        await until(look, PATIENCE)

    def of(self, contract_id: str, since: int) -> list[tuple[str, str | None]]:
        """Return the ids of events about a contract and what they show it to be in; None where it is gone."""
        return [
            (event_id, (data["contract"] or {}).get("serviceStatus"))
            for event_id, name, data in self.told[since:]
            if name == "contract" and data["contractId"] == contract_id
        ]

    def _resync(self, since: int) -> str | None:
        return next((event_id for event_id, name, _ in self.told[since:] if name == "resync"), None)

    async def _read(self) -> None:
        fields: dict[str, str] = {}
        async with self._caller.stream() as answer:
            async for octets in answer.content:
                line = octets.decode().rstrip("\n")
                if line.startswith(": here"):
                    self._here.set()
                name, _, value = line.partition(": ")
                if line:
                    fields[name] = value
                    continue
                if "event" in fields:
                    self.told.append((fields["id"], fields["event"], json.loads(fields.get("data", "{}"))))
                fields = {}
