"""An administrator at work over the API of the running portal. Next stop: the stories."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.people import Person
from tests.e2e.portal import API, Browser, Portal, until


class Administrator:
    """An administrator at work over the API."""

    def __init__(self, browser: Browser, csrf: str) -> None:
        self.browser = browser
        self._csrf = csrf

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Call the API as a page of ours would."""
        headers = {"x-csrf-token": self._csrf, "idempotency-key": str(uuid4()), "if-match": "*"} | headers
        return await self.browser.http.request(method, f"{API}{path}", json=body, headers=headers)

    async def done(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Call what must go well; "not yet" is asked again under the same key."""
        key = str(uuid4())
        answer = await self.call(method, path, body, **{"idempotency-key": key})
        async with asyncio.timeout(30):
            while answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                await asyncio.sleep(0.2)
                answer = await self.call(method, path, body, **{"idempotency-key": key})
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        told: dict[str, Any] = answer.json() if answer.content else {}
        return told

    async def add(self, somebody: Person) -> str:
        """Register a colleague; return who it is."""
        form = {
            "email": somebody.email,
            "name": somebody.name,
            "phoneNumber": somebody.phone,
            "mailLanguage": somebody.language,
            "timezone": somebody.timezone,
            "secondFactor": "MAIL_OTP",
            "role": "GENERAL_USER",
        }
        return str((await self.done("POST", "/users", form))["userId"])


async def at_work(portal: Portal, person: Person) -> Administrator:
    """Return the administrator of a company, logged in, once the contracts are there."""
    browser, _ = await portal.entered(person)
    await until(lambda: _contracts(browser, person.contracts))
    return Administrator(browser, (await browser.get("/session")).json()["csrfToken"])


async def _contracts(browser: Browser, count: int) -> list[str] | None:
    found = [one["contractId"] for one in (await browser.dashboard())["contracts"]]
    return found if len(found) == count else None
