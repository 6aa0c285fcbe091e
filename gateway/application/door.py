"""What a route, page or API, may ask of a request: who it is, what they hold, how it came. Next stop: journeys.py.

A route writes `use: Use, viewer: CurrentViewer, asked: AskedHere` and gets the rest done.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData
from structlog.contextvars import bind_contextvars

from gateway.application import cookies
from gateway.application.asked import Asked
from gateway.application.errors import ActivationMissing, FormForged, LoginMissing, NetworkRefused
from gateway.application.errors import SessionMissing as SessionMissing  # noqa: PLC0414 - pages catch it from here
from gateway.application.forms import same
from gateway.application.journeys import Journeys
from gateway.application.language import preferred
from gateway.application.sessions import Opened
from gateway.application.viewer import Viewer
from kernel.application.idempotency import well_formed
from kernel.domain.errors import IdempotencyKeyMissing, Unavailable

CSRF_FIELD = "csrfToken"
KEY_FIELD = "idempotencyKey"
CSRF_HEADER = "x-csrf-token"
LOGIN_LIFE = 30 * 60
TRUST_LIFE = 10 * 24 * 3600
"""As long as identity takes a trusted browser's word; each login with it begins anew."""
ACTIVATION_LIFE = 72 * 3600


async def journeys(request: Request) -> Journeys:
    """Return what main.py built."""
    built: Journeys = request.app.state.journeys
    return built


Use = Annotated[Journeys, Depends(journeys)]


async def maybe_viewer(request: Request, use: Use) -> Viewer | None:
    """Return who holds the session; None when there is none, it is refused here, or cannot be looked up."""
    with suppress(Unavailable, NetworkRefused):
        return await _viewer(request, use)
    return None


MaybeViewer = Annotated[Viewer | None, Depends(maybe_viewer)]


async def viewer(request: Request, use: Use) -> Viewer:
    """Return who holds the session. Raises: SessionMissing; NetworkRefused; Unavailable when it cannot be known."""
    found = await _viewer(request, use)
    if found is None:
        raise SessionMissing
    return found


CurrentViewer = Annotated[Viewer, Depends(viewer)]


async def stream_viewer(use: Use, viewer: CurrentViewer) -> AsyncIterator[Viewer]:
    """Give who holds the session while one more stream of theirs is open. Raises: TooManyStreams."""
    with use.streams.one_more(viewer.session.session_id):
        yield viewer


StreamViewer = Annotated[Viewer, Depends(stream_viewer)]
"""Of whoever is told of changes for as long as they look."""


async def _viewer(request: Request, use: Journeys) -> Viewer | None:
    if not hasattr(request.state, "viewer"):
        token = cookies.read(request, cookies.SESSION)
        request.state.viewer = await use.sessions.viewer(token, _client_ip(request)) if token else None
        if request.state.viewer:
            # Whatever is logged from here on says whom it is about.
            bind_contextvars(tenant_id=str(request.state.viewer.tenant_id))
    found: Viewer | None = request.state.viewer
    return found


async def session_token(request: Request) -> str:
    """Return the session's token. Raises: SessionMissing."""
    token = cookies.read(request, cookies.SESSION)
    if token is None:
        raise SessionMissing
    return token


SessionToken = Annotated[str, Depends(session_token)]


async def pending_login(request: Request) -> str:
    """Return the login that waits for its code in this browser. Raises: LoginMissing."""
    login = cookies.read(request, cookies.LOGIN)
    if login is None:
        raise LoginMissing
    return login


LoginToken = Annotated[str, Depends(pending_login)]


async def activation_token(request: Request) -> str:
    """Return the activation link's token that this browser holds. Raises: ActivationMissing."""
    token = cookies.read(request, cookies.ACTIVATION)
    if token is None:
        raise ActivationMissing
    return token


ActivationToken = Annotated[str, Depends(activation_token)]


