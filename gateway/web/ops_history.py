"""The page of one reader: how it stood over an hour, a day or a week, and how it stands. Next: ops_drawing.py."""

from collections.abc import AsyncIterable
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CurrentViewer, SessionToken, StreamViewer, Use
from gateway.application.flow_history import Span
from gateway.application.ops_live import looks
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from gateway.web.frame import Frame, Here
from gateway.web.ops_drawing import band, columns, place
from kernel.domain.errors import Unavailable

router = APIRouter(include_in_schema=False)

PATH = "/ops/streams/{consumer}/{topic}"
KEPT_WITHIN = timedelta(seconds=3)
"""By then a sample is kept."""

Consumer = Annotated[str, Path(max_length=100)]
Topic = Annotated[str, Path(max_length=200)]
Chosen = Annotated[Span, Query(alias="range")]


async def _watches(viewer: StreamViewer) -> Viewer:
    policy.demand(viewer, Operation.OPS_STREAM_HISTORY)
    return viewer


Watcher = Annotated[Viewer, Depends(_watches)]


@router.api_route(PATH, methods=["GET", "HEAD"])
async def reader(
    *,
    here: Here,
    viewer: CurrentViewer,
    asked: AskedHere,
    consumer: Consumer,
    topic: Topic,
    span: Chosen = Span.HOUR,
) -> Response:
    """Show how a reader stood and stands."""
    return await here.page("ops/history.html", **await _shown(here, viewer, (consumer, topic), span, asked))


@router.get(PATH + "/changes", response_class=EventSourceResponse, response_model=None)
async def changes(
    *,
    here: Here,
    viewer: Watcher,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    consumer: Consumer,
    topic: Topic,
    span: Chosen = Span.HOUR,
) -> AsyncIterable[ServerSentEvent]:
    """Send how the reader stands every second, and its past less often: it takes long to draw."""
    yield ServerSentEvent(comment="here", retry=1000)
    name, drawn = (consumer, topic), None
    async for looking in looks(use.sessions, viewer, token):
        now = use.ops_history.now()
        part, shown = (now - KEPT_WITHIN).timestamp() // span.fresh.total_seconds(), None
        if part != drawn:
            # While the past cannot be read the page keeps what it shows of it, and the next look tries again.
            with suppress(Unavailable):
                shown, drawn = await _shown(here, looking, name, span, asked), part
        present = shown or {"found": await use.ops_history.present(looking, name, asked), "as_of": now}
        yield ServerSentEvent(raw_data=here.fragment("ops/history_changes.html", more=bool(shown), **present))


async def _shown(here: Frame, viewer: Viewer, name: tuple[str, str], span: Span, asked: Asked) -> dict[str, Any]:
    found = await here.use.ops_history.of(viewer, name, span, asked)
    return {
        "found": found,
        "band": band(found),
        "data": columns(found),
        "spans": list(Span),
        "place": place(*name),
        "timezone": here.timezone,
        "as_of": found.until,
    }
