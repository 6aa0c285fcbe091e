"""A person's own passkeys: made with their browser, named, taken away. Next stop: application/second_step.py."""

from uuid import UUID

from fastapi import APIRouter, Response

from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.signed import MOST, signed
from gateway.application.viewer import Viewer
from gateway.web.forms import EMPTY, Filled, missing, refusal_words, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.step_up import NEEDED, proof_of
from kernel.domain.errors import NotFound, PortalError

router = APIRouter(include_in_schema=False)

BACK = "/settings/second-step"
WHERE = f"{BACK}/passkey"
LONGEST = 60


@router.api_route(WHERE, methods=["GET", "HEAD"])
async def show(here: Here, viewer: CurrentViewer, asked: AskedHere) -> Response:
    """Ask what the new passkey is to be called, of who has just shown again that it is them."""
    return await _draw(here, viewer, asked, EMPTY)


@router.post(WHERE)
async def add(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Take the passkey in that the browser made."""
    typed = {"name": text(form, "name", LONGEST).strip()}
    if errors := missing(form, here.words, name="passkey.name.missing"):
        return await _draw(here, viewer, asked, Filled(errors=errors), 422)
    if len(typed["name"]) > LONGEST:
        errors = {"name": here.words("passkey.name.long", longest=LONGEST)}
        return await _draw(here, viewer, asked, Filled(values=typed, errors=errors), 422)
    try:
        said = signed(text(form, "credential", MOST))
        await use.second_step.add_passkey(viewer, token, typed["name"], said, asked)
    except PortalError as error:
        if error.code == NEEDED:
            return go(proof_of("passkey"))
        filled = Filled(values=typed, refusal=refusal_words(error, here.words))
        return await _draw(here, viewer, asked, filled, status(error))
    return go(f"{BACK}?notice=passkey")


@router.post(f"{WHERE}/remove")
async def remove(
    *, viewer: CurrentViewer, form: CheckedForm, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Take one of the person's passkeys away; who must show again that it is them presses once more afterwards."""
    try:
        which = UUID(text(form, "passkeyId", 40))
    except ValueError:
        raise NotFound from None
    try:
        await use.second_step.remove_passkey(viewer, token, which, asked)
    except PortalError as error:
        if error.code != NEEDED:
            raise
        return go(proof_of("list"))
    return go(f"{BACK}?notice=removed")


async def _draw(here: Frame, viewer: Viewer, asked: Asked, filled: Filled, number: int = 200) -> Response:
    try:
        question = await here.use.second_step.new_passkey(viewer, asked)
    except PortalError as error:
        if error.code != NEEDED:
            raise
        return go(proof_of("passkey"))
    return await here.page("settings/passkey.html", number, form=filled, question=question)
