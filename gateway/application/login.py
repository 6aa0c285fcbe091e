"""The login: mail address and password, then a code, then a session. Next stop: sessions.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.application.asked import Asked
from gateway.application.identity_ports import Identity
from gateway.application.ports import Limits
from gateway.application.sessions import Opened, Sessions
from gateway.application.steps import LoginPassed, PendingLogin
from gateway.application.turnstile import Turnstile
from kernel.domain.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginJourney:
    """The two steps of a login. What identity refuses comes through with its code."""

    identity: Identity
    sessions: Sessions
    limits: Limits
    turnstile: Turnstile = field(default_factory=Turnstile)

    async def begin(
        self, email: str, password: str, asked: Asked, *, trusted: str | None = None, held: str | None = None
    ) -> PendingLogin | Opened:
        """Check mail address and password; what comes back is no session, but for a browser that is trusted.

        Raises: Unauthenticated `credentials-wrong`, TooManyTries, Unavailable; with *trusted* also as finish(), and
            TrustEnded.
        """
        self.turnstile.enter()
        await self.limits.count("login", asked.client_ip)
        try:
            begun = await self.identity.begin_login(email, password, asked, trusted)
        except Unavailable as refusal:
            self.turnstile.turned_away(refusal)
            raise
        return await self._admitted(begun, asked, held) if isinstance(begun, LoginPassed) else begun

    async def state(self, login: str, asked: Asked) -> PendingLogin:
        """Return where a login stands. Raises: Unauthenticated `login-expired`."""
        return await self.identity.login_state(login, asked)

    async def resend(self, login: str, asked: Asked) -> None:
        """Mail another code. Raises: TooManyTries; Refused `method-has-no-code`; Unauthenticated `login-expired`."""
        await self.limits.count("code", asked.client_ip)
        await self.identity.resend_code(login, asked)

    async def finish(
        self, login: str, code: str, asked: Asked, held: str | None = None, *, trust: bool = False
    ) -> Opened:
        """Check the code and open the session; the one whose token *held* the browser gives up for it ends.

        Raises: Unauthenticated `code-wrong` with tries_left or `login-expired`; Locked `credential-locked`;
            SessionMissing when the session is over already; NetworkRefused when the tenant lets nobody in from there;
            TooManyTries; Unavailable.
        """
        await self.limits.count("code", asked.client_ip)
        return await self._admitted(await self.identity.finish_login(login, code, asked, trust=trust), asked, held)

    async def passkey_question(self, login: str, asked: Asked) -> Mapping[str, Any]:
        """Return what a browser needs to have a passkey sign. Raises: Unauthenticated `login-expired`; NotFound."""
        return await self.identity.passkey_question(login, asked)

    async def finish_by_passkey(
        self, login: str, credential: Mapping[str, Any], asked: Asked, held: str | None = None, *, trust: bool = False
    ) -> Opened:
        """Check what a passkey signed and open the session. Raises: Unauthenticated `passkey-wrong`; as finish()."""
        await self.limits.count("code", asked.client_ip)
        passed = await self.identity.finish_by_passkey(login, credential, asked, trust=trust)
        return await self._admitted(passed, asked, held)

    async def _admitted(self, passed: LoginPassed, asked: Asked, held: str | None) -> Opened:
        opened = await self.sessions.admit(passed, asked)
        if held is not None:
            await self.sessions.replace(held, opened, asked)
        return opened
