"""Puts the routes of several routers in one list, below one prefix. Next stop: app.py.

The framework keeps routers that are included in one another as they are and looks through all of them, more than once,
with every request; a flat list is looked through once.
"""

from collections.abc import Iterable, Sequence

from fastapi import APIRouter
from fastapi.params import Depends
from fastapi.routing import APIRoute


def together(routers: Iterable[APIRouter], prefix: str = "", dependencies: Sequence[Depends] = ()) -> APIRouter:
    """Return one router with the routes of all, each below *prefix* and behind *dependencies*.

    Raises: TypeError where a router holds more than plain operations, such as another router.
    """
    whole = APIRouter(prefix=prefix, dependencies=dependencies)
    for router in routers:
        for route in router.routes:
            if not isinstance(route, APIRoute):
                kind = type(route).__name__
                raise TypeError(f"a {kind} cannot be put together with others: list its routers side by side")
            whole.add_api_route(
                route.path,
                route.endpoint,
                methods=sorted(route.methods or ()),
                response_model=route.response_model,
                response_class=route.response_class,
                status_code=route.status_code,
                responses=route.responses,
                tags=route.tags,
                dependencies=route.dependencies,
                operation_id=route.operation_id,
                include_in_schema=route.include_in_schema,
                summary=route.summary,
                description=route.description,
            )
    return whole
