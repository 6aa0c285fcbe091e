"""Makes a service's ASGI application of its routes. Next stop: entrance.py, then the service's api/."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from kernel.adapters.http.entrance import Bounded, Entrance
from kernel.adapters.http.express import Express
from kernel.adapters.http.failures import tell_failures


def create_app(
    service: str,
    routers: Sequence[APIRouter],
    *,
    title: str = "",
    audience: str = "",
    busy: Collection[Callable[..., Any]] = (),
    roomy: Mapping[str, int] | None = None,
) -> FastAPI:
    """Return an application over *routers* that answers every refusal as a problem.

    The functions named in *busy* are called by the thousand, and answered on a shorter way (express.py). *roomy* names
    the paths that take larger bodies than the others, and how large.

    Who builds it sets `app.state.verifier`, which believes the tokens that callers bring for *audience*.
    """
    app = _Application(
        busy,
        roomy,
        title=title or service,
        description=f"Takes tokens for the audience {audience or service}.",
        # What a service can be asked is in the documents; nothing of it is served, nor pages that load scripts.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    # Side by side: routers that are included are looked through again and again with every request.
    app.router.routes.extend(route for router in routers for route in router.routes)
    tell_failures(app)
    return app


class _Application(FastAPI):
    """Has what every request meets stand before the framework's own, so that the short way passes that by."""

    def __init__(self, busy: Collection[Callable[..., Any]], roomy: Mapping[str, int] | None, **told: Any) -> None:
        super().__init__(**told)
        self._busy = busy
        self._roomy = roomy

    def build_middleware_stack(self) -> ASGIApp:
        routes = [route for route in self.routes if isinstance(route, APIRoute) and route.endpoint in self._busy]
        return Entrance(Bounded(Express(super().build_middleware_stack(), routes), roomy=self._roomy))
