"""The dashboard, and its changes as they happen. Next stop: application/dashboard.py, application/live.py."""

from collections.abc import AsyncIterable, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gateway.application.dashboard import SHOWN, Dashboard
from gateway.application.door import CurrentViewer, SessionToken, StreamViewer, Use
from gateway.application.freshness import Fresh
from gateway.application.live import LiveEvent
from gateway.application.menu import OPS
from gateway.projections.contract_board import ContractRow
from gateway.web.frame import Frame, Here, go

router = APIRouter(include_in_schema=False)

RETRY_MS = 2000
NEEDS_ATTENTION = ("ABNORMAL", "WARNING")
URGENT = 6
"""How many of them the top of the page names; the counts lead to the others."""


@router.api_route("/dashboard", methods=["GET", "HEAD"])
async def show(here: Here, viewer: CurrentViewer, use: Use, fresh: Fresh) -> Response:
    """Show what needs the person now, then all contracts; who operates the platform has theirs elsewhere."""
    if viewer.operator is not None:
        return go(OPS.href)
    # Taken before the read: a change in between is told again rather than missed.
    seen = use.progress.vector()
    board = await use.dashboard.show(viewer)
    values = board_values(board, await _attention(here, board))
    ways = use.hop.services(viewer, board.services)
    return await here.page("dashboard.html", seen=seen, stale=not fresh, ways=ways, **values)


@router.get("/dashboard/changes", response_class=EventSourceResponse, response_model=None)
async def changes(
    *,
    here: Here,
    viewer: StreamViewer,
    token: SessionToken,
    use: Use,
    seen: Annotated[str | None, Query(max_length=2000)] = None,
    last_event_id: Annotated[str | None, Header(max_length=2000)] = None,
) -> AsyncIterable[ServerSentEvent]:
    """Send the board again whenever something on it changed, the changed rows marked and named."""
    yield ServerSentEvent(comment="here", retry=RETRY_MS)
    changed: list[LiveEvent] = []
    async for event in use.live.changes(viewer, token, last_event_id or seen):
        match event.name:
            case "contract":
                changed.append(event)
            case "dashboard" | "resync":
                yield ServerSentEvent(id=event.id, raw_data=await _again(here, changed))
                changed = []
            case "session":
                pass


async def _again(here: Frame, changed: list[LiveEvent]) -> str:
    viewer = here.viewer
    if viewer is None:
        return ""
    board = await here.use.dashboard.show(viewer)
    marked = {event.contract_id for event in changed}
    values = board_values(board, await _attention(here, board), marked=marked)
    return here.fragment("dashboard_changes.html", said=[event.contract for event in changed], **values)


async def _attention(here: Frame, board: Dashboard) -> Sequence[ContractRow]:
    """Return the contracts that do not run well: the faulty first, and the latest of them."""
    viewer = here.viewer
    if viewer is None or not any(board.counts[status] for status in NEEDS_ATTENTION):
        return []
    return await here.use.contracts.attention(viewer, URGENT)


def board_values(
    board: Dashboard, attention: Sequence[ContractRow], *, marked: set[UUID | None] | None = None
) -> dict[str, Any]:
    """Return what the templates of the board need."""
    return {
        "board": board,
        "attention": attention,
        "more": sum(board.counts[status] for status in NEEDS_ATTENTION) - len(attention),
        "marked": marked or set(),
        "shown": SHOWN,
    }
