"""Activation and password reset over HTTP, for the gateway. Next stop: application/activation.py."""

from fastapi import APIRouter, Response, status

from kernel.adapters.http.commands import placed
from services.identity.api.schemas import (
    ConfirmationBody,
    FactorBody,
    FirstCodeBody,
    LinkBody,
    PasswordBody,
    ResetBody,
    SetupReply,
    StandingReply,
)
from services.identity.api.use import ByGateway, UseActivation, UseReset
from services.identity.application.activation import Standing
from services.identity.application.ports import Said

router = APIRouter(tags=["activation"])


@router.post("/activations/state")
async def state(body: LinkBody, use: UseActivation, _by: ByGateway) -> StandingReply:
    """Say where the holder of a link stands; uses nothing up."""
    return StandingReply.model_validate(await use.state(body.token))


@router.post("/activations/confirmation")
async def confirmation(body: ConfirmationBody, use: UseActivation, by: ByGateway, response: Response) -> StandingReply:
    """Compare what the holder says with the registration."""
    said = Said(email=body.email, name=body.name, phone=body.contact_phone_number)
    return _told(await use.confirm(body.token, said, by.context()), response)


@router.post("/activations/password")
async def password(body: PasswordBody, use: UseActivation, by: ByGateway, response: Response) -> StandingReply:
    """Set the password."""
    return _told(await use.set_password(body.token, body.password, by.context()), response)


@router.post("/activations/second-factor")
async def second_factor(body: FactorBody, use: UseActivation, by: ByGateway, response: Response) -> StandingReply:
    """Choose how the second proof is given."""
    return _told(await use.choose_factor(body.token, body.second_factor, by.context()), response)


@router.post("/activations/totp")
async def totp(body: LinkBody, use: UseActivation, _by: ByGateway) -> SetupReply:
    """Say what the authenticator app needs."""
    return SetupReply.model_validate(await use.totp_setup(body.token))


@router.post("/activations/totp-confirmation")
async def totp_confirmation(
    body: FirstCodeBody, use: UseActivation, by: ByGateway, response: Response
) -> StandingReply:
    """Take the app into use by its first code."""
    return _told(await use.confirm_totp(body.token, body.code, by.context()), response)


@router.post("/password-resets", status_code=status.HTTP_202_ACCEPTED)
async def password_reset(body: ResetBody, use: UseReset, by: ByGateway) -> None:
    """Take in a wish for a new link; the answer is the same for everybody."""
    await use.ask(Said(email=body.email, name=body.name, phone=body.contact_phone_number), by.context())


def _told(standing: Standing, response: Response) -> StandingReply:
    placed(response, standing.position)
    return StandingReply.model_validate(standing)
