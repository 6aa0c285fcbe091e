"""Hands applications in, and does for a sample person what the person would do. Next stop: telling.py."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pyotp

from deploy.demo.company import Company
from deploy.demo.kept import Credentials, Kept
from deploy.demo.portal import DemoFailed, Mailbox, Portal

BEFORE = timedelta(days=60)

ENOUGH = 3.0
"""Seconds of a step that must be left for its code to arrive in time."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the sample is played, and what tells how it goes."""

    portal: Portal
    mailbox: Mailbox
    kept: Kept
    public_url: str
    say: Callable[[str], None]
    anchor: datetime
    """Up to when the sample's month reaches; its companies were there before it."""

    async def invite(self, company: Company) -> None:
        """Hand a company in, and leave the rest to whoever finds the mail. Raises: DemoFailed."""
        if await self.portal.apply(self._form(company)):
            began = time.monotonic()
            await self._token(company)
            self.say(f"{company.name}: the activation mail is in the mailbox {_since(began)}")

    async def set_up(self, company: Company) -> Credentials:
        """Hand a company in, and take its administrator through all steps. Raises: DemoFailed."""
        began = time.monotonic()
        email = company.administrator["email"]
        new = await self.portal.apply(self._form(company))
        credentials = self.kept.start_again(email) if new else self.kept.of(email)
        if not credentials.ready:
            await self._go_through(company, await self._token(company))
            credentials = replace(self.kept.of(email), ready=True)
            self.kept.keep(email, credentials)
            self.say(f"{company.name}: {company.administrator['name']} is set up {_since(began)}")
        return credentials

    def _form(self, company: Company) -> dict[str, Any]:
        return {**company.form, "receivedAt": (self.anchor - BEFORE).isoformat()}

    async def _token(self, company: Company) -> str:
        link = rf"(?m)^{re.escape(self.public_url.rstrip('/'))}/activate/(\S+)"
        return await self.mailbox.wait(company.administrator["email"], link)

    async def _go_through(self, company: Company, token: str) -> None:
        with_token = {"token": token}
        state = (await self.portal.step("state", with_token))["state"]
        while state != "DONE":
            done = state
            match state:
                case "CONFIRM":
                    state = await self._next("confirmation", {**with_token, **company.identity})
                case "PASSWORD":
                    password = self.kept.of(company.administrator["email"]).password
                    state = await self._next("password", {**with_token, "password": password})
                case "TOTP":
                    state = await self._enrol(company, token)
            if state == done:
                raise DemoFailed(f"{company.name} stays at the step {state}")

    async def _enrol(self, company: Company, token: str) -> str:
        email = company.administrator["email"]
        secret = str((await self.portal.step("totp", {"token": token}))["secret"])
        self.kept.keep(email, replace(self.kept.of(email), totp_secret=secret))
        return await self._next("totp-confirmation", {"token": token, "code": await _code_before(secret)})

    async def _next(self, step: str, body: dict[str, str]) -> str:
        return str((await self.portal.step(step, body))["state"])


async def play(stage: Stage, waiting: Company, ready: list[Company]) -> list[Credentials]:
    """Play all companies in side by side, and return how the people of *ready* log in. Raises: DemoFailed."""
    mailing = asyncio.create_task(stage.invite(waiting))
    credentials = await asyncio.gather(*(stage.set_up(company) for company in ready))
    await mailing
    return credentials


async def _code_before(secret: str) -> str:
    """Return the code of the step before, which still counts, so that the one of now is left for the first login."""
    app = pyotp.TOTP(secret)
    if (left := app.interval - time.time() % app.interval) < ENOUGH:
        await asyncio.sleep(left)
    return app.at(int(time.time()) - app.interval)


def _since(began: float) -> str:
    return f"({time.monotonic() - began:.1f} s)"
