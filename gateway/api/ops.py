"""The ops console as JSON, for the platform's operators. Next stop: application/ops.py."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.ops import (
    DoneAnswer,
    GroupsAnswer,
    ParkedChoice,
    ParkedDiscard,
    ParkedList,
    ParkedWholeAnswer,
    StandingAnswer,
    StreamsAnswer,
)
from gateway.api.schemas.ops_events import UnmaskBody
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, KeyedHere, Use
from gateway.application.ops_ports import Choice
from kernel.adapters.http.texts import Typed

router = operations("ops")

_LOOK, _ONE = problems(401, 403, 422, 503), problems(401, 403, 404, 422, 503)
_ACT = _ONE | problems(409)

Named = Annotated[Typed | None, Query(max_length=100)]


@router.get("/ops/streams", operation_id="opsStreams", responses=_LOOK)
async def streams(viewer: CurrentViewer, use: Use, asked: AskedHere) -> StreamsAnswer:
    """Say how every reader of every service stands: lag in facts and seconds, rate and verdict."""
    found = await use.ops.streams(viewer, asked)
    return StreamsAnswer(items=[StandingAnswer.model_validate(one) for one in found])


@router.get("/ops/parked/groups", operation_id="opsParkedGroups", responses=_LOOK)
async def groups(viewer: CurrentViewer, use: Use, asked: AskedHere) -> GroupsAnswer:
    """Count the parked streams by reader and kind of error."""
    return GroupsAnswer.model_validate(await use.ops.groups(viewer, asked))


@router.get("/ops/parked", operation_id="opsParked", responses=_LOOK)
async def parked(
    *,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    consumer: Named = None,
    error: Named = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> ParkedList:
    """List parked streams, oldest first; never what their facts say."""
    choice = Choice(consumer=consumer, error=error)
    return ParkedList.model_validate(await use.ops.parked(viewer, choice, asked, limit=limit, cursor=cursor))


@router.get("/ops/parked/{consumer}/{streamId}", operation_id="opsParkedStream", responses=_ONE)
async def parked_stream(
    *,
    consumer: Annotated[str, Path(max_length=100)],
    streamId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
) -> ParkedWholeAnswer:
    """Say what is known of one parked stream, and what the fact says that holds it up, with personal texts covered."""
    return ParkedWholeAnswer.of(await use.ops.one(viewer, consumer, streamId, asked))


@router.post(
    "/ops/parked/{consumer}/{streamId}/unmasked",
    operation_id="opsUnmaskParked",
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def unmask(
    *,
    consumer: Annotated[str, Path(max_length=100)],
    streamId: UUID,  # noqa: N803 - the path's name is the API's
    body: UnmaskBody,
    viewer: CheckedViewer,
    use: Use,
    asked: KeyedHere,
) -> ParkedWholeAnswer:
    """Show the fact as it came, as text and as bytes, and the whole error, once for each reason.

    Who saw it and why is recorded before.
    """
    return ParkedWholeAnswer.of(await use.ops.unmask(viewer, consumer, streamId, body.reason, asked))


@router.post("/ops/parked/retry", operation_id="opsRetry", responses=_ACT)
async def retry(*, body: ParkedChoice, viewer: CheckedViewer, use: Use, asked: KeyedHere) -> DoneAnswer:
    """Have parked streams tried again within a second, one, many or all; a dry run only counts them."""
    done = await use.ops.retry(viewer, body.choice(), body.reason, asked, dry_run=body.dry_run)
    return DoneAnswer.model_validate(done)


@router.post("/ops/parked/discard", operation_id="opsDiscard", responses=_ACT)
async def discard(*, body: ParkedDiscard, viewer: CheckedViewer, use: Use, asked: KeyedHere) -> DoneAnswer:
    """Give up what is parked of streams; a dry run only counts it."""
    done = await use.ops.discard(viewer, body.choice(), body.reason, asked, dry_run=body.dry_run)
    return DoneAnswer.model_validate(done)
