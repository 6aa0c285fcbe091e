"""A person's calendar feed of planned work, as JSON. Next stop: application/calendar.py."""

from fastapi import status

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.contracts import CalendarAnswer
from gateway.application.calendar import calendar_path
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, KeyedHere, Use

router = operations("services")


@router.get("/me/calendar", operation_id="calendar", responses=problems(401, 503))
async def calendar(viewer: CurrentViewer, use: Use, asked: AskedHere) -> CalendarAnswer:
    """Say whether the caller has a calendar feed."""
    return CalendarAnswer(has=await use.calendar.has(viewer, asked))


@router.post(
    "/me/calendar",
    operation_id="issueCalendar",
    status_code=status.HTTP_201_CREATED,
    responses=problems(401, 403, 409, 422, 503),
)
async def issue_calendar(viewer: CheckedViewer, use: Use, asked: KeyedHere) -> CalendarAnswer:
    """Make a calendar feed; its address is told to this wish alone, and the one before ends.

    Sent again under its key, it says the same address for as long as that works, and then `calendar-unknown`.
    """
    return CalendarAnswer(has=True, address=calendar_path(await use.calendar.issue(viewer, asked)))


@router.delete(
    "/me/calendar",
    operation_id="revokeCalendar",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 503),
)
async def revoke_calendar(viewer: CheckedViewer, use: Use, asked: AskedHere) -> None:
    """End the calendar feed."""
    await use.calendar.revoke(viewer, asked)
