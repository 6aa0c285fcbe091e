"""The pages on which a contract is set. Next stop: settings.py, templates/."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.settings_site.frame import HERE, LANGUAGE, Pages
from deploy.settings_site.logins import COOKIE, Logins
from deploy.settings_site.settings import RULES, Settings, Wrong
from deploy.settings_site.visits import Visit
from deploy.settings_site.words import LANGUAGES

Deed = Callable[[Settings, Visit, FormData], None]
KINDS = ("extensions", "numbers", "forwarding")


class SettingPages:
    """An overview, and a page for each kind of setting."""

    def __init__(self, logins: Logins, settings: Settings, pages: Pages, version: str) -> None:
        self._logins = logins
        self._settings = settings
        self._pages = pages
        self._version = version

    def routes(self) -> list[Route]:
        """Return the paths and what answers them."""
        deeds: dict[str, Deed] = {
            "/extensions": lambda use, visit, form: use.add_extension(
                visit.contract_id, _text(form, "number"), _text(form, "name")
            ),
            "/extensions/removal": lambda use, visit, form: use.remove_extension(
                visit.contract_id, _text(form, "number")
            ),
            "/numbers": lambda use, visit, form: use.assign(
                visit.contract_id, _text(form, "number"), _text(form, "extension")
            ),
            "/forwarding": lambda use, visit, form: use.forward(
                visit.contract_id, _text(form, "extension"), _text(form, "rule"), _text(form, "target")
            ),
        }
        return [
            Route("/", self._shows("overview")),
            *(Route(f"/{kind}", self._shows(kind)) for kind in KINDS),
            *(Route(path, self._does(path, deed), methods=["POST"]) for path, deed in deeds.items()),
            Route("/language", self.language, methods=["POST"]),
            Route("/site.css", lambda _: FileResponse(HERE / "static" / "site.css")),
            Route("/health/ready", self.health),
        ]

    def _shows(self, kind: str) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            visit = await self._logins.here(request)
            return visit if isinstance(visit, Response) else self._shown(request, kind, visit)

        return show

    def _shown(self, request: Request, kind: str, visit: Visit, wrong: str = "") -> Response:
        return self._pages.page(
            request,
            f"{kind}.html",
            visit,
            HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
            kind=kind,
            wrong=wrong,
            saved="saved" in request.query_params,
            extensions=self._settings.extensions(visit.contract_id),
            numbers=self._settings.numbers(visit.contract_id),
            rules=RULES,
        )

    def _does(self, path: str, deed: Deed) -> Callable[[Request], Awaitable[Response]]:
        kind = path.split("/")[1]

        async def do(request: Request) -> Response:
            visit = await self._logins.here(request)
            if isinstance(visit, Response):
                return visit
            form = await request.form()
            if form.get("csrf") != visit.csrf:
                return self._pages.told(request, "failed", HTTPStatus.FORBIDDEN)
            try:
                deed(self._settings, visit, form)
            except Wrong as reason:
                return self._shown(request, kind, visit, str(reason))
            return RedirectResponse(f"/{kind}?saved=1", HTTPStatus.SEE_OTHER)

        return do

    async def language(self, request: Request) -> Response:
        """Show pages in another language from now on; harmless, so whoever sends the form may."""
        chosen = _text(await request.form(), "language")
        answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        if chosen in LANGUAGES:
            answer.set_cookie(LANGUAGE, chosen, **COOKIE)  # type: ignore[arg-type]
        return answer

    async def health(self, _request: Request) -> Response:
        """Say that the site works."""
        return JSONResponse({"status": "UP", "version": self._version})


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""
