"""The ops console: how the streams flow, what is parked, what to do about it. Next stop: ops_board.py."""

import asyncio
from collections.abc import AsyncIterable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import AfterValidator

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, StreamViewer, Use
from gateway.application.errors import AlreadyOrdered
from gateway.application.ops_history import RECENT
from gateway.application.ops_live import looks
from gateway.application.ops_ports import Choice, Done
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from gateway.web.forms import Filled, refusal_words, same_wish, sought, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.ops_board import Sort, by_lag, foreign, lines, quiet
from gateway.web.ops_drawing import came, place, spark
from gateway.web.ops_map import map_of
from gateway.web.ops_words import link, reason_in, still_parked
from kernel.domain.errors import Invalid, PortalError

router = APIRouter(include_in_schema=False)

PARKED, DEED = "/ops/parked", "/ops/parked/deed"
RETRY, DISCARD = "retry", "discard"

Named = Annotated[str, AfterValidator(sought), Query(max_length=100)]


async def _watches(viewer: StreamViewer) -> Viewer:
    policy.demand(viewer, Operation.OPS_STREAMS)
    return viewer


Watcher = Annotated[Viewer, Depends(_watches)]


@router.api_route("/ops", methods=["GET", "HEAD"])
async def streams(here: Here, viewer: CurrentViewer, asked: AskedHere, sort: Sort = Sort.DRAWN) -> Response:
    """Show logs, relays, topics and readers as they are connected, and what is parked."""
    return await here.page("ops/streams.html", **await _board(here, viewer, asked, sort))


@router.get("/ops/changes", response_class=EventSourceResponse, response_model=None)
async def changes(
    *, here: Here, viewer: Watcher, token: SessionToken, use: Use, asked: AskedHere, sort: Sort = Sort.DRAWN
) -> AsyncIterable[ServerSentEvent]:
    """Send the board again every second."""
    yield ServerSentEvent(comment="here", retry=1000)
    async for looking in looks(use.sessions, viewer, token):
        board = await _board(here, looking, asked, sort)
        yield ServerSentEvent(raw_data=here.fragment("ops/changes.html", **board))


@router.api_route(PARKED, methods=["GET", "HEAD"])
async def parked(
    *,
    here: Here,
    viewer: CurrentViewer,
    asked: AskedHere,
    consumer: Named = "",
    error: Named = "",
    cursor: Annotated[str, Query(max_length=1000)] = "",
    done: Annotated[str, Query(max_length=10)] = "",
    missed: Named = "",
) -> Response:
    """List parked streams, oldest first; readers and kinds of errors are links."""
    choice = Choice(consumer=consumer or None, error=error or None)
    groups = await here.use.ops.groups(viewer, asked)
    return await here.page(
        "ops/parked.html",
        groups=groups,
        chosen=groups.of(choice),
        found=await here.use.ops.parked(viewer, choice, asked, cursor=cursor or None),
        choice=choice,
        cursor=cursor,
        done=done if done in (RETRY, DISCARD) else "",
        missed=[name for name in here.use.ops.processes if name in missed.split()],
        acts=policy.lets(viewer, Operation.OPS_RETRY),
        anew="",
        link=link,
    )


@router.get(PARKED + "/changes", response_class=EventSourceResponse, response_model=None)
async def progress(
    *,
    here: Here,
    viewer: Watcher,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    consumer: Named = "",
    error: Named = "",
    seen: Annotated[int | None, Query(ge=0)] = None,
) -> AsyncIterable[ServerSentEvent]:
    """Say again every second how many streams are parked and tried again, and whether the list is of another time."""
    yield ServerSentEvent(comment="here", retry=1000)
    choice, whole = Choice(consumer=consumer or None, error=error or None), link(PARKED, consumer=consumer, error=error)
    async for looking in looks(use.sessions, viewer, token):
        groups = await use.ops.groups(looking, asked)
        anew = whole if seen not in {None, groups.of(choice)} else ""
        yield ServerSentEvent(raw_data=here.fragment("ops/parked_changes.html", groups=groups, anew=anew))


