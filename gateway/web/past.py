"""Pages of what a person might do and of who was in a group at a moment. Next stop: application/permissions.py."""

from uuid import UUID

from fastapi import APIRouter, Response

from gateway.application.directory import HistoryKind, HistoryOf
from gateway.application.door import AskedHere, CurrentViewer, Use
from gateway.web.frame import Here
from gateway.web.groups import contract_numbers, permitted
from gateway.web.histories import Cursor, called
from gateway.web.history import moments
from gateway.web.moments import Typed
from kernel.domain.errors import NotFound

router = APIRouter(include_in_schema=False)

CHANGES = 50
"""How many facts of a group's past the page shows before it leads to the whole history."""


@router.api_route("/users/{user_id}/past", methods=["GET", "HEAD"])
async def of_user(
    *,
    user_id: UUID,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    moment: Typed,
    cursor: Cursor = "",
) -> Response:
    """Show what a user may do or might do at a moment, and what changed since another, a part at a time."""
    row = await use.people.one(viewer, user_id, asked)
    window = HistoryOf(HistoryKind.USER, user_id, since=moment.since, until=moment.until)
    page = await use.permissions.changes(viewer, window, asked, cursor=cursor or None)
    try:
        then = await use.permissions.of_person(viewer, user_id, moment.until, asked)
    except NotFound:
        then = None
    everything = [*then.permissions, *(one for group in then.groups for one in group.permissions)] if then else []
    numbers = await contract_numbers(use.permittables, viewer, everything)
    return await here.page(
        "users/past.html",
        moment.status,
        row=row,
        then=then,
        groups=[(one, permitted(here.words, one.permissions, numbers)) for one in then.groups] if then else (),
        together=permitted(here.words, then.permissions, numbers) if then else (),
        history=moments(here.words, page.items, HistoryKind.USER, await called(here, viewer, page.items)),
        more=page.next_cursor,
        cursor=cursor,
        form=moment.form,
        as_of=moment.until or use.permissions.now(),
        zone=moment.timezone,
    )


@router.api_route("/groups/{group_id}/past", methods=["GET", "HEAD"])
async def of_group(
    *,
    group_id: UUID,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    moment: Typed,
    cursor: Cursor = "",
) -> Response:
    """Show what a group permitted and who was in it at a moment, and what changed since another."""
    row, at = await use.groups.one(viewer, group_id, asked), moment.until or use.permissions.now()
    window = HistoryOf(HistoryKind.GROUP, group_id, since=moment.since, until=at)
    page = await use.histories.page(viewer, window, asked, limit=CHANGES)
    try:
        then = await use.permissions.of_group(viewer, group_id, at, asked, cursor=cursor or None)
    except NotFound:
        then = None
    numbers = await contract_numbers(use.permittables, viewer, then.group.permissions if then else ())
    return await here.page(
        "groups/past.html",
        moment.status,
        row=row,
        then=then,
        permissions=permitted(here.words, then.group.permissions, numbers) if then else (),
        history=moments(here.words, page.items, HistoryKind.GROUP, await called(here, viewer, page.items)),
        more=page.next_cursor,
        cursor=cursor,
        form=moment.form,
        as_of=at,
        zone=moment.timezone,
    )
