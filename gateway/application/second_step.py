"""A person's own second step: shown again, set up anew, spared some browsers. Next: second_step_ports.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.effects import Effects
from gateway.application.policy import Operation
from gateway.application.ports import Limits
from gateway.application.second_step_ports import Passkey, SecondStep, StepUp, TrustedBrowsers
from gateway.application.steps import TotpSetup
from gateway.application.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStepJourney:
    """The caller's own second step; nothing here takes the id of a person. Raises, everywhere: Unavailable."""

    identity: SecondStep
    limits: Limits
    effects: Effects

    async def begin_step_up(self, viewer: Viewer, password: str, asked: Asked) -> StepUp:
        """Have the caller give the password once more.

        Raises: Denied `current-password-wrong`; TooManyTries; Locked `credential-locked`.
        """
        policy.demand(viewer, Operation.BEGIN_STEP_UP)
        await self.limits.count("login", asked.client_ip)
        return await self.identity.begin_step_up(viewer.session, password, asked)

    async def step_up(self, viewer: Viewer, asked: Asked) -> StepUp:
        """Return how far it was shown. Raises: Denied `step-up-needed` when nothing was."""
        policy.demand(viewer, Operation.STEP_UP)
        return await self.identity.step_up(viewer.session, asked)

    async def prove_step_up(self, viewer: Viewer, code: str, asked: Asked) -> StepUp:
        """Have the caller give the second factor, or a recovery code, once more.

        Raises: Denied `code-wrong` with tries_left, `step-up-needed`; TooManyTries; Locked `credential-locked`.
        """
        policy.demand(viewer, Operation.PROVE_STEP_UP)
        await self.limits.count("code", asked.client_ip)
        return await self.identity.prove_step_up(viewer.session, code, asked)

    async def authenticator(self, viewer: Viewer, language: str, asked: Asked) -> TotpSetup:
        """Return what another app needs, the same until its first code. Raises: Denied `step-up-needed`."""
        policy.demand(viewer, Operation.SET_UP_AUTHENTICATOR)
        return await self.identity.authenticator(viewer.session, viewer.email, language, asked)

    async def confirm_authenticator(
        self, viewer: Viewer, token: str, code: str, asked: Asked, *, end_others: bool
    ) -> None:
        """Have another app give the codes; the one before, and all recovery codes, are dead.

        Raises: Denied `code-wrong`, `step-up-needed`.
        """
        policy.demand(viewer, Operation.CONFIRM_AUTHENTICATOR)
        await self.limits.count("code", asked.client_ip)
        done = await self.identity.confirm_authenticator(viewer.session, code, asked, end_others=end_others)
        await self.effects.hold(token, done.positions)

    async def step_up_question(self, viewer: Viewer, asked: Asked) -> Mapping[str, Any]:
        """Return what a browser needs to have a passkey prove it. Raises: Denied `step-up-needed`; NotFound."""
        policy.demand(viewer, Operation.STEP_UP_QUESTION)
        return await self.identity.step_up_question(viewer.session, asked)

    async def step_up_by_passkey(self, viewer: Viewer, credential: Mapping[str, Any], asked: Asked) -> StepUp:
        """Take what the passkey signed. Raises: Denied `passkey-wrong`, `step-up-needed`; Locked; TooManyTries."""
        policy.demand(viewer, Operation.STEP_UP_BY_PASSKEY)
        await self.limits.count("code", asked.client_ip)
        return await self.identity.step_up_by_passkey(viewer.session, credential, asked)

    async def passkeys(self, viewer: Viewer, asked: Asked) -> Sequence[Passkey]:
        """Return the caller's passkeys, the oldest first."""
        policy.demand(viewer, Operation.PASSKEYS)
        return await self.identity.passkeys(viewer.session, asked)

    async def new_passkey(self, viewer: Viewer, asked: Asked) -> Mapping[str, Any]:
        """Return what a browser needs to make a passkey. Raises: Denied `step-up-needed`; Refused `passkeys-full`."""
        policy.demand(viewer, Operation.NEW_PASSKEY)
        return await self.identity.new_passkey(viewer.session, viewer.email, viewer.name, asked)

    async def add_passkey(
        self, viewer: Viewer, token: str, name: str, credential: Mapping[str, Any], asked: Asked
    ) -> None:
        """Take a passkey in. Raises: Denied `step-up-needed`; Invalid `passkey-refused`; Refused `passkeys-full`."""
        policy.demand(viewer, Operation.ADD_PASSKEY)
        done = await self.identity.add_passkey(viewer.session, name, credential, asked)
        await self.effects.show(token, done.positions)

    async def remove_passkey(self, viewer: Viewer, token: str, passkey_id: UUID, asked: Asked) -> None:
        """Take one of the caller's passkeys away. Raises: Denied `step-up-needed`; NotFound."""
        policy.demand(viewer, Operation.REMOVE_PASSKEY)
        done = await self.identity.remove_passkey(viewer.session, passkey_id, asked)
        await self.effects.hold(token, done.positions)

    async def trusted_browsers(self, viewer: Viewer, asked: Asked) -> TrustedBrowsers:
        """Return the caller's trusted browsers."""
        policy.demand(viewer, Operation.TRUSTED_BROWSERS)
        return await self.identity.trusted_browsers(viewer.session, asked)

    async def forget_browser(self, viewer: Viewer, browser_id: UUID, asked: Asked) -> None:
        """Ask one of the caller's browsers for a code again. Raises: NotFound, also when it is somebody else's."""
        policy.demand(viewer, Operation.FORGET_BROWSER)
        await self.identity.forget_browsers(viewer.session, browser_id, asked)

    async def forget_browsers(self, viewer: Viewer, asked: Asked) -> None:
        """Ask all of the caller's browsers for a code again."""
        policy.demand(viewer, Operation.FORGET_BROWSERS)
        await self.identity.forget_browsers(viewer.session, None, asked)