async def asked(request: Request) -> Asked:
    """Return how the request came; its key stands in the header, else in the form, else it is a fresh one."""
    key = request.headers.get("idempotency-key") or await _form_field(request, KEY_FIELD)
    return asked_anew(request, well_formed(key) if key else None)


def asked_anew(request: Request, key: str | None = None) -> Asked:
    """Return how the request came, with a key of ours: for what is done because of it and not wanted by it."""
    built: Journeys = request.app.state.journeys
    return Asked(
        key=key or str(built.new_id()),
        correlation_id=request.state.correlation_id,
        client_ip=_client_ip(request),
        user_agent=request.headers.get("user-agent", "")[:300],
        traceparent=getattr(request.state, "traceparent", None) or request.headers.get("traceparent"),
    )


AskedHere = Annotated[Asked, Depends(asked)]


async def keyed(request: Request, asked: AskedHere) -> Asked:
    """Return how the request came, for calls that must be safe to repeat. Raises: IdempotencyKeyMissing."""
    if "idempotency-key" not in request.headers:
        raise IdempotencyKeyMissing
    return asked


KeyedHere = Annotated[Asked, Depends(keyed)]


def _client_ip(request: Request) -> str:
    # The edge put what the trusted hops say here; no header of the caller's is looked at.
    return request.client.host if request.client else ""


async def _form_field(request: Request, name: str) -> str | None:
    if not request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        return None
    value = (await request.form()).get(name)
    return value if isinstance(value, str) else None


def form_token(request: Request, use: Journeys, viewer: Viewer | None) -> str:
    """Return what a form's hidden field `csrfToken` must hold for this browser."""
    if viewer is not None:
        return viewer.csrf_token
    cookie = cookies.read(request, cookies.FORM)
    if cookie is None:
        cookie = secrets.token_urlsafe(24)
        cookies.put(request, cookies.FORM, cookie)
    return use.forms.token(cookie)


async def checked_form(request: Request, use: Use, viewer: MaybeViewer) -> FormData:
    """Return a posted form after seeing that we gave it to this browser. Raises: FormForged."""
    form = await request.form()
    token = form.get(CSRF_FIELD)
    if not isinstance(token, str):
        raise FormForged
    if viewer is not None and same(token, viewer.csrf_token):
        return form
    # A form drawn before the login may be sent after it, as when two windows were open.
    cookie = cookies.read(request, cookies.FORM)
    if cookie is None or not use.forms.accepts(cookie, token):
        raise FormForged
    return form


CheckedForm = Annotated[FormData, Depends(checked_form)]


async def checked_viewer(request: Request, viewer: CurrentViewer) -> Viewer:
    """Return who holds the session of a call that changes something. Raises: FormForged without X-CSRF-Token."""
    if not same(request.headers.get(CSRF_HEADER, ""), viewer.csrf_token):
        raise FormForged
    return viewer


CheckedViewer = Annotated[Viewer, Depends(checked_viewer)]


def enter(request: Request, opened: Opened) -> None:
    """Give the browser its session; what the login left in it goes."""
    cookies.put(request, cookies.SESSION, opened.token)
    if opened.trusted:
        cookies.put(request, cookies.TRUSTED, opened.trusted, TRUST_LIFE)
    for name in (cookies.LOGIN, cookies.ACTIVATION, cookies.FORM):
        if cookies.read(request, name) is not None:
            cookies.drop(request, name)


def leave(request: Request) -> None:
    """Take everything from the browser that a session gave it."""
    for name in (cookies.SESSION, cookies.LOGIN, cookies.ACTIVATION):
        cookies.drop(request, name)


def language_of(request: Request, viewer: Viewer | None) -> str:
    """Return the language to answer in: the person's choice, else this browser's, else what it says it likes."""
    if viewer is not None and viewer.language in ("ja", "en"):
        return viewer.language
    chosen = cookies.read(request, cookies.LANGUAGE)
    return chosen if chosen in ("ja", "en") else preferred(request.headers.get("accept-language", ""))
