"""People and a back office that go on through every fault, and remember what they were promised. Next: campaign.py.

They ask again under the same Idempotency-Key until they get an answer, as clients are told to.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.e2e.authenticator import Authenticator
from tests.e2e.people import Person
from tests.e2e.portal import API, Browser, Portal
from tests.faults.evidence import Acknowledged

PATIENCE = 180.0
"""Seconds in which a call must get an answer, whatever is killed meanwhile."""
PAUSE = 0.15
BUSY = frozenset({429, 500, 502, 503, 504})
STATUSES = ("ABNORMAL", "WARNING", "NORMAL", "UNMONITORED")
LOGINS = 8


class NoAnswer(AssertionError):
    """A call got no answer for too long."""


class Broken(AssertionError):
    """An answer that no fault excuses."""


async def persist(call: Callable[[], Awaitable[httpx.Response]], what: str) -> httpx.Response:
    """Repeat a call, which keeps its key, until it is answered. Raises: NoAnswer."""
    until, last = time.monotonic() + PATIENCE, "nothing"
    while time.monotonic() < until:
        try:
            answer = await call()
        except httpx.TransportError as trouble:
            last = repr(trouble)
        else:
            if answer.status_code not in BUSY:
                return answer
            last = f"{answer.status_code} {answer.text[:200]}"
        await asyncio.sleep(PAUSE)
    raise NoAnswer(f"{what}: {last}")


@dataclass(slots=True)
class Journal:
    """What was promised to whom."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    ended: list[dict[str, str]] = field(default_factory=list)
    """Cookies of sessions that their owners ended."""
    foreign: list[str] = field(default_factory=list)
    """Whatever one company saw of another."""
    finished: int = 0


