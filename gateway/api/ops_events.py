"""The events of all services as JSON, for the platform's operators. Next stop: application/ops_events.py."""

from collections.abc import AsyncIterable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Path, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.ops_events import (
    LARGEST,
    AgainBody,
    EventAnswer,
    EventList,
    EventWholeAnswer,
    PublishingAnswer,
    RangeAnswer,
    UnmaskBody,
)
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, KeyedHere, SessionToken, StreamViewer, Use
from gateway.application.ops_events import event_id
from gateway.application.ops_events_ports import Wanted
from gateway.application.ops_live import looks
from gateway.application.viewer import Viewer
from kernel.adapters.http.moments import Moment
from kernel.adapters.http.texts import Typed
from kernel.application.browsing import Sought
from kernel.domain.errors import Invalid

router = operations("ops")

_LOOK, _ONE, _ACT = (
    problems(401, 403, 422, 503),
    problems(401, 403, 404, 422, 503),
    problems(401, 403, 404, 409, 422, 503),
)
RETRY_MS = 2000

Service = Annotated[str, Path(max_length=40)]
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]
Cursor = Annotated[str | None, Query(max_length=1000)]


async def wanted(
    *,
    service: Annotated[str | None, Query(max_length=40, description="Only in this service's log.")] = None,
    tenantId: UUID | None = None,  # noqa: N803 - the query's name is the API's
    streamId: UUID | None = None,  # noqa: N803
    type_: Annotated[Typed | None, Query(alias="type", max_length=100, examples=["user.registered"])] = None,
    correlationId: UUID | None = None,  # noqa: N803
    causationId: Annotated[str | None, Query(max_length=60, description="`stream/version` of the cause.")] = None,  # noqa: N803
    eventId: Annotated[str | None, Query(max_length=60, description="`stream/version`.")] = None,  # noqa: N803
    since: Moment | None = None,
    until: Moment | None = None,
    fromPosition: Annotated[  # noqa: N803
        int | None, Query(ge=1, le=LARGEST, description="Only together with the service.")
    ] = None,
    toPosition: Annotated[int | None, Query(ge=1, le=LARGEST - 1)] = None,  # noqa: N803
    order: Annotated[str, Query(pattern="^(newest|oldest)$")] = "newest",
) -> Wanted:
    """Return which events are looked for. Raises: Invalid, all bad fields at once."""
    named = None if eventId is None else event_id(eventId)
    errors = [
        _wrong(name, "malformed", "Must be stream/version")
        for name, text in (("eventId", eventId), ("causationId", causationId))
        if text is not None and event_id(text) is None
    ]
    if named and streamId not in (None, named[0]):
        errors.append(_wrong("streamId", "differs", "Must be the stream of the event"))
    if errors:
        raise Invalid("the filter cannot be read", errors=errors)
    return Wanted(
        service=service,
        oldest_first=order == "oldest",
        sought=Sought(
            tenant_id=tenantId,
            stream_id=named[0] if named else streamId,
            version=named[1] if named else None,
            type=type_,
            correlation_id=correlationId,
            causation_id=causationId,
            since=since,
            until=until,
            first=fromPosition,
            last=toPosition,
        ),
    )


def _wrong(name: str, code: str, detail: str) -> dict[str, str]:
    return {"pointer": f"/{name}", "code": code, "detail": detail}


Filter = Annotated[Wanted, Depends(wanted)]


LastSeen = Annotated[str | None, Header(alias="Last-Event-ID", max_length=1000)]


async def _follows(viewer: StreamViewer, use: Use, find: Filter, last_event_id: LastSeen = None) -> Viewer:
    use.ops_events.may_follow(viewer, find, last_event_id)
    return viewer


Follower = Annotated[Viewer, Depends(_follows)]


@router.get("/ops/events", operation_id="opsEvents", responses=_LOOK)
async def events(
    *,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    find: Filter,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Cursor = None,
) -> EventList:
    """List events of all services by when they were recorded, newest first; never what they say.

    Every combination of keys is served from an index. Each service keeps the order of its own log.
    """
    return EventList.of(await use.ops_events.page(viewer, find, asked, limit=limit, cursor=cursor))


@router.get(
    "/ops/events/live",
    operation_id="opsFollow",
    response_class=EventSourceResponse,
    responses=_LOOK | problems(429),
    response_model=None,
)
async def follow(
    *,
    viewer: Follower,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    find: Filter,
    last_event_id: LastSeen = None,
) -> AsyncIterable[ServerSentEvent]:
    """Tell every event that is recorded from now on and fits the filter; the stream ends with the session.

    `event`: an event, as the list has it. `passedOver`: some may be missing, as more came between two looks than is
    told, or a service answers that was silent from the start. `silent`: services that do not answer. The last id
    says where to follow on; one comes at the beginning, and also without an event.
    """
    yield ServerSentEvent(comment="here", retry=RETRY_MS)
    place = last_event_id
    async for found in use.ops_events.follow(looks(use.sessions, viewer, token), viewer, find, asked, last_event_id):
        if found.passed_over or found.joined:
            yield ServerSentEvent(event="passedOver", data={})
        if found.silent:
            yield ServerSentEvent(event="silent", data={"services": list(found.silent)})
        for number, one in enumerate(found.items, start=1):
            # Only the last of a look has an id: whoever comes back is told those of a broken look again.
            told = EventAnswer.of(one).model_dump(mode="json")
            yield ServerSentEvent(event="event", data=told, id=found.cursor if number == len(found.items) else None)
        if not found.items and found.cursor != place:
            # An id alone is no event for anybody and is kept all the same. See: HTML, 9.2.6.
            yield ServerSentEvent(id=found.cursor)
        place = found.cursor


@router.get("/ops/events/{service}/{streamId}/{version}", operation_id="opsEvent", responses=_ONE)
async def event(
    *,
    service: Service,
    streamId: UUID,  # noqa: N803 - the path's name is the API's
    version: Version,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
) -> EventWholeAnswer:
    """Show one event: envelope, payload with personal texts covered, its readers, its cause and its effects."""
    return EventWholeAnswer.of(await use.ops_events.one(viewer, service, streamId, version, asked))


@router.post("/ops/events/{service}/{streamId}/{version}/unmasked", operation_id="opsUnmask", responses=_ACT)
async def unmask(
    *,
    service: Service,
    streamId: UUID,  # noqa: N803 - the path's name is the API's
    version: Version,
    body: UnmaskBody,
    viewer: CheckedViewer,
    use: Use,
    asked: KeyedHere,
) -> EventWholeAnswer:
    """Show one event with its personal texts, once for each reason; who saw it and why is recorded before."""
    return EventWholeAnswer.of(await use.ops_events.unmask(viewer, service, streamId, version, body.reason, asked))


@router.get("/ops/publishing", operation_id="opsPublishing", responses=_LOOK)
async def publishing(*, viewer: CurrentViewer, use: Use, asked: AskedHere) -> PublishingAnswer:
    """Say what is, or was last, published again, and how far it is."""
    return PublishingAnswer.of(await use.ops_again.publishing(viewer, asked))


@router.post("/ops/publish-again", operation_id="opsPublishAgain", responses=_ACT)
async def publish_again(*, body: AgainBody, viewer: CheckedViewer, use: Use, asked: KeyedHere) -> RangeAnswer:
    """Publish a service's events again from a position or time on; readers drop what they know, no mail goes out.

    Beside what is recorded meanwhile, at most 250,000 positions at once. A dry run only counts.
    """
    done = await use.ops_again.publish(viewer, body.again(), body.reason, asked, dry_run=body.dry_run)
    return RangeAnswer.model_validate(done)
