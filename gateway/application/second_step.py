"""A person's own second step: shown again, set up anew, spared some browsers. Next: second_step_ports.py."""

from dataclasses import dataclass
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.effects import Effects
from gateway.application.policy import Operation
from gateway.application.ports import Limits
from gateway.application.second_step_ports import SecondStep, StepUp, TrustedBrowsers
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
