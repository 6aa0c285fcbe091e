"""The way in: mail address and password, then a code. Next stop: application/login.py."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from gateway.application import cookies
from gateway.application.door import (
    LOGIN_LIFE,
    AskedHere,
    CheckedForm,
    LoginToken,
    Use,
    enter,
    leave,
)
from gateway.application.errors import LoginMissing, TrustEnded
from gateway.application.sessions import Opened
from gateway.application.signed import MOST, signed
from gateway.application.steps import Method
from gateway.web.forms import EMPTY, Filled, code, missing, refusal_words, status, text
from gateway.web.frame import LONGEST_PATH, Frame, Here, go, local
from kernel.domain.errors import PortalError

router = APIRouter(include_in_schema=False)

START = "/dashboard"
NOTICES = frozenset({"left", "expired", "done"})


@router.api_route("/", methods=["GET", "HEAD"])
async def show(here: Here, to: str = "", notice: str = "", *, again: bool = False) -> Response:
    """Show the first step, or the dashboard to who is in and need not show *again* who they are."""
    if here.viewer is not None and not again:
        return go(local(to, START))
    return await _first(here, EMPTY, to=to, notice=notice)


@router.post("/")
async def begin(form: CheckedForm, here: Here, request: Request, use: Use, asked: AskedHere) -> Response:
    """Take mail address and password; nothing says which of them was wrong."""
    to, email = text(form, "to", LONGEST_PATH), text(form, "userId").strip()
    errors = missing(form, here.words, userId="login.user-id.missing", password="login.password.missing")  # noqa: S106 - a key of words
    if errors:
        return await _first(here, Filled(values={"userId": email}, errors=errors), 422, to=to)
    try:
        begun = await use.login.begin(
            email,
            text(form, "password", 1024),
            asked,
            trusted=cookies.read(request, cookies.TRUSTED),
            held=cookies.read(request, cookies.SESSION),
        )
    except PortalError as error:
        if isinstance(error, TrustEnded):
            cookies.drop(request, cookies.TRUSTED)
        filled = Filled(values={"userId": email}, refusal=refusal_words(error, here.words))
        return await _first(here, filled, status(error), to=to)
    if isinstance(begun, Opened):
        enter(request, begun)
        return go(local(to, START))
    cookies.put(request, cookies.LOGIN, begun.login, LOGIN_LIFE)
    return go(_with("/login/code", to))


@router.api_route("/login/code", methods=["GET", "HEAD"])
async def show_code(
    *, here: Here, login: LoginToken, asked: AskedHere, to: str = "", sent: bool = False, recovery: bool = False
) -> Response:
    """Show the second step as the person's method wants it, or ask for a recovery code instead."""
    return await _second(here, login, EMPTY, asked=asked, to=to, sent=sent, recovery=recovery)


@router.post("/login/code")
async def finish(
    *, form: CheckedForm, here: Here, login: LoginToken, request: Request, use: Use, asked: AskedHere
) -> Response:
    """Take the code and open the session."""
    to, recovery, trust = text(form, "to", LONGEST_PATH), bool(text(form, "recovery")), bool(text(form, "trust"))
    if errors := missing(form, here.words, code="code.missing"):
        filled = Filled(values={"trust": "1" if trust else ""}, errors=errors)
        return await _second(here, login, filled, 422, asked=asked, to=to, recovery=recovery)
    try:
        held = cookies.read(request, cookies.SESSION)
        opened = await use.login.finish(login, code(form), asked, held, trust=trust)
    except PortalError as error:
        if error.code == LoginMissing.code:
            raise
        filled = Filled(values={"trust": "1" if trust else ""}, errors={"code": refusal_words(error, here.words)})
        return await _second(here, login, filled, status(error), asked=asked, to=to, recovery=recovery)
    enter(request, opened)
    return go(local(to, START))


@router.post("/login/passkey")
async def finish_by_passkey(
    *, form: CheckedForm, here: Here, login: LoginToken, request: Request, use: Use, asked: AskedHere
) -> Response:
    """Take what a passkey signed and open the session."""
    to, trust = text(form, "to", 500), bool(text(form, "trust"))
    try:
        held = cookies.read(request, cookies.SESSION)
        said = signed(text(form, "credential", MOST))
        opened = await use.login.finish_by_passkey(login, said, asked, held, trust=trust)
    except PortalError as error:
        if error.code == LoginMissing.code:
            raise
        filled = Filled(values={"trust": "1" if trust else ""}, refusal=refusal_words(error, here.words))
        return await _second(here, login, filled, status(error), asked=asked, to=to)
    enter(request, opened)
    return go(local(to, START))


@router.post("/login/resend")
async def resend(form: CheckedForm, here: Here, login: LoginToken, use: Use, asked: AskedHere) -> Response:
    """Mail another code; the one before no longer works."""
    to = text(form, "to", LONGEST_PATH)
    try:
        await use.login.resend(login, asked)
    except PortalError as error:
        if error.code == LoginMissing.code:
            raise
        filled = Filled(refusal=refusal_words(error, here.words))
        return await _second(here, login, filled, status(error), asked=asked, to=to)
    return go(_with("/login/code", to, sent="1"))


@router.post("/logout")
async def log_out(form: CheckedForm, here: Here, request: Request, use: Use, asked: AskedHere) -> Response:
    """End the session, everywhere and at once; without one there is nothing to end."""
    _ = form
    token = cookies.read(request, cookies.SESSION)
    if token and here.viewer:
        await use.sessions.end(token, here.viewer.session, asked)
    leave(request)
    return go("/?notice=left")


async def _first(here: Frame, filled: Filled, number: int = 200, *, to: str, notice: str = "") -> Response:
    said = notice if notice in NOTICES else ""
    return await here.page("login.html", number, form=filled, to=local(to, ""), notice=said)


async def _second(
    here: Frame,
    login: str,
    filled: Filled,
    number: int = 200,
    *,
    asked: AskedHere,
    to: str,
    sent: bool = False,
    recovery: bool = False,
) -> Response:
    try:
        pending = await here.use.login.state(login, asked)
    except PortalError as error:
        if number == 200 or error.code != LoginMissing.code:  # noqa: PLR2004 - the number of a page without errors
            raise
        # The last wrong code has just ended the login: say why, and where to begin again.
        return await here.page("login_over.html", number, refusal=" ".join(filled.errors.values()) or filled.refusal)
    return await here.page(
        "code.html",
        number,
        form=filled,
        pending=pending,
        to=local(to, ""),
        sent=sent,
        recovery=recovery and pending.method is Method.TOTP,
        question=await here.use.login.passkey_question(login, asked) if pending.passkeys else None,
    )


def _with(path: str, to: str, **more: str) -> str:
    query = more | ({"to": to} if local(to, "") else {})
    return f"{path}?{urlencode(query)}" if query else path
