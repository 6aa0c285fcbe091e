"""Makes a service's ASGI application of its routes. Next stop: entrance.py, then the service's api/."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, FastAPI

from kernel.adapters.http.entrance import Bounded, Entrance
from kernel.adapters.http.failures import tell_failures


def create_app(
    service: str,
    routers: Sequence[APIRouter],
    *,
    title: str = "",
    audience: str = "",
    roomy: Mapping[str, int] | None = None,
) -> FastAPI:
    """Return an application over *routers* that answers every refusal as a problem.

    *roomy* names the paths that take larger bodies than the others, and how large.

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
    app.add_middleware(Bounded, roomy=roomy)
    app.add_middleware(Entrance)
    return app
