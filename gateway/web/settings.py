"""What a person may choose for themselves: language, colours, mail, zone. Next stop: own.py, application/own.py."""

from fastapi import APIRouter, Request, Response

from gateway.application import cookies
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.freshness import Fresh
from gateway.application.language import LANGUAGES
from gateway.web.fields import refused_fields
from gateway.web.forms import Filled, refusal_words, same_wish, status, text
from gateway.web.frame import THEME, THEMES, YEAR, Frame, Here, go, local
from gateway.web.user_form import options
from kernel.domain.errors import PortalError

router = APIRouter(include_in_schema=False)

PATIENCE = 2.0
"""Seconds to wait until the next page can show a choice."""


@router.api_route("/settings", methods=["GET", "HEAD"])
async def show(here: Here, viewer: CurrentViewer, fresh: Fresh, saved: bool = False) -> Response:
    """Show the person's own data and choices, and to administrators the way to everybody's."""
    values = {"mailLanguage": viewer.mail_language, "timezone": viewer.timezone}
    return await _draw(here, Filled(values=values), saved=saved, stale=not fresh)


@router.post("/settings")
async def change(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Keep the language of mails and the zone."""
    typed = {name: text(form, name, 100) for name in ("mailLanguage", "timezone")}
    try:
        await use.own.change(viewer, token, typed, asked)
    except PortalError as error:
        errors = refused_fields(here.words, error)
        refusal = "" if errors else refusal_words(error, here.words)
        filled = Filled(values=typed, errors=errors, refusal=refusal)
        return await _draw(here, filled, status(error), key=same_wish(error, asked))
    return go("/settings?saved=1")


@router.post("/language")
async def choose_language(form: CheckedForm, here: Here, request: Request, use: Use, asked: AskedHere) -> Response:
    """Keep the language: with the person where there is a session, and with the browser for the pages before it."""
    language = text(form, "language")
    if language in LANGUAGES:
        cookies.put(request, cookies.LANGUAGE, language, YEAR)
        token = cookies.read(request, cookies.SESSION)
        if here.viewer and token:
            await use.language.choose(here.viewer, token, language, asked)
            # The next page reads the choice from the read model, so it waits here until that has come.
            again = await use.sessions.viewer(token)
            await use.progress.reached(again.session.positions if again else (), PATIENCE)
    return go(local(text(form, "to", 500)))


@router.post("/appearance")
async def choose_appearance(form: CheckedForm, request: Request) -> Response:
    """Keep the colours with this browser: they are a matter of the screen, not of the person."""
    theme = text(form, "theme")
    if theme in THEMES:
        cookies.put(request, THEME, theme, YEAR)
    return go(local(text(form, "to", 500), "/settings?saved=1"))


async def _draw(
    here: Frame, filled: Filled, number: int = 200, *, saved: bool = False, stale: bool = False, key: str | None = None
) -> Response:
    offered = options(here.words, filled.values["timezone"])
    return await here.page("settings.html", number, key=key, form=filled, options=offered, saved=saved, stale=stale)
