"""Planned work: as a list, as a month, one by one, and as a calendar feed. Next stop: application/maintenances.py."""

from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from gateway.application.calendar import calendar_path
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, Use
from gateway.application.errors import MaintenanceUnknown
from gateway.application.freshness import Fresh
from gateway.application.timezones import zone
from gateway.web import ics
from gateway.web.confirming import Question, confirm
from gateway.web.forms import refusal_words, status
from gateway.web.frame import Here, go
from gateway.web.month import month, month_of, span
from gateway.web.site import site
from kernel.domain.errors import PortalError, Refused

router = APIRouter(include_in_schema=False)

ROWS = 50
Cursor = Annotated[str | None, Query(max_length=400)]


@router.api_route("/maintenance", methods=["GET", "HEAD"])
async def coming(here: Here, viewer: CurrentViewer, use: Use, fresh: Fresh, cursor: Cursor = None) -> Response:
    """List what is planned, the next first."""
    page = await use.maintenances.coming(viewer, limit=ROWS, cursor=cursor)
    return await here.page("maintenance/list.html", page=page, cursor=cursor, stale=not fresh)


@router.api_route("/maintenance/all", methods=["GET", "HEAD"])
async def everything(here: Here, viewer: CurrentViewer, use: Use, fresh: Fresh, cursor: Cursor = None) -> Response:
    """List all work, the latest first."""
    page = await use.maintenances.page(viewer, limit=ROWS, cursor=cursor)
    return await here.page("maintenance/list.html", page=page, cursor=cursor, stale=not fresh)


@router.api_route("/maintenance/calendar", methods=["GET", "HEAD"])
async def calendar(
    *,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    wanted: Annotated[str, Query(alias="month", max_length=10)] = "",
) -> Response:
    """Show a month of work in the person's zone."""
    there = zone(viewer.timezone)
    today = use.dashboard.now().astimezone(there).date()
    first = month_of(wanted, today)
    rows = await use.maintenances.between(viewer, *span(first, there))
    drawn = month(first, rows, today, there, here.language)
    return await here.page("maintenance/calendar.html", month=drawn, zone=viewer.timezone, stale=not fresh)


@router.api_route("/maintenance/feed", methods=["GET", "HEAD"])
async def feed(here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere) -> Response:
    """Show whether the person has a calendar feed."""
    has = await use.calendar.has(viewer, asked)
    return await here.page("maintenance/feed.html", has=has, address=None, refusal="")


@router.post("/maintenance/feed")
async def make_feed(
    *, here: Here, viewer: CurrentViewer, use: Use, form: CheckedForm, asked: AskedHere, request: Request
) -> Response:
    """Make a calendar feed, and show its address this once."""
    _ = form
    try:
        secret = await use.calendar.issue(viewer, asked)
    except PortalError as refused:
        words = refusal_words(refused, here.words)
        # A wish whose feed was replaced is sent again from an old page: there is another feed.
        has = isinstance(refused, Refused) and await use.calendar.has(viewer, asked)
        return await here.page("maintenance/feed.html", status(refused), has=has, address=None, refusal=words)
    where = urlsplit(str(request.base_url))
    address = f"{where.scheme}://{where.netloc}{calendar_path(secret)}"
    return await here.page("maintenance/feed.html", has=True, address=address, refusal="")


@router.api_route("/maintenance/feed/{deed}", methods=["GET", "HEAD"])
async def ask_of_feed(
    deed: Literal["again", "end"], here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere
) -> Response:
    """Ask once more before the address that calendars know stops working."""
    if not await use.calendar.has(viewer, asked):
        return go("/maintenance/feed")
    words = here.words
    question = Question(
        title=words(f"feed.{deed}.title"),
        then=words(f"feed.{deed}.then"),
        deed=words(f"feed.{deed}"),
        action="/maintenance/feed" if deed == "again" else "/maintenance/feed/end",
        trail=((words("maintenance.title"), "/maintenance"), (words("maintenance.feed"), "/maintenance/feed")),
    )
    return await confirm(here, question)


@router.post("/maintenance/feed/end")
async def end_feed(*, here: Here, viewer: CurrentViewer, use: Use, form: CheckedForm, asked: AskedHere) -> Response:
    """End the calendar feed."""
    _ = form
    await use.calendar.revoke(viewer, asked)
    return await here.page("maintenance/feed.html", has=False, address=None, refusal="")


@router.api_route("/maintenance/{maintenanceId}", methods=["GET", "HEAD"])
async def one(maintenanceId: str, here: Here, viewer: CurrentViewer, use: Use, fresh: Fresh) -> Response:  # noqa: N803 - the path's name is the API's
    """Show one piece of work."""
    try:
        wanted = UUID(maintenanceId)
    except ValueError:
        raise MaintenanceUnknown from None
    return await here.page("maintenance/one.html", row=await use.maintenances.one(viewer, wanted), stale=not fresh)


@router.api_route("/calendar/{secret}.ics", methods=["GET", "HEAD"])
async def read_feed(
    secret: Annotated[str, Path(min_length=20, max_length=100)], use: Use, asked: AskedHere, request: Request
) -> Response:
    """Give a calendar to whoever holds its address; what its person may see at this moment and no more."""
    found = await use.calendar.open(secret, asked)
    words = site().words["en" if found.language == "en" else "ja"]
    text = ics.calendar(found.items, words, urlsplit(str(request.base_url)).hostname or "portal")
    return Response(text, media_type=ics.MEDIA_TYPE)
