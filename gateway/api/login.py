"""Login and session as JSON. Next stop: application/login.py."""

from fastapi import Request, status

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.login import (
    FirstProof,
    PasskeyProof,
    PasskeyQuestion,
    PendingAnswer,
    ScreenLanguage,
    SecondProof,
    SessionAnswer,
    session_answer,
)
from gateway.application import cookies
from gateway.application.door import (
    LOGIN_LIFE,
    AskedHere,
    CheckedViewer,
    CurrentViewer,
    LoginToken,
    SessionToken,
    Use,
    enter,
    language_of,
    leave,
)
from gateway.application.errors import TrustEnded
from gateway.application.freshness import Fresh
from gateway.application.sessions import Opened

router = operations("login")


@router.post("/login", operation_id="beginLogin", responses=problems(401, 403, 422, 429, 503))
async def begin(body: FirstProof, request: Request, use: Use, asked: AskedHere) -> PendingAnswer | SessionAnswer:
    """Step one: mail address and password. The answer is no session yet; a cookie holds the login that was begun.

    Only a browser that was trusted at a login before, and shows so by its cookie, gets its session at once.
    """
    trusted, held = cookies.read(request, cookies.TRUSTED), cookies.read(request, cookies.SESSION)
    try:
        begun = await use.login.begin(body.user_id, body.password, asked, trusted=trusted, held=held)
    except TrustEnded:
        cookies.drop(request, cookies.TRUSTED)
        raise
    if isinstance(begun, Opened):
        enter(request, begun)
        return session_answer(begun.viewer, language_of(request, begun.viewer))
    cookies.put(request, cookies.LOGIN, begun.login, LOGIN_LIFE)
    return PendingAnswer.model_validate(begun)


@router.post("/login/resend", operation_id="resendCode", responses=problems(401, 409, 429, 503))
async def resend(login: LoginToken, use: Use, asked: AskedHere) -> PendingAnswer:
    """Mail another code; the one before no longer works."""
    await use.login.resend(login, asked)
    return PendingAnswer.model_validate(await use.login.state(login, asked))


@router.post("/login/code", operation_id="finishLogin", responses=problems(401, 403, 422, 423, 429, 503))
async def finish(body: SecondProof, login: LoginToken, request: Request, use: Use, asked: AskedHere) -> SessionAnswer:
    """Step two: the code. The session's cookie comes with the answer."""
    held = cookies.read(request, cookies.SESSION)
    opened = await use.login.finish(login, body.code, asked, held, trust=body.trust)
    # Only now: an answer of 503 must leave the login in the browser, so that it can be finished under the same key.
    enter(request, opened)
    return session_answer(opened.viewer, language_of(request, opened.viewer))


@router.post("/login/passkey/question", operation_id="passkeyQuestion", responses=problems(401, 404, 423, 503))
async def passkey_question(login: LoginToken, use: Use, asked: AskedHere) -> PasskeyQuestion:
    """Get what a browser needs to have a passkey give the second proof; good once."""
    return PasskeyQuestion(public_key=dict(await use.login.passkey_question(login, asked)))


@router.post("/login/passkey", operation_id="finishLoginByPasskey", responses=problems(401, 403, 422, 423, 429, 503))
async def finish_by_passkey(
    body: PasskeyProof, login: LoginToken, request: Request, use: Use, asked: AskedHere
) -> SessionAnswer:
    """Step two by a passkey. The session's cookie comes with the answer."""
    held = cookies.read(request, cookies.SESSION)
    opened = await use.login.finish_by_passkey(login, body.credential, asked, held, trust=body.trust)
    enter(request, opened)
    return session_answer(opened.viewer, language_of(request, opened.viewer))


@router.get("/session", operation_id="whoAmI", responses=problems(401, 503))
async def who_am_i(viewer: CurrentViewer, request: Request, fresh: Fresh) -> SessionAnswer:
    """Say who the caller is, with the token that changing calls need."""
    _ = fresh
    return session_answer(viewer, language_of(request, viewer))


@router.delete(
    "/session", status_code=status.HTTP_204_NO_CONTENT, operation_id="logOut", responses=problems(401, 403, 503)
)
async def log_out(viewer: CheckedViewer, token: SessionToken, request: Request, use: Use, asked: AskedHere) -> None:
    """End the session, everywhere and at once."""
    await use.sessions.end(token, viewer.session, asked)
    leave(request)


@router.put("/session/language", operation_id="chooseLanguage", responses=problems(401, 403, 422, 503))
async def choose_language(
    body: ScreenLanguage, viewer: CheckedViewer, token: SessionToken, use: Use, asked: AskedHere
) -> ScreenLanguage:
    """Choose the language of the caller's screens."""
    await use.language.choose(viewer, token, body.language, asked)
    return body


BUSY = (begin, finish)
"""Both steps of every login."""
