"""The identity service's commands as typed calls. Next stop: services/identity/api."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.application.asked import Asked
from gateway.application.identity_ports import WhoIAm
from gateway.application.session import LeftAlone, Session
from gateway.application.steps import ActivationState, LoginPassed, Method, PendingLogin, TotpSetup
from gateway.clients.answers import as_said, read
from kernel.adapters.http.client import Answer, ServiceClient
from kernel.domain.recorded import LogPosition

SCOPES = ("login",)
EXPIRED = "EXPIRED"
OURSELVES = "service:gateway"


@dataclass(frozen=True, slots=True)
class IdentityClient:
    """Calls identity; what it refuses is raised with its code."""

    http: ServiceClient

    async def activation_state(self, token: str, asked: Asked) -> ActivationState:
        """Return where the holder of a mailed link stands; uses nothing up."""
        return await self._activation("state", {"token": token}, asked)

    async def confirm(self, token: str, who: WhoIAm, asked: Asked) -> ActivationState:
        """Compare what the person says of themselves with the registration."""
        return await self._activation("confirmation", {"token": token, **_who(who)}, asked)

    async def set_password(self, token: str, password: str, asked: Asked) -> ActivationState:
        """Set the password of the link's person."""
        return await self._activation("password", {"token": token, "password": password}, asked)

    async def choose_factor(self, token: str, second_factor: Method, asked: Asked) -> ActivationState:
        """Have the second proof given as the link's person wants it."""
        return await self._activation("second-factor", {"token": token, "secondFactor": second_factor.value}, asked)

    async def totp_setup(self, token: str, asked: Asked) -> TotpSetup:
        """Return what the authenticator app needs; the same until a code confirms it."""
        return read(TotpSetup, (await self._post("/activations/totp", {"token": token}, asked)).body)

    async def confirm_totp(self, token: str, code: str, asked: Asked) -> ActivationState:
        """Take the app into use by its first code."""
        return await self._activation("totp-confirmation", {"token": token, "code": code}, asked)

    async def ask_for_reset(self, who: WhoIAm, asked: Asked) -> None:
        """Ask for a new link; says nothing about whether there is such a person."""
        await self._post("/password-resets", _who(who), asked)

    async def begin_login(
        self, email: str, password: str, asked: Asked, trusted: str | None = None
    ) -> PendingLogin | LoginPassed:
        """Check the first proof; a browser that holds *trusted* may need no second one."""
        client = {"ip": asked.client_ip, "userAgent": asked.user_agent}
        body = {"email": email, "password": password, "client": client}
        if trusted is None:
            return read(PendingLogin, (await self._post("/logins", body, asked)).body)
        answer = await self._post("/logins", {**body, "trusted": trusted}, asked)
        if "sessionId" in answer.body:
            return read(LoginPassed, {**answer.body, "position": answer.position})
        return read(PendingLogin, answer.body)

    async def login_state(self, login: str, asked: Asked) -> PendingLogin:
        """Return where a login stands."""
        answer = await self._post("/logins/state", {"login": login}, asked)
        return read(PendingLogin, {**answer.body, "login": login})

    async def resend_code(self, login: str, asked: Asked) -> None:
        """Mail another code; the one before is dead."""
        await self._post("/logins/resend", {"login": login}, asked)

    async def finish_login(self, login: str, code: str, asked: Asked, *, trust: bool = False) -> LoginPassed:
        """Check the second proof; with *trust* the browser is spared it for some days, where the tenant wants that."""
        answer = await self._post("/logins/code", {"login": login, "code": code, "trust": trust}, asked)
        return read(LoginPassed, {**answer.body, "position": answer.position})

    async def passkey_question(self, login: str, asked: Asked) -> Mapping[str, Any]:
        """Return what a browser needs to have a passkey give the second proof."""
        return as_said((await self._post("/logins/passkey-question", {"login": login}, asked)).body)

    async def finish_by_passkey(
        self, login: str, credential: Mapping[str, Any], asked: Asked, *, trust: bool = False
    ) -> LoginPassed:
        """Check the second proof by a passkey."""
        body = {"login": login, "credential": credential, "trust": trust}
        answer = await self._post("/logins/passkey", body, asked)
        return read(LoginPassed, {**answer.body, "position": answer.position})

    async def end_session(self, session: Session, reason: str, asked: Asked) -> LogPosition | None:
        """Record that a session is over."""
        path, body = f"/sessions/{session.session_id}/end", {"userId": str(session.user_id), "reason": reason}
        context = asked.context(f"user:{session.user_id}", session.tenant_id)
        return (await self.http.post(path, body, SCOPES, context)).position

    async def expire_session(self, session: LeftAlone, asked: Asked) -> None:
        """Record that nobody used a session for too long; one that had ended before stays as it was."""
        path, body = f"/sessions/{session.session_id}/end", {"userId": str(session.user_id), "reason": EXPIRED}
        await self.http.post(path, body, SCOPES, asked.context(OURSELVES, session.tenant_id))

    async def _activation(self, step: str, body: Mapping[str, Any], asked: Asked) -> ActivationState:
        return read(ActivationState, (await self._post(f"/activations/{step}", body, asked)).body)

    async def _post(self, path: str, body: Mapping[str, Any], asked: Asked) -> Answer:
        return await self.http.post(path, body, SCOPES, asked.context())


def _who(who: WhoIAm) -> dict[str, str]:
    return {"email": who.email, "name": who.name, "contactPhoneNumber": who.contact_phone_number}
