"""What the routes work with: put there by main.py. Next stop: application/."""

from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request

from kernel.adapters.http.commands import Asked, asked
from kernel.adapters.http.internal import OPERATE
from services.identity.application.activation import Activation
from services.identity.application.administration import Administration
from services.identity.application.company_logins import CompanyLogins
from services.identity.application.entering import Entering
from services.identity.application.first_step import FirstStep
from services.identity.application.opening import Opening
from services.identity.application.own_factor import OwnFactor
from services.identity.application.own_logins import OwnLogins
from services.identity.application.own_passkeys import OwnPasskeys
from services.identity.application.owner import Owner
from services.identity.application.passkey_login import PasskeyLogin
from services.identity.application.reset import PasswordReset
from services.identity.application.second_step import SecondStep
from services.identity.application.site_signing import SiteSigning
from services.identity.application.step_up import StepUp
from services.identity.application.trusted import Trusting
from services.identity.domain.errors import CredentialUnknown

SITES = "sites"
"""What the gateway may do for settings sites."""
LOGIN, FETCH = "login", "links:fetch"
"""What the gateway may do, and what the notifier may."""
ADMINISTER, SELF = "credentials:admin", "credentials:self"
"""What the gateway may do for an administrator, and for a person on their own credential."""


async def _activation(request: Request) -> Activation:
    return cast("Activation", request.app.state.activation)


async def _first_step(request: Request) -> FirstStep:
    return cast("FirstStep", request.app.state.first_step)


async def _second_step(request: Request) -> SecondStep:
    return cast("SecondStep", request.app.state.second_step)


async def _opening(request: Request) -> Opening:
    return cast("Opening", request.app.state.opening)


async def _trusting(request: Request) -> Trusting:
    return cast("Trusting", request.app.state.trusting)


async def _reset(request: Request) -> PasswordReset:
    return cast("PasswordReset", request.app.state.reset)


async def _administration(request: Request) -> Administration:
    return cast("Administration", request.app.state.administration)


async def _owner(request: Request) -> Owner:
    return cast("Owner", request.app.state.owner)


async def _own_logins(request: Request) -> OwnLogins:
    return cast("OwnLogins", request.app.state.own_logins)


async def _company_logins(request: Request) -> CompanyLogins:
    return cast("CompanyLogins", request.app.state.company_logins)


async def _step_up(request: Request) -> StepUp:
    return cast("StepUp", request.app.state.step_up)


async def _own_factor(request: Request) -> OwnFactor:
    return cast("OwnFactor", request.app.state.own_factor)


async def _entering(request: Request) -> Entering:
    return cast("Entering", request.app.state.entering)


async def _signing(request: Request) -> SiteSigning:
    return cast("SiteSigning", request.app.state.site_signing)


async def _passkey_login(request: Request) -> PasskeyLogin:
    return cast("PasskeyLogin", request.app.state.passkey_login)


async def _own_passkeys(request: Request) -> OwnPasskeys:
    return cast("OwnPasskeys", request.app.state.own_passkeys)


async def _oneself(
    userId: UUID,  # noqa: N803 - the path says so
    by: Annotated[Asked, Depends(asked(SELF))],
) -> Asked:
    """See that the person of the token is the one of the path. Raises: CredentialUnknown."""
    if by.caller.subject != f"user:{userId}":
        raise CredentialUnknown
    return by


UseActivation = Annotated[Activation, Depends(_activation)]
UseFirstStep = Annotated[FirstStep, Depends(_first_step)]
UseSecondStep = Annotated[SecondStep, Depends(_second_step)]
UseOpening = Annotated[Opening, Depends(_opening)]
UseTrusting = Annotated[Trusting, Depends(_trusting)]
UseReset = Annotated[PasswordReset, Depends(_reset)]
ByGateway = Annotated[Asked, Depends(asked(LOGIN))]
ByNotifier = Annotated[Asked, Depends(asked(FETCH))]
UseAdministration = Annotated[Administration, Depends(_administration)]
UsePasskeyLogin = Annotated[PasskeyLogin, Depends(_passkey_login)]
UseOwnPasskeys = Annotated[OwnPasskeys, Depends(_own_passkeys)]
UseStepUp = Annotated[StepUp, Depends(_step_up)]
UseOwnFactor = Annotated[OwnFactor, Depends(_own_factor)]
UseOwner = Annotated[Owner, Depends(_owner)]
UseOwnLogins = Annotated[OwnLogins, Depends(_own_logins)]
UseCompanyLogins = Annotated[CompanyLogins, Depends(_company_logins)]
UseEntering = Annotated[Entering, Depends(_entering)]
UseSiteSigning = Annotated[SiteSigning, Depends(_signing)]
ForSites = Annotated[Asked, Depends(asked(SITES))]
ByOperator = Annotated[Asked, Depends(asked(OPERATE))]
ByAdministrator = Annotated[Asked, Depends(asked(ADMINISTER))]
ByOneself = Annotated[Asked, Depends(_oneself)]
