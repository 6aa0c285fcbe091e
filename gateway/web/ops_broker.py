"""Topics and consumer groups as pages of the ops console. Next stop: application/ops_broker.py."""

from contextlib import suppress

from fastapi import APIRouter, Response

from gateway.application.door import AskedHere, CurrentViewer
from gateway.application.ops_broker import SeenGroups
from gateway.web.frame import Here
from gateway.web.ops_drawing import place
from kernel.application.broker import Topics
from kernel.domain.errors import Unavailable

router = APIRouter(include_in_schema=False)

_UNITS = ("B", "KB", "MB", "GB", "TB")
_STEP = 1000


@router.api_route("/ops/topics", methods=["GET", "HEAD"])
async def topics(here: Here, viewer: CurrentViewer) -> Response:
    """Show each topic with its settings, its partitions and what they take."""
    found: Topics | None = None
    with suppress(Unavailable):
        found = await here.use.ops_broker.topics(viewer)
    return await here.page("ops/topics.html", found=found, size=size)


@router.api_route("/ops/groups", methods=["GET", "HEAD"])
async def groups(here: Here, viewer: CurrentViewer, asked: AskedHere) -> Response:
    """Show each group with its members, or the processes that divide partitions by hand, and its places."""
    found: SeenGroups | None = None
    with suppress(Unavailable):
        found = await here.use.ops_broker.groups(viewer, asked)
    return await here.page("ops/groups.html", found=found, place=place)


def size(count: int) -> str:
    """Return how much that is, such as 1.2 MB; decimal units, as disks are sold in."""
    number, unit = float(count), 0
    while number >= _STEP and unit < len(_UNITS) - 1:
        number, unit = number / _STEP, unit + 1
    return f"{number:.1f} {_UNITS[unit]}" if unit else f"{count} {_UNITS[0]}"
