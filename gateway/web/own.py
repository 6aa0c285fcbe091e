"""A person's own password, sessions, logins and recovery codes. Next stop: application/own.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.freshness import Fresh
from gateway.application.viewer import Viewer
from gateway.web.activation import LONGEST, SHORTEST, password_errors, rules_broken
from gateway.web.devices import device
from gateway.web.forms import EMPTY, Filled, code, missing, refusal_words, same_wish, status, text
from gateway.web.frame import Frame, Here, go
from kernel.domain.errors import NotFound, PortalError

router = APIRouter(include_in_schema=False)

SESSIONS = "/settings/sessions"
PASSED = "PASSED"
"""What identity says of a login that came through; anything else did not."""


@router.api_route("/settings/password", methods=["GET", "HEAD"])
async def show_password(here: Here, viewer: CurrentViewer) -> Response:
    """Ask for the current and the new password."""
    _ = viewer
    return await _password(here, EMPTY)


@router.post("/settings/password")
async def change_password(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Change the password; other sessions end where the person wants that."""
    end_others = bool(text(form, "endOthers"))
    errors = missing(form, here.words, current="own.password.current.missing") | password_errors(form, here)
    if errors:
        return await _password(here, Filled(errors=errors), 422, end_others=end_others)
    current, new = text(form, "current", 1024), text(form, "password", 1024)
    try:
        await use.own.change_password(viewer, token, current, new, end_others=end_others, asked=asked)
    except PortalError as error:
        filled, key = _refused(here, error), same_wish(error, asked)
        return await _password(here, filled, status(error), end_others=end_others, key=key)
    return go(f"{SESSIONS}?notice=password")


@router.api_route(SESSIONS, methods=["GET", "HEAD"])
async def show_sessions(
    *,
    here: Here,
    viewer: CurrentViewer,
    asked: AskedHere,
    fresh: Fresh,
    notice: Annotated[str, Query(max_length=20)] = "",
    cursor: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """Show where the person is logged in, and every login."""
    shown = notice if notice in ("password", "ended") else ""
    return await _sessions(here, viewer, asked, notice=shown, stale=not fresh, cursor=cursor)


@router.post(f"{SESSIONS}/end")
async def end(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """End one of the person's sessions; all but this one where none is named."""
    try:
        if which := text(form, "sessionId", 40):
            await use.own.end_session(viewer, token, _id(which), asked)
        else:
            await use.own.end_other_sessions(viewer, token, asked)
    except PortalError as error:
        refusal = refusal_words(error, here.words)
        return await _sessions(here, viewer, asked, status(error), refusal=refusal)
    return go(f"{SESSIONS}?notice=ended")


@router.api_route("/settings/recovery-codes", methods=["GET", "HEAD"])
async def show_codes(here: Here, viewer: CurrentViewer) -> Response:
    """Say what recovery codes are for, and ask for a code of the app."""
    _ = viewer
    return await here.page("settings/codes.html", form=EMPTY, codes=())


@router.post("/settings/recovery-codes")
async def issue_codes(*, viewer: CurrentViewer, form: CheckedForm, here: Here, use: Use, asked: AskedHere) -> Response:
    """Make ten codes and show them, this once."""
    if errors := missing(form, here.words, code="code.missing"):
        return await here.page("settings/codes.html", 422, form=Filled(errors=errors), codes=())
    try:
        codes = await use.own.issue_recovery_codes(viewer, code(form), asked)
    except PortalError as error:
        filled = Filled(errors={"code": refusal_words(error, here.words)})
        return await here.page("settings/codes.html", status(error), form=filled, codes=())
    return await here.page("settings/codes.html", form=EMPTY, codes=codes, made_at=use.dashboard.now())


def _refused(here: Frame, error: PortalError) -> Filled:
    words = refusal_words(error, here.words)
    match error.code:
        case "current-password-wrong":
            return Filled(errors={"current": here.words("own.password.wrong")})
        case "password-refused":
            return Filled(errors={"password": rules_broken(here, error) or words})
        case _:
            return Filled(refusal=words)


def _id(which: str) -> UUID:
    try:
        return UUID(which)
    except ValueError:
        raise NotFound from None


async def _password(
    here: Frame, filled: Filled, number: int = 200, *, end_others: bool = True, key: str | None = None
) -> Response:
    return await here.page(
        "settings/password.html",
        number,
        key=key,
        form=filled,
        end_others=end_others,
        shortest=SHORTEST,
        longest=LONGEST,
    )


async def _sessions(
    here: Frame,
    viewer: Viewer,
    asked: Asked,
    number: int = 200,
    *,
    notice: str = "",
    refusal: str = "",
    stale: bool = False,
    cursor: str = "",
) -> Response:
    words = here.words
    logins = await here.use.own.logins(viewer, asked, cursor=cursor or None)
    return await here.page(
        "settings/sessions.html",
        number,
        sessions=await here.use.own.sessions(viewer, asked),
        logins=logins.items,
        more=logins.next_cursor,
        cursor=cursor,
        device=device,
        passed=PASSED,
        method=lambda one: words(f"method.{one}") if words.knows(f"method.{one}") else "―",
        notice=notice,
        refusal=refusal,
        stale=stale,
    )
