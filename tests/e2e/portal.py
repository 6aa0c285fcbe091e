"""The portal as people and the back office meet it: a small client of the public API. Next stop: the stories."""

import asyncio
from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from deploy.plan import Plan
from deploy.secret_files import OPERATOR
from tests.e2e.authenticator import Authenticator
from tests.e2e.mailbox import Mail, Mailbox
from tests.e2e.people import Person

API = "/api/v1"
BACK_OFFICE = "applications:write contracts:write status:write incidents:write maintenance:write"
Found = TypeVar("Found")


async def until(probe: Callable[[], Awaitable[Found | None]], seconds: float = 30) -> Found:
    """Ask until the answer is something, and return it."""
    async with asyncio.timeout(seconds):
        while True:
            if found := await probe():
                return found
            await asyncio.sleep(0.05)


class Browser:
    """One person's browser: keeps cookies and speaks JSON."""

    def __init__(self, url: str, mailbox: Mailbox, *, address: str | None = None, language: str = "ja") -> None:
        transport = httpx.AsyncHTTPTransport(local_address=address) if address else None
        self.http = httpx.AsyncClient(
            base_url=url,
            timeout=30,
            transport=transport,
            headers={"accept-language": language},
            event_hooks={"request": [self._send_cookies], "response": [self._keep_cookies]},
        )
        self.cookies: dict[str, str] = {}
        self.mailbox = mailbox
        self.address = address or "127.0.0.1"

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask the API."""
        return await self.http.get(f"{API}{path}", headers=headers)

    async def post(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Send something to the API; a repeated call takes a key of its own."""
        return await self.http.post(f"{API}{path}", json=body or {}, headers=headers)

    async def page(self, path: str, *, method: str = "GET", follow: bool = True) -> httpx.Response:
        """Open a page as a person would."""
        return await self.http.request(method, path, headers={"accept": "text/html"}, follow_redirects=follow)

    async def done(self, path: str, body: object = None, **headers: str) -> dict[str, Any]:
        """Send something that must go well, and return the answer."""
        answer = await self.sent(path, body, **headers)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        told: dict[str, Any] = answer.json() if answer.content else {}
        return told

    async def sent(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Send something; what is busy is asked again under the same key."""
        headers = {"idempotency-key": str(uuid4()), **headers}
        answer = await self.post(path, body, **headers)
        async with asyncio.timeout(30):
            while answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                await asyncio.sleep(0.2)
                answer = await self.post(path, body, **headers)
        return answer

    async def activate(self, person: Person, token: str, password: str | None = None) -> Authenticator | None:
        """Walk the steps of a mailed link; return the authenticator where one was set up."""
        state = await self.done("/activation/state", {"token": token})
        if "CONFIRM" in state["steps"]:
            state = await self.done("/activation/confirmation", {"token": token, **person.identity()})
        state = await self.done("/activation/password", {"token": token, "password": password or person.password})
        if state["state"] != "TOTP":
            assert state["state"] == "DONE"
            return None
        setup = await self.done("/activation/totp", {"token": token})
        app = Authenticator(setup["secret"])
        state = await self.done("/activation/totp-confirmation", {"token": token, "code": await app.code()})
        assert state["state"] == "DONE"
        return app

    async def first_step(self, person: Person, password: str | None = None) -> dict[str, Any]:
        """Log in as far as the code."""
        return await self.done("/login", {"userId": person.email, "password": password or person.password})

    async def log_in(self, person: Person, app: Authenticator | None, password: str | None = None) -> dict[str, Any]:
        """Log in with both steps; the code comes from the app, else by mail."""
        before = 0 if app else await self.mailbox.known_codes(person.email)
        await self.first_step(person, password)
        code = await app.code() if app else (await self.mailbox.codes(person.email, before + 1))[-1]
        return await self.done("/login/code", {"code": code})

    async def dashboard(self) -> dict[str, Any]:
        """Return the dashboard once it can be had."""
        return await until(self._dashboard)

    async def log_out(self) -> httpx.Response:
        """End the session."""
        csrf = (await self.get("/session")).json()["csrfToken"]
        return await self.http.delete(f"{API}/session", headers={"x-csrf-token": csrf})

    async def _send_cookies(self, request: httpx.Request) -> None:
        # By hand, for httpx sends no `Secure` cookie over plain HTTP, and browsers do on localhost.
        if self.cookies and "cookie" not in request.headers:
            request.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def _keep_cookies(self, answer: httpx.Response) -> None:
        for header in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(header).items():
                self.cookies.pop(name, None)
                if morsel.value:
                    self.cookies[name] = morsel.value

    async def _dashboard(self) -> dict[str, Any] | None:
        answer = await self.get("/dashboard")
        assert answer.status_code in {200, 503}, answer.text
        told: dict[str, Any] | None = answer.json() if answer.is_success else None
        return told


class BackOffice:
    """The operator's program."""

    def __init__(self, url: str, secret: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=30)
        self._secret = secret

    async def token(self, scope: str = BACK_OFFICE) -> str:
        """Return a token of the back office."""
        answer = await self._http.post(
            f"{API}/oauth/token",
            data={"grant_type": "client_credentials", "scope": scope},
            auth=("operator", self._secret),
        )
        return str(answer.raise_for_status().json()["access_token"])

    async def send(self, method: str, path: str, body: object = None, key: str | None = None) -> httpx.Response:
        """Call the API as the back office."""
        return await self.call(await self.token(), method, path, body, key or str(uuid4()))

    async def call(self, token: str, method: str, path: str, body: object, key: str) -> httpx.Response:
        """Call the API with a token that is at hand."""
        headers = {"authorization": f"Bearer {token}", "idempotency-key": key}
        return await self._http.request(method, f"{API}{path}", json=body, headers=headers)

    async def apply(self, person: Person) -> dict[str, Any]:
        """Hand in a person's application; return what came of it."""
        answer = await self.send("POST", "/applications", person.form())
        assert answer.status_code == httpx.codes.CREATED, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def change(self, contract_id: str, status: str) -> httpx.Response:
        """Say how the service on a contract runs."""
        return await self.send("PUT", f"/operator/contracts/{contract_id}/service-status", {"serviceStatus": status})

    async def close(self) -> None:
        """Leave."""
        await self._http.aclose()


class Portal:
    """The running portal with its back office, its mailbox and as many browsers as wanted."""

    def __init__(self, plan: Plan) -> None:
        self.url = plan.public_url
        self.mailbox = Mailbox(plan.mailbox_url)
        self.back_office = BackOffice(self.url, (plan.places.secrets / OPERATOR).read_text().strip())
        self._browsers: list[Browser] = []

    def browser(self, *, address: str | None = None, language: str = "ja") -> Browser:
        """Return a browser that nobody has used; *address* is the one on this machine that it calls from."""
        made = Browser(self.url, self.mailbox, address=address, language=language)
        self._browsers.append(made)
        return made

    async def invited(self, person: Person) -> Mail:
        """Hand in a person's application and return their activation mail."""
        await self.back_office.apply(person)
        return (await self.mailbox.wait(person.email))[0]

    async def activated(self, person: Person) -> tuple[Browser, Authenticator | None]:
        """Bring a person as far as a usable login."""
        browser = self.browser(language=person.language)
        return browser, await browser.activate(person, (await self.invited(person)).token)

    async def entered(self, person: Person) -> tuple[Browser, Authenticator | None]:
        """Bring a person as far as a session."""
        browser, app = await self.activated(person)
        await browser.log_in(person, app)
        return browser, app

    async def close(self) -> None:
        """Close every connection."""
        for browser in self._browsers:
            await browser.http.aclose()
        await self.back_office.close()
        await self.mailbox.close()
