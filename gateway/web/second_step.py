"""A person's own second step: another app, and which browsers are spared it. Next stop: application/second_step.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from gateway.application import cookies
from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.qr import qr_svg
from gateway.application.viewer import Viewer
from gateway.web.devices import device
from gateway.web.forms import EMPTY, Filled, code, missing, refusal_words, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.step_up import NEEDED, proof_of
from kernel.domain.errors import NotFound, PortalError

router = APIRouter(include_in_schema=False)

WHERE = "/settings/second-step"
NOTICES = frozenset({"app", "forgotten", "passkey", "removed"})


@router.api_route(WHERE, methods=["GET", "HEAD"])
async def show(
    here: Here, viewer: CurrentViewer, asked: AskedHere, notice: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Show how the person gives the second proof, and which browsers are spared it."""
    return await _draw(here, viewer, asked, notice=notice if notice in NOTICES else "")


@router.api_route(f"{WHERE}/app", methods=["GET", "HEAD"])
async def show_app(here: Here, viewer: CurrentViewer, asked: AskedHere) -> Response:
    """Show what another app needs, to who has just shown again that it is them."""
    return await _app(here, viewer, asked, EMPTY)


@router.post(f"{WHERE}/app")
async def confirm_app(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Take the app into use by its first code; other sessions end where the person wants that."""
    end_others = bool(text(form, "endOthers"))
    if errors := missing(form, here.words, code="code.missing"):
        return await _app(here, viewer, asked, Filled(errors=errors), 422, end_others=end_others)
    try:
        await use.second_step.confirm_authenticator(viewer, token, code(form), asked, end_others=end_others)
    except PortalError as error:
        filled = Filled(errors={"code": refusal_words(error, here.words)})
        return await _app(here, viewer, asked, filled, status(error), end_others=end_others)
    return go(f"{WHERE}?notice=app")


@router.post(f"{WHERE}/forget")
async def forget(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, request: Request, use: Use, asked: AskedHere
) -> Response:
    """Have one browser asked for a code again; all of them where none is named."""
    try:
        if which := text(form, "browserId", 40):
            await use.second_step.forget_browser(viewer, _id(which), asked)
        else:
            await use.second_step.forget_browsers(viewer, asked)
            cookies.drop(request, cookies.TRUSTED)
    except PortalError as error:
        return await _draw(here, viewer, asked, status(error), refusal=refusal_words(error, here.words))
    return go(f"{WHERE}?notice=forgotten")


def _id(which: str) -> UUID:
    try:
        return UUID(which)
    except ValueError:
        raise NotFound from None


async def _draw(
    here: Frame, viewer: Viewer, asked: Asked, number: int = 200, *, notice: str = "", refusal: str = ""
) -> Response:
    return await here.page(
        "settings/second_step.html",
        number,
        browsers=await here.use.second_step.trusted_browsers(viewer, asked),
        passkeys=await here.use.second_step.passkeys(viewer, asked),
        device=device,
        notice=notice,
        refusal=refusal,
    )


async def _app(
    here: Frame, viewer: Viewer, asked: Asked, filled: Filled, number: int = 200, *, end_others: bool = True
) -> Response:
    try:
        setup = await here.use.second_step.authenticator(viewer, here.language, asked)
    except PortalError as error:
        if error.code != NEEDED:
            raise
        return go(proof_of("app"))
    return await here.page(
        "settings/app.html",
        number,
        form=filled,
        end_others=end_others,
        # The picture is our own SVG; its words come from the URI only as black and white squares.
        qr=Markup(qr_svg(setup.otpauth_uri)),  # noqa: S704
        secret=setup.secret,
        uri=setup.otpauth_uri,
    )
