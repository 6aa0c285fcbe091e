"""The page that tells a person of an error: what happened, what was kept, what to do. Next: templates/error.html."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from gateway.application import cookies
from gateway.application.door import journeys, language_of
from gateway.application.errors import LoginMissing, NothingParked, SessionMissing
from gateway.application.problem_words import words as problem_words
from gateway.web.frame import Frame, go, local
from kernel.adapters.http.problems import PATIENCE, status_of
from kernel.adapters.telemetry import trace
from kernel.domain.errors import Gone, PortalError, Unavailable

_CODES = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}
FRAGMENT = "hx-request"


async def error_page(request: Request, error: Exception) -> Response:
    """Return the page for *error*; who must log in first is led there, and back afterwards."""
    number, code = _named(error)
    if isinstance(error, SessionMissing):
        return _to_login(request)
    here = Frame(
        request=request,
        use=await journeys(request),
        viewer=getattr(request.state, "viewer", None),
        language=language_of(request, getattr(request.state, "viewer", None)),
    )
    page = await here.page(
        "error.html",
        number,
        code=code,
        title=problem_words(code, here.language) or here.words("error.title"),
        kept=here.words(_kept(code)),
        advice=here.words(f"problem.{code}" if here.words.knows(f"problem.{code}") else "problem.internal"),
        trace_id=trace.trace_id() or "",
        actions=_actions(error, code),
    )
    if number in PATIENCE:
        page.headers["Retry-After"] = str(getattr(error, "extra", {}).get("retry_after", PATIENCE[number]))
    return page


def _named(error: Exception) -> tuple[int, str]:
    match error:
        case PortalError():
            number = status_of(error)
            return number, "internal" if number == HTTPStatus.INTERNAL_SERVER_ERROR else error.code
        case RequestValidationError():
            # Only an address can be malformed here, and what it names does not exist.
            return 404, "not-found"
        case HTTPException():
            return error.status_code, _CODES.get(error.status_code, "not-found")
        case _:
            return 500, "internal"


def _kept(code: str) -> str:
    """Return the key of what is said of what was kept."""
    is_dead_link = code.startswith("activation-") and code != "activation-used"
    return "error.kept.activation" if is_dead_link else "error.kept"


def _to_login(request: Request) -> Response:
    cookies.drop(request, cookies.SESSION)
    if FRAGMENT in request.headers:
        # A part of a page cannot become the login; the script loads the page again.
        return HTMLResponse("", 401)
    if request.method not in ("GET", "HEAD"):
        return go("/?notice=expired")
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return go(f"/?{urlencode({'to': local(path, '/dashboard'), 'notice': 'expired'})}")


def _actions(error: Exception, code: str) -> list[tuple[str, str]]:  # noqa: PLR0911 - one for each kind
    """Return what to do next: words' key and address, the best first."""
    match error:
        case LoginMissing():
            return [("error.to-login", "/")]
        case Gone() if code == "activation-used":
            return [("error.to-login", "/"), ("error.to-reset", "/password-reset")]
        case PortalError() if code.startswith("activation-"):
            return [("error.to-reset", "/password-reset"), ("error.to-first-login", "/help/tutorial/firstlogin/")]
        case PortalError() if code in ("login-expired", "credential-locked"):
            return [("error.to-login", "/"), ("error.to-reset", "/password-reset")]
        case NothingParked():
            return [("error.to-parked", "/ops/parked")]
        case Unavailable():
            return [("error.again", ""), ("error.to-status", "/status")]
        case _:
            return [("error.to-start", "/"), ("error.to-help", "/help")]
