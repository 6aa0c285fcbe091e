"""People about their own second step, as typed calls to identity. Next stop: services/identity/api/second_steps.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.directory import Done
from gateway.application.second_step_ports import Passkey, StepUp, TrustedBrowsers
from gateway.application.session import Session
from gateway.application.steps import TotpSetup
from gateway.clients.answers import as_said, read
from kernel.adapters.http.client import Answer, ServiceClient

SELF = ("credentials:self",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passkeys:
    items: tuple[Passkey, ...]


@dataclass(frozen=True, slots=True)
class SecondStepClient:
    """Calls identity as the person who asks, about nobody else."""

    http: ServiceClient

    async def begin_step_up(self, session: Session, password: str, asked: Asked) -> StepUp:
        """Check the caller's password once more, and mail a code where that is the second factor."""
        return read(StepUp, (await self._post(session, "step-up", {"password": password, **_in(session)}, asked)).body)

    async def step_up(self, session: Session, asked: Asked) -> StepUp:
        """Return how far it was shown."""
        return read(StepUp, (await self._post(session, "step-up/state", _in(session), asked)).body)

    async def prove_step_up(self, session: Session, code: str, asked: Asked) -> StepUp:
        """Check the caller's second factor once more."""
        return read(StepUp, (await self._post(session, "step-up/code", {"code": code, **_in(session)}, asked)).body)

    async def authenticator(self, session: Session, email: str, language: str, asked: Asked) -> TotpSetup:
        """Return what another authenticator app needs."""
        body = {"email": email, "language": language, **_in(session)}
        return read(TotpSetup, (await self._post(session, "authenticator", body, asked)).body)

    async def confirm_authenticator(self, session: Session, code: str, asked: Asked, *, end_others: bool) -> Done:
        """Take the app into use, in the place of the second factor of before."""
        body = {"code": code, "endOthers": end_others, **_in(session)}
        answer = await self._post(session, "authenticator/confirmation", body, asked)
        return Done(positions=answer.positions)

    async def passkeys(self, session: Session, asked: Asked) -> Sequence[Passkey]:
        """Return the caller's passkeys, the oldest first."""
        return read(_Passkeys, (await self._get(session, "passkeys", asked)).body).items

    async def new_passkey(self, session: Session, email: str, name: str, asked: Asked) -> Mapping[str, Any]:
        """Return what a browser needs to make a passkey."""
        body = {"email": email, "name": name, **_in(session)}
        return as_said((await self._post(session, "passkeys/question", body, asked)).body)

    async def add_passkey(self, session: Session, name: str, credential: Mapping[str, Any], asked: Asked) -> Done:
        """Take a passkey in that a browser made."""
        body = {"name": name, "credential": credential, **_in(session)}
        return Done(positions=(await self._post(session, "passkeys", body, asked)).positions)

    async def remove_passkey(self, session: Session, passkey_id: UUID, asked: Asked) -> Done:
        """Take one of the caller's passkeys away."""
        body = {"passkeyId": str(passkey_id), **_in(session)}
        return Done(positions=(await self._post(session, "passkeys/remove", body, asked)).positions)

    async def step_up_question(self, session: Session, asked: Asked) -> Mapping[str, Any]:
        """Return what a browser needs to have a passkey show again that it is the caller."""
        return as_said((await self._post(session, "step-up/passkey-question", _in(session), asked)).body)

    async def step_up_by_passkey(self, session: Session, credential: Mapping[str, Any], asked: Asked) -> StepUp:
        """Check what the passkey signed."""
        body = {"credential": credential, **_in(session)}
        return read(StepUp, (await self._post(session, "step-up/passkey", body, asked)).body)

    async def trusted_browsers(self, session: Session, asked: Asked) -> TrustedBrowsers:
        """Return the caller's trusted browsers."""
        return read(TrustedBrowsers, (await self._get(session, "trusted-browsers", asked)).body)

    async def forget_browsers(self, session: Session, browser_id: UUID | None, asked: Asked) -> None:
        """Trust one of the caller's browsers no more, or none of them."""
        which = {"browserId": str(browser_id)} if browser_id else {}
        await self._post(session, "trusted-browsers/forget", which, asked)

    async def _get(self, session: Session, what: str, asked: Asked) -> Answer:
        context = replace(asked.context(f"user:{session.user_id}", session.tenant_id), command_id=None)
        return await self.http.get(f"/credentials/{session.user_id}/{what}", SELF, context)

    async def _post(self, session: Session, what: str, body: Mapping[str, Any], asked: Asked) -> Answer:
        context = asked.context(f"user:{session.user_id}", session.tenant_id)
        return await self.http.post(f"/credentials/{session.user_id}/{what}", body, SELF, context)


def _in(session: Session) -> dict[str, str]:
    return {"sessionId": str(session.session_id)}
