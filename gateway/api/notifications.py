"""Which mails people want, as JSON. Next stop: application/notifications.py."""

from uuid import UUID

from fastapi import Response

from gateway.api.guard import IfMatch
from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.mail import NotificationsAnswer, NotificationsGiven
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, SessionToken, Use
from gateway.application.notification_ports import Notifications, Wishes

router = operations("notifications")


@router.get("/me/notifications", operation_id="ownNotifications", responses=problems(401, 503))
async def own(viewer: CurrentViewer, use: Use, asked: AskedHere, response: Response) -> NotificationsAnswer:
    """Say which kinds of mail the caller wants."""
    return _answer(response, await use.notifications.own(viewer, asked))


@router.put(
    "/me/notifications", operation_id="changeOwnNotifications", responses=problems(401, 403, 409, 412, 422, 428, 503)
)
async def choose_own(
    *,
    body: NotificationsGiven,
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    response: Response,
    if_match: IfMatch,
) -> NotificationsAnswer:
    """Say which kinds of mail the caller does not want, and which they want once a day."""
    done = await use.notifications.choose_own(viewer, token, _wishes(body), asked, if_match=if_match)
    return _answer(response, done)


@router.get(
    "/users/{userId}/notifications", operation_id="userNotifications", responses=problems(401, 403, 404, 422, 503)
)
async def of_user(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    response: Response,
) -> NotificationsAnswer:
    """Say which kinds of mail a person wants."""
    return _answer(response, await use.notifications.of_person(viewer, userId, asked))


@router.put(
    "/users/{userId}/notifications",
    operation_id="changeUserNotifications",
    responses=problems(401, 403, 404, 409, 412, 422, 428, 503),
)
async def choose(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    body: NotificationsGiven,
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    response: Response,
    if_match: IfMatch,
) -> NotificationsAnswer:
    """Say which kinds of mail a person does not want, and which they want once a day."""
    done = await use.notifications.choose(viewer, token, userId, _wishes(body), asked, if_match=if_match)
    return _answer(response, done)


def _wishes(body: NotificationsGiven) -> Wishes:
    return Wishes(refused=body.refused, daily=body.daily)


def _answer(response: Response, found: Notifications) -> NotificationsAnswer:
    response.headers["ETag"] = f'"{found.version}"'
    return NotificationsAnswer.model_validate(found)
