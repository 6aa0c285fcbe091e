"""The OpenID provider as people meet it: a site's wish for a login, and for a logout. Next: application/hop.py."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from gateway.application import authorization, cookies
from gateway.application.authorization import AuthorizationRefused, SentBack, back
from gateway.application.door import AskedHere, CheckedForm, MaybeViewer, Use, leave, viewer
from gateway.application.errors import SessionMissing
from gateway.application.hop import Choose, LogInAgain, Onward
from gateway.application.journeys import Journeys
from gateway.application.viewer import Viewer
from gateway.web.forms import text
from gateway.web.frame import Here, go
from gateway.web.hop import MOST_SHOWN

router = APIRouter(include_in_schema=False)

AUTHORIZE, LOGOUT = "/oauth/authorize", "/oauth/logout"
LONGEST_TOKEN = 8000


@router.get(AUTHORIZE)
async def authorize(request: Request, here: Here, use: Use, asked: AskedHere) -> Response:
    """Grant a site's wish, or have the person log in or choose first."""
    try:
        wish = authorization.read(request.query_params.multi_items(), use.hop.sites)
        try:
            # Not the frame's viewer: that one is nobody also while it cannot be known.
            person: Viewer | None = await viewer(request, use)
        except SessionMissing:
            person = None
        outcome = await use.hop.authorize(person, wish, asked)
    except SentBack as refusal:
        return go(refusal.address(use.hop.issuer))
    match outcome:
        case Onward():
            return go(outcome.address)
        case LogInAgain():
            return go(f"/?{urlencode({'again': '1', 'to': _again(request)})}")
        case Choose():
            ways = [(row, f"{AUTHORIZE}?{_with(request, str(row.contract_id))}") for row in outcome.rows[:MOST_SHOWN]]
            return await here.page("choose_contract.html", ways=ways, site=wish.site.name(here.language))


@router.post(AUTHORIZE)
async def authorize_by_form(request: Request) -> Response:
    """Take a wish that came as a form; the session's cookie does not come with another site's form, so ask again."""
    return await _asked_again(request, AUTHORIZE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaving:
    """A wish for a logout: where to go afterwards, and whether it is known to be this very session."""

    address: str
    is_known: bool


@router.get(LOGOUT)
async def log_out(request: Request, here: Here, use: Use, viewer: MaybeViewer, asked: AskedHere) -> Response:
    """End the session that the site's own token names; any other wish is asked about first."""
    given = dict(request.query_params)
    leaving = await _leaving(given, use, viewer)
    if viewer is None:
        return RedirectResponse(leaving.address, 303)
    if not leaving.is_known:
        return await here.page("confirm_logout.html", given=_shown(given))
    await _end(request, use, viewer, asked)
    return RedirectResponse(leaving.address, 303)


@router.post(LOGOUT)
async def log_out_by_form(request: Request) -> Response:
    """Take a wish for a logout that came as a form."""
    return await _asked_again(request, LOGOUT)


@router.post(f"{LOGOUT}/confirmation")
async def confirm(form: CheckedForm, request: Request, use: Use, viewer: MaybeViewer, asked: AskedHere) -> Response:
    """End the session, as the person wished on our page."""
    given = {name: text(form, name, LONGEST_TOKEN) for name in form if isinstance(name, str)}
    leaving = await _leaving(given, use, viewer)
    if viewer is not None:
        await _end(request, use, viewer, asked)
    return RedirectResponse(leaving.address, 303)


async def _leaving(given: dict[str, str], use: Journeys, viewer: Viewer | None) -> _Leaving:
    hint = await use.hop.hints.read(given["id_token_hint"]) if given.get("id_token_hint") else None
    client_id = hint.client_id if hint else given.get("client_id")
    site = use.hop.sites.known(client_id)
    wished = given.get("post_logout_redirect_uri", "")
    address = "/?notice=left"
    if site is not None and wished in site.post_logout_uris and given.get("client_id", site.client_id) == client_id:
        # Only to an address of the site that asks, character by character.
        address = back(wished, {}, given.get("state")).removesuffix("?")
    return _Leaving(address=address, is_known=bool(hint and viewer and hint.session_id == viewer.session.session_id))


async def _end(request: Request, use: Journeys, viewer: Viewer, asked: AskedHere) -> None:
    token = cookies.read(request, cookies.SESSION)
    if token:
        await use.sessions.end(token, viewer.session, asked)
    leave(request)


async def _asked_again(request: Request, path: str) -> Response:
    form = await request.form()
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    if len(query := urlencode(pairs)) > LONGEST_TOKEN:
        raise AuthorizationRefused
    return go(f"{path}?{query}")


def _shown(given: dict[str, str]) -> dict[str, str]:
    return {
        name: given[name]
        for name in ("client_id", "post_logout_redirect_uri", "state", "id_token_hint")
        if name in given
    }


def _again(request: Request) -> str:
    """Return the address of a wish without what has been heeded by a new login."""
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("prompt", "max_age")]
    return f"{AUTHORIZE}?{urlencode(kept)}"


def _with(request: Request, contract_id: str) -> str:
    kept = [pair for pair in request.query_params.multi_items() if pair[0] != "login_hint"]
    return urlencode([*kept, ("login_hint", contract_id)])
