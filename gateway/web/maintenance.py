"""Planned work: as a list, as a month, one by one, and as a calendar feed. Next stop: application/maintenances.py."""

from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from gateway.application.asked import Asked
from gateway.application.calendar import calendar_path
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, Use
from gateway.application.errors import MaintenanceUnknown
from gateway.application.freshness import Fresh
from gateway.application.timezones import zone
from gateway.application.viewer import Viewer
from gateway.web import ics
from gateway.web.confirming import Question, confirm
from gateway.web.forms import refusal_words, same_wish, status
from gateway.web.frame import Frame, Here, go
from gateway.web.month import month, month_of, span
from gateway.web.site import site
from gateway.web.words import Words
from kernel.domain.errors import PortalError, Unavailable

router = APIRouter(include_in_schema=False)

FEED = "/maintenance/feed"
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


@router.api_route(FEED, methods=["GET", "HEAD"])
async def feed(here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere) -> Response:
    """Show whether the person has a calendar feed."""
    return await _feed(here, has=await use.calendar.has(viewer, asked))


@router.post(FEED)
async def make_feed(*, here: Here, viewer: CurrentViewer, use: Use, form: CheckedForm, asked: AskedHere) -> Response:
    """Make a calendar feed, and show its address this once."""
    _ = form
    try:
        secret = await use.calendar.issue(viewer, asked)
    except Unavailable as error:
        said = refusal_words(error, here.words)
        return await _feed(here, has=False, number=status(error), refusal=said, key=same_wish(error, asked))
    except PortalError as error:
        return await _refused(here, viewer, error, asked)
    return await _feed(here, has=True, secret=secret)


@router.api_route(f"{FEED}/{{deed}}", methods=["GET", "HEAD"])
async def ask_of_feed(
    deed: Literal["again", "end"], here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere
) -> Response:
    """Ask once more before the address that calendars know stops working."""
    if not await use.calendar.has(viewer, asked):
        return go(FEED)
    return await confirm(here, _question(here.words, deed))


@router.post(f"{FEED}/again")
async def make_feed_anew(
    *, here: Here, viewer: CurrentViewer, use: Use, form: CheckedForm, asked: AskedHere
) -> Response:
    """Make a calendar feed in place of the one there is, and show its address this once."""
    _ = form
    try:
        secret = await use.calendar.issue(viewer, asked)
    except Unavailable as error:
        return await _ask_again(here, "again", error, asked)
    except PortalError as error:
        return await _refused(here, viewer, error, asked)
    return await _feed(here, has=True, secret=secret)


@router.post(f"{FEED}/end")
async def end_feed(*, here: Here, viewer: CurrentViewer, use: Use, form: CheckedForm, asked: AskedHere) -> Response:
    """End the calendar feed."""
    _ = form
    try:
        await use.calendar.revoke(viewer, asked)
    except Unavailable as error:
        return await _ask_again(here, "end", error, asked)
    return await _feed(here, has=False)


def _question(words: Words, deed: str) -> Question:
    return Question(
        title=words(f"feed.{deed}.title"),
        then=words(f"feed.{deed}.then"),
        deed=words(f"feed.{deed}"),
        action=f"{FEED}/{deed}",
        trail=((words("maintenance.title"), "/maintenance"), (words("maintenance.feed"), FEED)),
    )


async def _ask_again(here: Frame, deed: str, error: Unavailable, asked: Asked) -> Response:
    question, said = _question(here.words, deed), refusal_words(error, here.words)
    return await confirm(here, question, said, status(error), key=same_wish(error, asked))


async def _refused(here: Frame, viewer: Viewer, error: PortalError, asked: Asked) -> Response:
    # A wish whose feed was replaced is sent again from an old page: there is another feed.
    has, said = await here.use.calendar.has(viewer, asked), refusal_words(error, here.words)
    return await _feed(here, has=has, number=status(error), refusal=said)


async def _feed(
    here: Frame, *, has: bool, number: int = 200, secret: str = "", refusal: str = "", key: str | None = None
) -> Response:
    where = urlsplit(str(here.request.base_url))
    address = f"{where.scheme}://{where.netloc}{calendar_path(secret)}" if secret else ""
    return await here.page("maintenance/feed.html", number, key=key, has=has, address=address, refusal=refusal)


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
