"""Showing again that it is oneself: the password, then the second factor. Next stop: application/second_step.py."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, Use
from gateway.application.signed import MOST, signed
from gateway.application.viewer import Viewer
from gateway.web.forms import EMPTY, Filled, code, missing, refusal_words, status, text
from gateway.web.frame import Frame, Here, go
from kernel.domain.errors import PortalError

router = APIRouter(include_in_schema=False)

WHERE = "/settings/second-step/proof"
NEEDED = "step-up-needed"
GOALS = {"app": "/settings/second-step/app", "passkey": "/settings/second-step/passkey"}
"""Where the proof leads, by the word in the address."""

Goal = Annotated[str, Query(alias="for", max_length=20)]


def proof_of(goal: str) -> str:
    """Return where the proof begins that leads to a goal."""
    return f"{WHERE}?{urlencode({'for': goal})}"


@router.api_route(WHERE, methods=["GET", "HEAD"])
async def show(here: Here, viewer: CurrentViewer, goal: Goal = "") -> Response:
    """Ask for the password."""
    _ = viewer
    return await _password(here, EMPTY, goal=goal)


@router.post(WHERE)
async def begin(*, viewer: CurrentViewer, form: CheckedForm, here: Here, use: Use, asked: AskedHere) -> Response:
    """Take the password; a code is mailed where that is the second factor."""
    goal = text(form, "for", 20)
    if errors := missing(form, here.words, current="own.password.current.missing"):
        return await _password(here, Filled(errors=errors), 422, goal=goal)
    try:
        await use.second_step.begin_step_up(viewer, text(form, "current", 1024), asked)
    except PortalError as error:
        return await _password(here, _refused(here, error), status(error), goal=goal)
    return go(f"{WHERE}/code?{urlencode({'for': goal})}")


@router.api_route(f"{WHERE}/code", methods=["GET", "HEAD"])
async def show_code(here: Here, viewer: CurrentViewer, asked: AskedHere, goal: Goal = "") -> Response:
    """Ask for the second factor, or go on where it was given."""
    return await _code(here, viewer, EMPTY, asked=asked, goal=goal)


@router.post(f"{WHERE}/code")
async def prove(*, viewer: CurrentViewer, form: CheckedForm, here: Here, use: Use, asked: AskedHere) -> Response:
    """Take the second factor, and lead to what it was asked for."""
    goal = text(form, "for", 20)
    if errors := missing(form, here.words, code="code.missing"):
        return await _code(here, viewer, Filled(errors=errors), 422, asked=asked, goal=goal)
    try:
        await use.second_step.prove_step_up(viewer, code(form), asked)
    except PortalError as error:
        if error.code == NEEDED:
            return go(proof_of(goal))
        filled = Filled(errors={"code": refusal_words(error, here.words)})
        return await _code(here, viewer, filled, status(error), asked=asked, goal=goal)
    return go(_after(goal))


@router.post(f"{WHERE}/passkey")
async def prove_by_passkey(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, use: Use, asked: AskedHere
) -> Response:
    """Take what a passkey signed, and lead to what it was asked for."""
    goal = text(form, "for", 20)
    try:
        await use.second_step.step_up_by_passkey(viewer, signed(text(form, "credential", MOST)), asked)
    except PortalError as error:
        if error.code == NEEDED:
            return go(proof_of(goal))
        filled = Filled(refusal=refusal_words(error, here.words))
        return await _code(here, viewer, filled, status(error), asked=asked, goal=goal)
    return go(_after(goal))


def _after(goal: str) -> str:
    return GOALS.get(goal, "/settings/second-step")


def _refused(here: Frame, error: PortalError) -> Filled:
    if error.code == "current-password-wrong":
        return Filled(errors={"current": here.words("own.password.wrong")})
    return Filled(refusal=refusal_words(error, here.words))


async def _password(here: Frame, filled: Filled, number: int = 200, *, goal: str) -> Response:
    return await here.page("settings/proof.html", number, form=filled, goal=goal)


async def _code(here: Frame, viewer: Viewer, filled: Filled, number: int = 200, *, asked: Asked, goal: str) -> Response:
    try:
        step_up = await here.use.second_step.step_up(viewer, asked)
    except PortalError as error:
        if error.code != NEEDED:
            raise
        return go(proof_of(goal))
    if step_up.proven:
        return go(_after(goal))
    question = await here.use.second_step.step_up_question(viewer, asked) if step_up.passkeys else None
    return await here.page(
        "settings/proof_code.html", number, form=filled, step_up=step_up, goal=goal, question=question
    )
