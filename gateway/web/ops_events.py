"""The events of all services: searched, one whole, followed as they come. Next stop: ops_filter.py."""

from collections.abc import AsyncIterable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, StreamViewer, Use
from gateway.application.errors import CursorUnreadable
from gateway.application.journeys import Journeys
from gateway.application.ops_events_ports import EventPage, EventWhole, Found
from gateway.application.ops_live import looks
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from gateway.web.forms import EMPTY, Filled, refusal_words, same_wish, status
from gateway.web.frame import Frame, Here
from gateway.web.ops_filter import Filter, Sifted
from gateway.web.ops_following import HELD, Board, place_of
from gateway.web.ops_words import reason_in
from gateway.web.payload import masked, members, pretty
from kernel.domain.errors import Invalid, PortalError

router = APIRouter(include_in_schema=False)

EVENTS, LIVE = "/ops/events", "/ops/events/live"
ONE = EVENTS + "/{service}/{stream_id}/{version}"

Service = Annotated[str, Path(max_length=40)]
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.api_route(EVENTS, methods=["GET", "HEAD"])
async def events(
    *,
    here: Here,
    viewer: CurrentViewer,
    asked: AskedHere,
    sifted: Filter,
    cursor: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """List the events that fit what is typed; what cannot be read is told, and nothing is looked for."""
    policy.demand(viewer, Operation.OPS_EVENTS)
    found = EventPage(items=(), next_cursor=None)
    if not sifted.form.errors:
        found = await here.use.ops_events.page(viewer, sifted.wanted, asked, cursor=cursor or None)
    return await here.page("ops/events.html", sifted.status, found=found, cursor=cursor, **_shared(here, sifted))


@router.api_route(LIVE, methods=["GET", "HEAD"])
async def live(*, here: Here, viewer: CurrentViewer, sifted: Filter) -> Response:
    """Show the page on which events appear as they are recorded."""
    policy.demand(viewer, Operation.OPS_FOLLOW)
    shared = _shared(here, sifted)
    return await here.page("ops/events_live.html", sifted.status, items=(), silent=(), passed=False, **shared)


async def _follows(viewer: StreamViewer, sifted: Filter, use: Use) -> Viewer:
    use.ops_events.may_follow(viewer, sifted.wanted, None)
    if sifted.form.errors:
        raise Invalid("the filter cannot be read")
    return viewer


@router.get("/ops/events/changes", response_class=EventSourceResponse, response_model=None)
async def changes(
    *,
    here: Here,
    viewer: Annotated[Viewer, Depends(_follows)],
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    sifted: Filter,
    last_event_id: Annotated[str | None, Header(max_length=1000)] = None,
) -> AsyncIterable[ServerSentEvent]:
    """Send the newest events again whenever there are new ones; who comes back is told those in between."""
    yield ServerSentEvent(comment="here", retry=1000)
    shared = _shared(here, sifted)
    board, cursor = await _found_again(use, viewer, sifted, asked, last_event_id)
    drawn: tuple[tuple[str, ...], bool] | None = None
    async for found in use.ops_events.follow(looks(use.sessions, viewer, token), viewer, sifted.wanted, asked, cursor):
        board.add(found.items)
        if found.passed_over:
            # What was told is the oldest of a burst; what comes next stands behind the newest.
            board.draw(await use.ops_events.told(viewer, sifted.wanted, asked, limit=HELD, cursor=found.cursor))
        if found.passed_over or found.joined:
            board.miss()
        notices = found.silent, board.passed
        place = board.place(found.cursor)
        if found.items or found.passed_over or notices != drawn:
            said = {"items": board.rows, "silent": found.silent, "passed": board.passed}
            yield ServerSentEvent(id=place, raw_data=here.fragment("ops/events_changes.html", **said, **shared))
        elif found.cursor != cursor:
            yield ServerSentEvent(id=place)
        drawn, cursor = notices, found.cursor


async def _found_again(
    use: Journeys, viewer: Viewer, sifted: Sifted, asked: Asked, last_event_id: str | None
) -> tuple[Board, str | None]:
    """Return the rows that a browser has which comes back, and where it follows on: a tab that was hidden does."""
    board = Board()
    if last_event_id is None:
        return board, None
    try:
        rows, cursor = place_of(last_event_id)
        use.ops_events.may_follow(viewer, sifted.wanted, cursor)
    except CursorUnreadable:
        board.miss()
        return board, None
    if rows:
        board.draw(await use.ops_events.told(viewer, sifted.wanted, asked, limit=rows, cursor=cursor))
        if len(board.rows) < rows:
            board.miss()
    return board, cursor


@router.api_route(ONE, methods=["GET", "HEAD"])
async def event(
    *, here: Here, viewer: CurrentViewer, asked: AskedHere, service: Service, stream_id: UUID, version: Version
) -> Response:
    """Show one event whole; personal texts are covered."""
    found = await here.use.ops_events.one(viewer, service, stream_id, version, asked)
    return await _one(here, viewer, found)


@router.post(ONE)
async def unmask(
    *,
    here: Here,
    viewer: CurrentViewer,
    form: CheckedForm,
    asked: AskedHere,
    service: Service,
    stream_id: UUID,
    version: Version,
) -> Response:
    """Show one event with its personal texts, once; it is recorded before."""
    policy.demand(viewer, Operation.OPS_UNMASK)
    reason, errors = reason_in(form, here.words)
    filled, number, key = Filled(values={"reason": reason}, errors=errors), 422, None
    if not errors:
        try:
            found = await here.use.ops_events.unmask(viewer, service, stream_id, version, reason, asked)
        except PortalError as refusal:
            filled = Filled(values={"reason": reason}, refusal=refusal_words(refusal, here.words))
            number, key = status(refusal), same_wish(refusal, asked)
        else:
            return await _one(here, viewer, found, unmasked=True)
    covered = await here.use.ops_events.one(viewer, service, stream_id, version, asked)
    return await _one(here, viewer, covered, number, filled, key=key)


async def _one(
    here: Frame,
    viewer: Viewer,
    found: EventWhole,
    number: int = 200,
    form: Filled = EMPTY,
    *,
    unmasked: bool = False,
    key: str | None = None,
) -> Response:
    payload = found.whole.payload
    return await here.page(
        "ops/event.html",
        number,
        key=key,
        event=found.whole.envelope,
        found=found,
        members=members(payload),
        pretty=pretty(payload),
        masked=masked(payload),
        unmasked=unmasked,
        acts=policy.lets(viewer, Operation.OPS_UNMASK),
        form=form,
        one=address,
    )


def _shared(here: Frame, sifted: Sifted) -> Mapping[str, Any]:
    return {"sifted": sifted, "form": sifted.form, "services": list(here.use.ops_events.logs), "one": address}


def address(found: Found) -> str:
    """Return the page of an event."""
    return f"{EVENTS}/{found.service}/{found.envelope.id}"