@dataclass(slots=True)
class Traveller:
    """One person's whole journey, and the back office's part in it."""

    portal: Portal
    journal: Journal
    person: Person
    token: str
    """The back office's; got beforehand, so that it can be used while the gateway comes and goes."""

    async def travel(self) -> None:
        """From the form to a changed contract on the dashboard and the logout. Raises: NoAnswer, Broken."""
        made = await self._apply()
        browser = self.portal.browser(language=self.person.language)
        self.journal.secrets += self.person.secrets
        mails = await self.portal.mailbox.wait(self.person.email, links=True, seconds=PATIENCE)
        app = await self._activate(browser, mails[-1].token)
        self._promised("activate", "identity", once=[(UUID(made["administratorId"]), "portal.credential.activated.v1")])
        await self._log_in(browser, app)
        await self._change(made["contractIds"][0])
        await self._see(browser, made["contractIds"])
        await self._log_out(browser)
        self.journal.finished += 1

    async def order(self) -> None:
        """Only the back office's part, which waits for nobody's mail. Raises: NoAnswer, Broken."""
        made = await self._apply()
        await self._change(made["contractIds"][0])
        self.journal.secrets += self.person.secrets

    async def _apply(self) -> dict[str, Any]:
        form, key = self.person.form(), str(uuid4())
        answer = await persist(lambda: self._office("POST", "/applications", form, key), "apply")
        if answer.status_code not in {200, 201}:
            raise Broken(f"apply: {answer.status_code} {answer.text}")
        made: dict[str, Any] = answer.json()
        application = UUID(made["applicationId"])
        once = [(application, "portal.application.received.v1"), (application, "portal.tenant.opened.v1")]
        once += [(UUID(contract), "portal.contract.activated.v1") for contract in made["contractIds"]]
        self._promised("apply", "contracts", once=once, placed=answer.headers.get("x-log-position"))
        other = f"Other {self.person.mark}"
        changed = self.person.form(customer={"companyName": other, "customerNumber": "C1"})
        no = await persist(lambda: self._office("POST", "/applications", changed, f"{key}-other"), "apply otherwise")
        if no.status_code != httpx.codes.CONFLICT:
            raise Broken(f"apply otherwise: {no.status_code} {no.text}")
        self.journal.refused.append(other)
        return made

    async def _activate(self, browser: Browser, token: str) -> Authenticator | None:
        app: Authenticator | None = None
        while True:
            answer = await self._post(browser, "/activation/state", {"token": token})
            if answer.json().get("code") == "activation-used":
                return app
            match answer.json().get("state"):
                case "CONFIRM":
                    await self._step(browser, "confirmation", {"token": token, **self.person.identity()})
                case "PASSWORD":
                    await self._step(browser, "password", {"token": token, "password": self.person.password})
                case "TOTP":
                    setup = (await self._post(browser, "/activation/totp", {"token": token})).json()
                    app = app or Authenticator(setup["secret"])
                    await self._step(browser, "totp-confirmation", {"token": token, "code": await app.code()})
                case _:
                    raise Broken(f"activation: {answer.status_code} {answer.text}")

    async def _step(self, browser: Browser, name: str, body: dict[str, str]) -> None:
        answer = await self._post(browser, f"/activation/{name}", body)
        # A first code that was taken just before the crash is spent: the app shows another.
        if not answer.is_success and answer.json()["code"] != "code-wrong":
            raise Broken(f"{name}: {answer.status_code} {answer.text}")

    async def _log_in(self, browser: Browser, app: Authenticator | None) -> None:
        for _ in range(LOGINS):
            known = len(await self.portal.mailbox.to(self.person.email))
            body = {"userId": self.person.email, "password": self.person.password}
            begun = await self._post(browser, "/login", body)
            if not begun.is_success:
                raise Broken(f"login: {begun.status_code} {begun.text}")
            code = await app.code() if app else await self._mailed_code(known)
            if code is None:
                continue
            answer = await self._post(browser, "/login/code", {"code": code})
            if answer.is_success:
                return
            # A login that the crash cut off, or the code of one before it: log in anew.
            if answer.json()["code"] not in {"code-wrong", "login-expired", "session-missing"}:
                raise Broken(f"code: {answer.status_code} {answer.text}")
        raise Broken(f"no login succeeded in {LOGINS} tries")

    async def _mailed_code(self, known: int) -> str | None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            mails = await self.portal.mailbox.to(self.person.email)
            # The code of the login that just began comes last; those of logins that a crash cut off come before it.
            if len(mails) > known and not mails[-1].has_link:
                await asyncio.sleep(PAUSE)
                return (await self.portal.mailbox.to(self.person.email))[-1].code
            await asyncio.sleep(PAUSE)
        raise NoAnswer("the mail with the code")

    async def _change(self, contract_id: str) -> None:
        path, key = f"/operator/contracts/{contract_id}/service-status", str(uuid4())
        for status in STATUSES[:2]:
            body, of = {"serviceStatus": status}, f"{key}-{status}"
            answer = await persist(lambda body=body, of=of: self._soon(path, body, of), "change")  # type: ignore[misc]
            if not answer.is_success:
                raise Broken(f"change: {answer.status_code} {answer.text}")
            self._promised(f"change to {status}", "contracts", placed=answer.headers.get("x-log-position"))

    async def _soon(self, path: str, body: object, key: str) -> httpx.Response:
        answer = await self._office("PUT", path, body, key)
        if answer.status_code == httpx.codes.NOT_FOUND:
            # The contract was applied for and comes into force a moment later.
            raise httpx.ReadError("not yet in force")
        return answer

    async def _see(self, browser: Browser, contract_ids: list[str]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = await persist(lambda: browser.get("/dashboard"), "dashboard")
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                raise Broken("a session ended by itself")
            board = answer.json()
            shown = {one["contractId"]: one["serviceStatus"] for one in board["contracts"]}
            self.journal.foreign += [one for one in shown if one not in contract_ids]
            if set(shown) == set(contract_ids) and shown[contract_ids[0]] == STATUSES[1]:
                if board["tenant"]["companyName"] != self.person.company:
                    self.journal.foreign.append(board["tenant"]["companyName"])
                return
            await asyncio.sleep(PAUSE)
        raise NoAnswer(f"the change never showed: {answer.text[:300]}")

    async def _log_out(self, browser: Browser) -> None:
        session = await persist(lambda: browser.get("/session"), "session")
        cookies, csrf = dict(browser.cookies), session.json()["csrfToken"]
        headers = {"x-csrf-token": csrf, "idempotency-key": str(uuid4())}
        await persist(lambda: browser.http.delete(f"{API}/session", headers=headers), "logout")
        self.journal.ended.append(cookies)

    async def _post(self, browser: Browser, path: str, body: dict[str, Any]) -> httpx.Response:
        key = str(uuid4())
        return await persist(lambda: browser.post(path, body, **{"idempotency-key": key}), path)

    async def _office(self, method: str, path: str, body: object, key: str) -> httpx.Response:
        return await self.portal.back_office.call(self.token, method, path, body, key)

    def _promised(
        self, command: str, service: str, *, once: list[tuple[UUID, str]] | None = None, placed: str | None = None
    ) -> None:
        position = partition = None
        if placed:
            _, _, part, pos = placed.split(";")
            position, partition = int(pos), int(part.removeprefix("p"))
        self.journal.acknowledged.append(
            Acknowledged(
                command=f"{command} of {self.person.mark}",
                service=service,
                position=position,
                partition=partition,
                once=once or [],
            )
        )
