"""What a request is matched against: one list of routes, not routers in routers."""

from fastapi.routing import APIRoute

from gateway import front
from gateway.api.operations import BASE
from gateway.web import pages


def test_no_router_holds_another() -> None:
    routers = [*front.ROUTERS, *pages.routers()]
    assert [route for router in routers for route in router.routes if not isinstance(route, APIRoute)] == []


def test_every_operation_has_its_whole_path_and_stands_behind_the_guard() -> None:
    routes = [route for router in front.ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert routes
    assert all(route.path.startswith(f"{BASE}/") and route.dependencies for route in routes)
