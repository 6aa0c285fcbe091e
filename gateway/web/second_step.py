"""A person's own second step: which browsers are spared it. Next stop: application/second_step.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from gateway.application import cookies
from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, Use
from gateway.application.viewer import Viewer
from gateway.web.devices import device
from gateway.web.forms import refusal_words, status, text
from gateway.web.frame import Frame, Here, go
from kernel.domain.errors import NotFound, PortalError

router = APIRouter(include_in_schema=False)

WHERE = "/settings/second-step"
NOTICES = frozenset({"forgotten"})


@router.api_route(WHERE, methods=["GET", "HEAD"])
async def show(
    here: Here, viewer: CurrentViewer, asked: AskedHere, notice: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Show how the person gives the second proof, and which browsers are spared it."""
    return await _draw(here, viewer, asked, notice=notice if notice in NOTICES else "")


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
        device=device,
        notice=notice,
        refusal=refusal,
    )
