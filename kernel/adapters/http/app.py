"""Makes a service's ASGI application of its routes. Next stop: entrance.py, then the service's api/."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

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
    app = FastAPI(
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
    routes = [route for route in app.routes if isinstance(route, APIRoute) and route.endpoint in busy]
    app.add_middleware(Express, routes=routes)
    app.add_middleware(Bounded, roomy=roomy)
    app.add_middleware(Entrance)
    return app
