"""A person of a company with a browser, an address and an open stream of their own. Next stop: company.py."""

from dataclasses import dataclass
from typing import Any

from tests.e2e.people import Person
from tests.e2e.portal import Browser, until
from tests.e2e.walks.calling import PATIENCE, Answer, Caller, Stream

OK, OVER, LOCKED, BUSY = 200, 401, 423, 503


@dataclass(eq=False)
class Member:
    """Somebody who can log in."""

    name: str
    person: Person
    browser: Browser
    caller: Caller
    user_id: str = ""
    mails: int = 0
    """Codes that were mailed to them; an hour has twenty."""
    stream: Stream | None = None

    async def log_in(self) -> None:
        """Get a session; what identity has not heard yet is waited for."""
        await until(self.is_let_in, PATIENCE)

    async def is_let_in(self) -> bool:
        """Get a session, unless the credential is disabled or locked or all are busy; tell whether it came to one."""
        before = await self.browser.mailbox.known_codes(self.person.email)
        answer = await self.begin(self.person.password)
        if answer.status in {LOCKED, BUSY}:
            return False
        assert answer.status == OK, answer.body
        code = (await self.browser.mailbox.codes(self.person.email, before + 1))[-1]
        self.mails += 1
        passed = await self.browser.sent("/login/code", {"code": code})
        if passed.status_code == OVER:
            # Identity heard only now of a suspension that has been lifted since, which ended the login.
            return False
        assert passed.status_code == OK, passed.text
        session = passed.json()
        self.caller.csrf, self.user_id = session["csrfToken"], session["userId"]
        return True

    async def begin(self, password: str) -> Answer:
        """Give mail address and password."""
        answer = await self.browser.post("/login", {"userId": self.person.email, "password": password})
        return Answer(answer.status_code, dict(answer.headers), answer.content)

    async def listen(self) -> Stream:
        """Open a stream; the one before is closed."""
        if self.stream is not None:
            await self.stream.close()
        self.stream = await Stream(self.caller).opened()
        return self.stream

    async def ask(self, method: str, path: str, body: object = None, **how: str) -> Answer:
        """Call the API with the session."""
        return await self.caller.ask(method, path, body, **how)

    async def done(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Call what must go well."""
        answer = await self.ask(method, path, body)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.body!r}"
        told: dict[str, Any] = answer.json if answer.body else {}
        return told

    async def close(self) -> None:
        """Leave."""
        if self.stream is not None:
            await self.stream.close()
        await self.caller.close()
