"""A new link for who forgot the password or never used the first one. Next stop: application/activation.py."""

from fastapi import APIRouter, Response

from gateway.application.door import AskedHere, CheckedForm, Use
from gateway.web.activation import WHO, said, who_i_am
from gateway.web.forms import EMPTY, Filled, missing, refusal_words, same_wish, status
from gateway.web.frame import Here, go
from kernel.domain.errors import PortalError

router = APIRouter(include_in_schema=False)


@router.api_route("/password-reset", methods=["GET", "HEAD"])
async def show(here: Here) -> Response:
    """Ask who it is."""
    return await here.page("reset.html", form=EMPTY)


@router.post("/password-reset")
async def ask(form: CheckedForm, here: Here, use: Use, asked: AskedHere) -> Response:
    """Ask for a new link; the answer is the same for everybody, known or not."""
    typed = said(form)
    if errors := missing(form, here.words, **WHO):
        return await here.page("reset.html", 422, form=Filled(values=typed, errors=errors))
    try:
        await use.reset.ask(who_i_am(form), asked)
    except PortalError as error:
        refused = Filled(values=typed, refusal=refusal_words(error, here.words))
        return await here.page("reset.html", status(error), key=same_wish(error, asked), form=refused)
    return go("/password-reset/sent")


@router.api_route("/password-reset/sent", methods=["GET", "HEAD"])
async def sent(here: Here) -> Response:
    """Say what happens now, whoever asked."""
    return await here.page("reset_sent.html")
