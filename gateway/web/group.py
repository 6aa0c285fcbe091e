"""One group: who is in it, and what it permits. Next stop: group_members.py, group_permissions.py."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from gateway.application.access import Action
from gateway.application.asked import Asked
from gateway.application.directory import Group, PeopleWanted
from gateway.application.door import AskedHere, CurrentViewer, Use
from gateway.application.freshness import Fresh
from gateway.application.viewer import Viewer
from gateway.web.changes import Changed, Start, start_at
from gateway.web.forms import EMPTY, Filled, sought
from gateway.web.frame import Frame, Here
from gateway.web.permission_table import granted, lines_of

router = APIRouter(include_in_schema=False)

GRANTS = "grants"
"""Under this name the form keeps the ticks that it was opened with."""
NOTICES = frozenset({"added", "saved", "permitted", "joined", "left"})
ROWS = 50
FOUND = 20
"""How many users a search for members shows."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """The table of permissions as somebody left it, which is not yet saved."""

    ticks: Sequence[str]
    lines: Sequence[str] = ()
    """Rows beyond those of the services and of what is permitted."""
    start: Start | None = None
    """What the form was opened with; None for the group as it is now."""


@router.api_route("/groups/{group_id}", methods=["GET", "HEAD"])
async def show(
    *,
    group_id: UUID,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    fresh: Fresh,
    find: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str, Query(max_length=1000)] = "",
    notice: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show members and permissions, and who is found to be added."""
    row = await use.groups.one(viewer, group_id, asked)
    shown = notice if notice in NOTICES else ""
    return await draw(here, viewer, row, EMPTY, asked=asked, find=find, cursor=cursor, notice=shown, stale=not fresh)


async def draw(
    here: Frame,
    viewer: Viewer,
    row: Group,
    filled: Filled,
    number: int = 200,
    *,
    asked: Asked,
    find: str = "",
    cursor: str = "",
    notice: str = "",
    ticked: Ticked | None = None,
    changed: Sequence[Changed] = (),
    stale: bool = False,
    key: str | None = None,
    chosen: Collection[UUID] = (),
) -> Response:
    """Draw the page, with what was *ticked* in place of what is permitted, and who was *chosen* to be put in."""
    use, find = here.use, sought(find)
    members = await use.people.page(viewer, asked, PeopleWanted(group=row.group_id), limit=ROWS, cursor=cursor or None)
    found = await use.people.page(viewer, asked, PeopleWanted(q=find), limit=FOUND) if find else None
    shown = ticked or Ticked(granted(row))
    return await here.page(
        "groups/detail.html",
        number,
        key=key,
        row=row,
        members=members,
        found=found,
        find=find,
        chosen=chosen,
        cursor=cursor,
        form=filled,
        notice=notice,
        actions=tuple(Action),
        granted=shown.ticks,
        lines=await lines_of(here, viewer, row, shown.lines),
        start=shown.start or start_at(row.version, {GRANTS: "\n".join(granted(row))}),
        changed=changed,
        stale=stale,
    )
