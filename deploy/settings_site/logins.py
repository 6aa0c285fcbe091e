"""How people come in and go out, and how the portal says that they are gone. Next stop: portal.py, visits.py."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.settings_site.frame import SESSION, Pages
from deploy.settings_site.portal import Portal, Untrue
from deploy.settings_site.settings import Settings
from deploy.settings_site.visits import Visit, Visits

COOKIE = {"path": "/", "secure": True, "httponly": True, "samesite": "lax"}
EVENT = "application/secevent+jwt"


class Logins:
    """The routes between the site and the portal."""

    def __init__(self, portal: Portal, visits: Visits, settings: Settings, pages: Pages, url: str) -> None:
        self._portal = portal
        self._visits = visits
        self._settings = settings
        self._pages = pages
        self._url = url

    def routes(self) -> list[Route]:
        """Return the paths and what answers them."""
        return [
            Route("/login", self.login),
            Route("/callback", self.callback),
            Route("/logout", self.logout, methods=["POST"]),
            Route("/goodbye", self.goodbye),
            Route("/backchannel-logout", self.told_of_logout, methods=["POST"]),
            Route("/events", self.told_of_event, methods=["POST"]),
        ]

    async def login(self, request: Request) -> Response:
        """Begin a login, as the portal wishes for. See: OpenID Connect Core 1.0, section 4."""
        if request.query_params.get("iss", self._portal.issuer) != self._portal.issuer:
            return self._pages.told(request, "failed", HTTPStatus.BAD_REQUEST)
        try:
            return await self._portal.begin(request, f"{self._url}/callback", request.query_params.get("login_hint"))
        except httpx.HTTPError:
            return self._pages.told(request, "away", HTTPStatus.BAD_GATEWAY)

    async def callback(self, request: Request) -> Response:
        """Take the code that the browser brings, and let the person in."""
        try:
            tokens, who = await self._arrived(request)
        except OAuthError as error:
            if error.error == "access_denied":
                return self._pages.told(request, "refused", HTTPStatus.FORBIDDEN)
            return self._pages.told(request, "failed", HTTPStatus.BAD_REQUEST)
        except (JoseError, ValueError, KeyError, TypeError):
            return self._pages.told(request, "failed", HTTPStatus.BAD_REQUEST)
        except httpx.HTTPError:
            return self._pages.told(request, "away", HTTPStatus.BAD_GATEWAY)
        claims = tokens["userinfo"]
        contract = who["contract"]
        token = self._visits.begin(
            sid=claims["sid"],
            sub=claims["sub"],
            name=who.get("name") or "",
            company=who["company"]["name"],
            contract_id=contract["id"],
            contract_number=contract["number"],
            service=contract["service"],
            language=who.get("locale"),
            access_token=tokens["access_token"],
            id_token=tokens["id_token"],
        )
        if token is None:
            return self._pages.told(request, "ended", HTTPStatus.UNAUTHORIZED)
        self._settings.open(contract["id"], contract["extension_ids"], contract["external_numbers"])
        # Whatever else waited in this browser for a login is done with.
        request.session.clear()
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        answer.set_cookie(SESSION, token, **COOKIE)  # type: ignore[arg-type]
        return answer

    async def _arrived(self, request: Request) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return the tokens for a code, and who is there. Raises: what callback() is prepared for."""
        # See: RFC 9207, section 2.4. A code of another provider must not be shown to ours.
        if request.query_params.get("iss", self._portal.issuer) != self._portal.issuer:
            raise ValueError("another provider")
        tokens = await self._portal.finish(request)
        who = await self._portal.who(tokens["access_token"])
        # See: OpenID Connect Core 1.0, section 5.3.2.
        if who is None or who["sub"] != tokens["userinfo"]["sub"]:
            raise ValueError("somebody else")
        return tokens, who

    async def here(self, request: Request) -> Visit | Response:
        """Return who is there; else the way to the portal, or the page that says why not."""
        token = request.cookies.get(SESSION)
        visit = self._visits.find(token) if token else None
        if token is None or visit is None:
            key = "ended" if token and self._visits.was_ended(token) else "closed"
            return self._pages.told(request, key, HTTPStatus.UNAUTHORIZED)
        if self._visits.is_to_be_asked_about(visit):
            try:
                is_there = await self._portal.who(visit.access_token) is not None
            except httpx.HTTPError:
                # The portal is away: nobody loses their work for that. The visit ends by itself in time.
                return visit
            if not is_there:
                self._visits.end(token)
                again = urlencode({"login_hint": visit.contract_id})
                return RedirectResponse(f"/login?{again}", HTTPStatus.SEE_OTHER)
            self._visits.asked(token)
        return visit

    async def logout(self, request: Request) -> Response:
        """End the visit, and have the portal end its session."""
        visit = await self.here(request)
        if isinstance(visit, Response):
            return visit
        if (await request.form()).get("csrf") != visit.csrf:
            return self._pages.told(request, "failed", HTTPStatus.FORBIDDEN)
        self._visits.end(request.cookies[SESSION])
        try:
            address = await self._portal.goodbye(visit.id_token, f"{self._url}/goodbye")
        except httpx.HTTPError:
            address = "/goodbye"
        answer = RedirectResponse(address, HTTPStatus.SEE_OTHER)
        answer.delete_cookie(SESSION, **COOKIE)  # type: ignore[arg-type]
        return answer

    async def goodbye(self, request: Request) -> Response:
        """Say that the person is out."""
        return self._pages.told(request, "goodbye", HTTPStatus.OK)

    async def told_of_logout(self, request: Request) -> Response:
        """End what a logout token names. See: OpenID Connect Back-Channel Logout 1.0, section 2.8."""
        token = (await request.form()).get("logout_token")
        try:
            self._visits.end_session(await self._portal.logged_out(str(token or "")), "LOGOUT")
        except Untrue as reason:
            return JSONResponse({"error": "invalid_request", "error_description": str(reason)}, HTTPStatus.BAD_REQUEST)
        except httpx.HTTPError:
            return JSONResponse({}, HTTPStatus.SERVICE_UNAVAILABLE)
        return Response(status_code=HTTPStatus.OK)

    async def told_of_event(self, request: Request) -> Response:
        """End what a session-revoked event names. See: RFC 8935, section 2."""
        if request.headers.get("content-type", "").partition(";")[0].strip() != EVENT:
            return _unread("invalid_request", f"The content type must be {EVENT}")
        try:
            self._visits.end_session(await self._portal.revoked((await request.body()).decode("ascii")), "REVOKED")
        except (Untrue, UnicodeDecodeError) as reason:
            return _unread("invalid_request", str(reason))
        except httpx.HTTPError:
            return JSONResponse({}, HTTPStatus.SERVICE_UNAVAILABLE)
        return Response(status_code=HTTPStatus.ACCEPTED)


def _unread(error: str, why: str) -> JSONResponse:
    return JSONResponse({"err": error, "description": why}, HTTPStatus.BAD_REQUEST)
