"""The login: mail address and password, then a code, then a session. Next stop: sessions.py."""

from dataclasses import dataclass, field

from gateway.application.asked import Asked
from gateway.application.ports import Identity, Limits
from gateway.application.sessions import Opened, Sessions
from gateway.application.steps import PendingLogin
from gateway.application.turnstile import Turnstile
from kernel.domain.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginJourney:
    """The two steps of a login. What identity refuses comes through with its code."""

    identity: Identity
    sessions: Sessions
    limits: Limits
    turnstile: Turnstile = field(default_factory=Turnstile)

    async def begin(self, email: str, password: str, asked: Asked) -> PendingLogin:
        """Check mail address and password; what comes back is no session.

        Raises: Unauthenticated `credentials-wrong`, TooManyTries, Unavailable.
        """
        self.turnstile.enter()
        await self.limits.count("login", asked.client_ip)
        try:
            return await self.identity.begin_login(email, password, asked)
        except Unavailable as refusal:
            self.turnstile.turned_away(refusal)
            raise

    async def state(self, login: str, asked: Asked) -> PendingLogin:
        """Return where a login stands. Raises: Unauthenticated `login-expired`."""
        return await self.identity.login_state(login, asked)

    async def resend(self, login: str, asked: Asked) -> None:
        """Mail another code. Raises: TooManyTries; Refused `method-has-no-code`; Unauthenticated `login-expired`."""
        await self.limits.count("code", asked.client_ip)
        await self.identity.resend_code(login, asked)

    async def finish(self, login: str, code: str, asked: Asked, held: str | None = None) -> Opened:
        """Check the code and open the session; the one whose token *held* the browser gives up for it ends.

        Raises: Unauthenticated `code-wrong` with tries_left or `login-expired`; Locked `credential-locked`;
            SessionMissing when the session is over already; NetworkRefused when the tenant lets nobody in from there;
            TooManyTries; Unavailable.
        """
        await self.limits.count("code", asked.client_ip)
        opened = await self.sessions.admit(await self.identity.finish_login(login, code, asked), asked)
        if held is not None:
            await self.sessions.replace(held, opened, asked)
        return opened
