"""From the mailed link to a usable login: who am I, password, authenticator app. Next stop: clients/identity.py."""

from dataclasses import dataclass

from gateway.application.asked import Asked
from gateway.application.identity_ports import Identity, WhoIAm
from gateway.application.ports import Limits
from gateway.application.steps import ActivationState, Method, TotpSetup


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationJourney:
    """The steps in their order; they may be left and taken up again until the link expires.

    Each raises what identity refuses, by its code: `activation-unknown` (NotFound), `activation-expired`,
    `activation-used`, `activation-replaced` (Gone), `activation-frozen` (Locked), `step-order` (Refused).
    """

    identity: Identity
    limits: Limits

    async def state(self, token: str, asked: Asked) -> ActivationState:
        """Return where the holder of the link stands; uses nothing up."""
        await self.limits.count("activation", asked.client_ip)
        return await self.identity.activation_state(token, asked)

    async def confirm(self, token: str, who: WhoIAm, asked: Asked) -> ActivationState:
        """Step one. Raises: Denied `identity-mismatch` with tries_left."""
        await self.limits.count("activation", asked.client_ip)
        return await self.identity.confirm(token, who, asked)

    async def set_password(self, token: str, password: str, asked: Asked) -> ActivationState:
        """Step two. Raises: Invalid `password-refused` with errors; Denied `identity-not-confirmed`."""
        await self.limits.count("activation", asked.client_ip)
        return await self.identity.set_password(token, password, asked)

    async def choose_factor(self, token: str, second_factor: Method, asked: Asked) -> ActivationState:
        """Step three, for who may choose. Raises: Invalid `second-factor-forbidden`."""
        await self.limits.count("activation", asked.client_ip)
        return await self.identity.choose_factor(token, second_factor, asked)

    async def totp_setup(self, token: str, asked: Asked) -> TotpSetup:
        """The last step of an authenticator's user: what the app needs."""
        await self.limits.count("activation", asked.client_ip)
        return await self.identity.totp_setup(token, asked)

    async def confirm_totp(self, token: str, code: str, asked: Asked) -> ActivationState:
        """The last step: the first code. Raises: Denied `code-wrong` with tries_left."""
        await self.limits.count("activation", asked.client_ip)
        return await self.identity.confirm_totp(token, code, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetJourney:
    """A new link for those who can say who they are; the answer is the same for everybody."""

    identity: Identity
    limits: Limits

    async def ask(self, who: WhoIAm, asked: Asked) -> None:
        """Ask for a new link. Raises: TooManyTries; Unavailable."""
        await self.limits.count("reset", asked.client_ip)
        await self.identity.ask_for_reset(who, asked)
