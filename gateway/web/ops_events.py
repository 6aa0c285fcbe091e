"""The events of all services: searched, one whole, followed as they come. Next stop: ops_filter.py, templates/ops/."""

from collections import deque
from collections.abc import AsyncIterable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gateway.application import policy
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, StreamViewer, Use
from gateway.application.ops_events_ports import EventPage, EventWhole, Found
from gateway.application.ops_live import looks
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from gateway.web.forms import EMPTY, Filled, refusal_words, same_wish, status
from gateway.web.frame import Frame, Here
from gateway.web.ops_filter import Filter, Sifted
from gateway.web.ops_words import reason_in
from gateway.web.payload import masked, members, pretty
from kernel.domain.errors import Invalid, PortalError

router = APIRouter(include_in_schema=False)

EVENTS, LIVE = "/ops/events", "/ops/events/live"
ONE = EVENTS + "/{service}/{stream_id}/{version}"
HELD = 50
"""Events that the page shows which follows them."""

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
) -> AsyncIterable[ServerSentEvent]:
    """Send the newest events again whenever there are new ones."""
    yield ServerSentEvent(comment="here", retry=1000)
    held: deque[Found] = deque(maxlen=HELD)
    shared = _shared(here, sifted)
    silent: tuple[str, ...] = ()
    async for found in use.ops_events.follow(looks(use.sessions, viewer, token), viewer, sifted.wanted, asked, None):
        if not found.items and found.silent == silent:
            continue
        silent = found.silent
        held.extendleft(found.items)
        newest = {"items": held, "silent": silent, "passed": found.passed_over}
        yield ServerSentEvent(raw_data=here.fragment("ops/events_changes.html", **newest, **shared))


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
