"""Where operations of the public API begin: below its base path, behind the guard. Next stop: guard.py.

The framework keeps routers that are included in one another as they are, and looks through all of them more than once
with every request. So each router has its whole path from the start, and all routes lie in one list.
"""

from fastapi import APIRouter

from gateway.api.guard import Guarded

BASE = "/api/v1"


def operations(tag: str) -> APIRouter:
    """Return a router for the operations of one kind."""
    return APIRouter(prefix=BASE, tags=[tag], dependencies=[Guarded])