@router.api_route(DEED, methods=["GET", "HEAD"])
async def ask(
    *,
    here: Here,
    viewer: CurrentViewer,
    asked: AskedHere,
    what: Named = RETRY,
    consumer: Named = "",
    error: Named = "",
    stream: UUID | None = None,
) -> Response:
    """Say how much a retry or discard would be about, and ask why."""
    choice = Choice(consumer=consumer or None, error=error or None, streams=(stream,) if stream else ())
    return await _ask(here, viewer, asked, what, choice)


@router.post(DEED)
async def act(*, here: Here, viewer: CurrentViewer, form: CheckedForm, asked: AskedHere) -> Response:
    """Have streams tried again, or give them up."""
    what = text(form, "what", 20)
    policy.demand(viewer, Operation.OPS_DISCARD if what == DISCARD else Operation.OPS_RETRY)
    choice = _choice(text(form, "consumer", 100), text(form, "error", 100), text(form, "stream", 40))
    reason, errors = reason_in(form, here.words)
    if errors:
        filled = Filled(values={"reason": reason}, errors=errors)
        return await _ask(here, viewer, asked, what, choice, 422, filled)
    try:
        ordered = await _do(here, viewer, what, choice, reason, asked)
    except AlreadyOrdered:
        # What the form was about may be gone by now; that it is on record is to be said all the same.
        raise
    except PortalError as refusal:
        filled = Filled(values={"reason": reason}, refusal=refusal_words(refusal, here.words))
        return await _ask(here, viewer, asked, what, choice, status(refusal), filled, key=same_wish(refusal, asked))
    return go(link(PARKED, done=what, missed=" ".join(ordered.silent)))


async def _board(here: Frame, viewer: Viewer, asked: Asked, sort: Sort) -> dict[str, Any]:
    # Each of the two questions would note who is refused.
    policy.demand(viewer, Operation.OPS_STREAMS)
    # Both at once: a process that hangs is waited for once.
    standings, groups = await asyncio.gather(here.use.ops.streams(viewer, asked), here.use.ops.groups(viewer, asked))
    drawn = lines(standings)
    names = [(flow.consumer, flow.topic) for line in drawn for flow in line.flows]
    recent, now = await here.use.ops_history.recent(viewer, names), here.use.dashboard.now()
    return {
        "lines": by_lag(drawn) if sort is Sort.LAG else drawn,
        "sort": sort.value,
        "sparks": {name: spark(points, now - RECENT, now) for name, points in recent.items()},
        "came": {(line.source, line.topic): came(line.flows, recent) for line in drawn},
        "place": place,
        "map": map_of(standings, drawn),
        "silent": [one.service for one in standings if not one.answers],
        "quiet": quiet(standings),
        "foreign": foreign(standings),
        "groups": groups,
        "as_of": now,
        "link": link,
    }


async def _ask(  # noqa: PLR0917 - what the page shows
    here: Frame,
    viewer: Viewer,
    asked: Asked,
    what: str,
    choice: Choice,
    number: int = 200,
    form: Filled | None = None,
    *,
    key: str | None = None,
) -> Response:
    with still_parked():
        reach = await _do(here, viewer, what, choice, "", asked, dry_run=True)
    known = {"what": what, "choice": choice, "reach": reach, "form": form or Filled()}
    return await here.page("ops/deed.html", number, key=key, **known)


async def _do(  # noqa: PLR0917 - what is wanted
    here: Frame, viewer: Viewer, what: str, choice: Choice, reason: str, asked: Asked, *, dry_run: bool = False
) -> Done:
    if what == RETRY:
        return await here.use.ops.retry(viewer, choice, reason, asked, dry_run=dry_run)
    if what != DISCARD or choice.consumer is None or not (choice.error or choice.streams):
        raise Invalid("only streams of one reader, with one kind of error or named, are given up")
    # Where nothing is done no reason is kept, but the way there wants one.
    return await here.use.ops.discard(viewer, choice, reason or "-", asked, dry_run=dry_run)


def _choice(consumer: str, error: str, stream: str) -> Choice:
    try:
        streams = (UUID(stream),) if stream else ()
    except ValueError:
        raise Invalid("no id of a stream") from None
    return Choice(consumer=consumer or None, error=error or None, streams=streams)
