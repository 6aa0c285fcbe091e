"""One parked stream: why, what the fact says that holds it up, and for a reason all of it. Next stop: ops/one.html."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from gateway.application import policy
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from gateway.web.forms import EMPTY, Filled, refusal_words, same_wish, status
from gateway.web.frame import Frame, Here
from gateway.web.ops_words import link, reason_in, still_parked
from gateway.web.payload import members, pretty
from kernel.application.parking import ParkedWhole
from kernel.domain.errors import PortalError

router = APIRouter(include_in_schema=False)

ONE = "/ops/parked/{consumer}/{stream_id}"

Consumer = Annotated[str, Path(max_length=100)]


@router.api_route(ONE, methods=["GET", "HEAD"])
async def one(*, here: Here, viewer: CurrentViewer, asked: AskedHere, consumer: Consumer, stream_id: UUID) -> Response:
    """Show one parked stream: what it waits for and since when; personal texts are covered."""
    with still_parked():
        found = await here.use.ops.one(viewer, consumer, stream_id, asked)
    return await _one(here, viewer, found)


@router.post(ONE)
async def unmask(
    *, here: Here, viewer: CurrentViewer, form: CheckedForm, asked: AskedHere, consumer: Consumer, stream_id: UUID
) -> Response:
    """Show the fact as it came and the whole error, once; it is recorded before."""
    policy.demand(viewer, Operation.OPS_UNMASK_PARKED)
    reason, errors = reason_in(form, here.words)
    filled, number, key = Filled(values={"reason": reason}, errors=errors), 422, None
    if not errors:
        try:
            return await _one(here, viewer, await here.use.ops.unmask(viewer, consumer, stream_id, reason, asked))
        except PortalError as refusal:
            filled = Filled(values={"reason": reason}, refusal=refusal_words(refusal, here.words))
            number, key = status(refusal), same_wish(refusal, asked)
    with still_parked():
        covered = await here.use.ops.one(viewer, consumer, stream_id, asked)
    return await _one(here, viewer, covered, number, filled, key=key)


async def _one(
    here: Frame,
    viewer: Viewer,
    found: ParkedWhole,
    number: int = 200,
    form: Filled = EMPTY,
    *,
    key: str | None = None,
) -> Response:
    row = found.stream
    known = row.source in here.use.ops_events.logs and row.version
    return await here.page(
        "ops/one.html",
        number,
        key=key,
        row=row,
        found=found,
        members=members(found.told),
        pretty=pretty(found.told),
        event=f"/ops/events/{row.source}/{row.event_id}" if known else "",
        acts=policy.lets(viewer, Operation.OPS_RETRY),
        unmasks=policy.lets(viewer, Operation.OPS_UNMASK_PARKED),
        form=form,
        link=link,
    )
