"""Callers' own second step as JSON. Next stop: application/second_step.py."""

from uuid import UUID

from fastapi import Request, status

from gateway.api.operations import operations
from gateway.api.schemas.activation import TotpAnswer
from gateway.api.schemas.answer import problems
from gateway.api.schemas.login import PasskeyQuestion
from gateway.api.schemas.second_step import (
    CodeAgain,
    NewApp,
    NewPasskey,
    PasskeyAnswer,
    PasskeyList,
    PasswordAgain,
    Signature,
    StepUpAnswer,
    TrustedBrowserList,
)
from gateway.application import cookies
from gateway.application.door import (
    AskedHere,
    CheckedViewer,
    CurrentViewer,
    KeyedHere,
    SessionToken,
    Use,
    language_of,
)
from gateway.application.qr import qr_data_uri

router = operations("second step")


_PROOF = problems(401, 403, 422, 423, 429, 503)


@router.post("/me/step-up", operation_id="beginStepUp", responses=_PROOF)
async def begin_step_up(body: PasswordAgain, viewer: CheckedViewer, use: Use, asked: KeyedHere) -> StepUpAnswer:
    """Show again that it is you, first the password; changes of what lets you in ask for it. It counts ten minutes."""
    return StepUpAnswer.model_validate(await use.second_step.begin_step_up(viewer, body.password, asked))


@router.get("/me/step-up", operation_id="stepUp", responses=problems(401, 403, 503))
async def step_up(viewer: CurrentViewer, use: Use, asked: AskedHere) -> StepUpAnswer:
    """Say how far that was shown in this session."""
    return StepUpAnswer.model_validate(await use.second_step.step_up(viewer, asked))


@router.post("/me/step-up/code", operation_id="proveStepUp", responses=_PROOF)
async def prove_step_up(body: CodeAgain, viewer: CheckedViewer, use: Use, asked: KeyedHere) -> StepUpAnswer:
    """Show again that it is you, then a code of the second factor, or a recovery code."""
    return StepUpAnswer.model_validate(await use.second_step.prove_step_up(viewer, body.code, asked))


@router.post("/me/step-up/passkey/question", operation_id="stepUpQuestion", responses=problems(401, 403, 404, 503))
async def step_up_question(viewer: CheckedViewer, use: Use, asked: KeyedHere) -> PasskeyQuestion:
    """Get what a browser needs to have a passkey show again that it is you; good once."""
    return PasskeyQuestion(public_key=dict(await use.second_step.step_up_question(viewer, asked)))


@router.post("/me/step-up/passkey", operation_id="stepUpByPasskey", responses=_PROOF)
async def step_up_by_passkey(body: Signature, viewer: CheckedViewer, use: Use, asked: KeyedHere) -> StepUpAnswer:
    """Show again that it is you, then by a passkey."""
    return StepUpAnswer.model_validate(await use.second_step.step_up_by_passkey(viewer, body.credential, asked))


@router.get("/me/passkeys", operation_id="passkeys", responses=problems(401, 503))
async def passkeys(viewer: CurrentViewer, use: Use, asked: AskedHere) -> PasskeyList:
    """List the caller's passkeys, the oldest first."""
    found = await use.second_step.passkeys(viewer, asked)
    return PasskeyList(items=[PasskeyAnswer.model_validate(one) for one in found])


@router.post("/me/passkey-question", operation_id="newPasskey", responses=problems(401, 403, 409, 503))
async def new_passkey(viewer: CheckedViewer, use: Use, asked: KeyedHere) -> PasskeyQuestion:
    """Get what a browser needs to make a passkey; good once."""
    return PasskeyQuestion(public_key=dict(await use.second_step.new_passkey(viewer, asked)))


@router.post(
    "/me/passkeys",
    operation_id="addPasskey",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 409, 422, 503),
)
async def add_passkey(
    *, body: NewPasskey, viewer: CheckedViewer, token: SessionToken, use: Use, asked: KeyedHere
) -> None:
    """Take a passkey in that a browser made; from now on it may give the second proof."""
    await use.second_step.add_passkey(viewer, token, body.name, body.credential, asked)


@router.delete(
    "/me/passkeys/{passkeyId}",
    operation_id="removePasskey",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 404, 422, 503),
)
async def remove_passkey(
    *,
    passkeyId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> None:
    """Take one of the caller's passkeys away."""
    await use.second_step.remove_passkey(viewer, token, passkeyId, asked)


@router.post("/me/authenticator", operation_id="setUpAuthenticator", responses=problems(401, 403, 503))
async def set_up_authenticator(viewer: CheckedViewer, request: Request, use: Use, asked: KeyedHere) -> TotpAnswer:
    """Get what another authenticator app needs; nothing changes until its first code."""
    setup = await use.second_step.authenticator(viewer, language_of(request, viewer), asked)
    return TotpAnswer(otpauth_uri=setup.otpauth_uri, secret=setup.secret, qr_code=qr_data_uri(setup.otpauth_uri))


@router.post(
    "/me/authenticator/confirmation",
    operation_id="confirmAuthenticator",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_PROOF,
)
async def confirm_authenticator(
    *, body: NewApp, viewer: CheckedViewer, token: SessionToken, use: Use, asked: KeyedHere
) -> None:
    """Take the app into use by its first code; what gave the codes before, and all recovery codes, are dead."""
    await use.second_step.confirm_authenticator(viewer, token, body.code, asked, end_others=body.end_others)


@router.get("/me/trusted-browsers", operation_id="trustedBrowsers", responses=problems(401, 503))
async def trusted_browsers(viewer: CurrentViewer, use: Use, asked: AskedHere) -> TrustedBrowserList:
    """List the browsers that skip the code, the one used last first."""
    return TrustedBrowserList.model_validate(await use.second_step.trusted_browsers(viewer, asked))


@router.delete(
    "/me/trusted-browsers/{browserId}",
    operation_id="forgetBrowser",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 404, 422, 503),
)
async def forget_browser(
    *,
    browserId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    use: Use,
    asked: AskedHere,
) -> None:
    """Have one of the caller's browsers asked for a code again."""
    await use.second_step.forget_browser(viewer, browserId, asked)


@router.delete(
    "/me/trusted-browsers",
    operation_id="forgetBrowsers",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 503),
)
async def forget_browsers(*, viewer: CheckedViewer, request: Request, use: Use, asked: AskedHere) -> None:
    """Have all of the caller's browsers asked for a code again."""
    await use.second_step.forget_browsers(viewer, asked)
    cookies.drop(request, cookies.TRUSTED)
