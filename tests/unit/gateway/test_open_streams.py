"""Whoever is told of changes holds one of few streams, on every route there is (A11)."""

from collections.abc import Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.sse import EventSourceResponse

from gateway.application.door import stream_viewer
from gateway.front import ROUTERS
from gateway.web import pages


def calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from calls(inner)


def test_a11_no_stream_of_changes_is_open_without_being_counted() -> None:
    routes = [one for router in (*ROUTERS, *pages.routers()) for one in router.routes if isinstance(one, APIRoute)]
    streams = [one for one in routes if one.response_class is EventSourceResponse]
    assert len(streams) >= 5
    assert [one.path for one in streams if stream_viewer not in calls(one.dependant)] == []
