"""Activation and password reset as JSON. Next stop: application/activation.py."""

from fastapi import Request, status

from gateway.api.operations import operations
from gateway.api.schemas.activation import (
    ActivationAnswer,
    ActivationLink,
    Confirmation,
    FactorChoice,
    FirstCode,
    NewPassword,
    ResetRequest,
    TotpAnswer,
)
from gateway.api.schemas.answer import problems
from gateway.application import cookies
from gateway.application.door import AskedHere, Use
from gateway.application.errors import ActivationMissing
from gateway.application.identity_ports import WhoIAm
from gateway.application.qr import qr_data_uri

router = operations("activation")

_STEP = problems(404, 409, 410, 422, 423, 429, 503)


def _token(request: Request, given: str | None) -> str:
    token = given or cookies.read(request, cookies.ACTIVATION)
    if token is None:
        raise ActivationMissing
    return token


@router.post("/activation/state", operation_id="activationState", responses=_STEP)
async def state(body: ActivationLink, request: Request, use: Use, asked: AskedHere) -> ActivationAnswer:
    """Say where the holder of a mailed link stands; uses nothing up."""
    now = await use.activation.state(_token(request, body.token), asked)
    return ActivationAnswer.model_validate(now)


@router.post("/activation/confirmation", operation_id="confirmIdentity", responses=_STEP | problems(403))
async def confirmation(body: Confirmation, request: Request, use: Use, asked: AskedHere) -> ActivationAnswer:
    """Step one: confirm who you are. A wrong answer never says which part was wrong."""
    who = WhoIAm(body.email, body.name, body.contact_phone_number)
    return ActivationAnswer.model_validate(await use.activation.confirm(_token(request, body.token), who, asked))


@router.post("/activation/password", operation_id="setPassword", responses=_STEP | problems(403))
async def password(body: NewPassword, request: Request, use: Use, asked: AskedHere) -> ActivationAnswer:
    """Step two: set the password."""
    now = await use.activation.set_password(_token(request, body.token), body.password, asked)
    return ActivationAnswer.model_validate(now)


@router.post("/activation/second-factor", operation_id="chooseSecondFactor", responses=_STEP)
async def second_factor(body: FactorChoice, request: Request, use: Use, asked: AskedHere) -> ActivationAnswer:
    """Step three, for who may choose: how the second proof is given. It may be chosen anew until the app is set up."""
    now = await use.activation.choose_factor(_token(request, body.token), body.second_factor, asked)
    return ActivationAnswer.model_validate(now)


@router.post("/activation/totp", operation_id="setUpTotp", responses=_STEP | problems(403))
async def totp(body: ActivationLink, request: Request, use: Use, asked: AskedHere) -> TotpAnswer:
    """Last step: get what the authenticator app needs; the same until a code confirms it."""
    setup = await use.activation.totp_setup(_token(request, body.token), asked)
    return TotpAnswer(otpauth_uri=setup.otpauth_uri, secret=setup.secret, qr_code=qr_data_uri(setup.otpauth_uri))


@router.post("/activation/totp-confirmation", operation_id="confirmTotp", responses=_STEP | problems(403))
async def totp_confirmation(body: FirstCode, request: Request, use: Use, asked: AskedHere) -> ActivationAnswer:
    """Last step: take the app into use by its first code."""
    now = await use.activation.confirm_totp(_token(request, body.token), body.code, asked)
    return ActivationAnswer.model_validate(now)


@router.post(
    "/password-resets",
    status_code=status.HTTP_202_ACCEPTED,
    operation_id="askForPasswordReset",
    responses=problems(422, 429, 503),
)
async def password_reset(body: ResetRequest, use: Use, asked: AskedHere) -> None:
    """Ask for a new link by mail. The answer is the same for everybody, known or not."""
    await use.reset.ask(WhoIAm(body.email, body.name, body.contact_phone_number), asked)
