"""Mails of a tenant as JSON: what became of them, and sending them again. Next stop: application/mail.py."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, status

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.mail import MessageAnswer, MessageList, MessageQuery, PageQuery
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, KeyedHere, SessionToken, Use
from gateway.application.mails import MailsPage

router = operations("messages")


@router.get("/messages", operation_id="messages", responses=problems(401, 403, 422, 503))
async def messages(
    wanted: Annotated[MessageQuery, Query()], viewer: CurrentViewer, use: Use, asked: AskedHere
) -> MessageList:
    """List what was mailed to the people of the tenant, newest first."""
    return _list(await use.mail.page(viewer, asked, wanted.state, limit=wanted.limit, cursor=wanted.cursor))


@router.get("/messages/{messageId}", operation_id="message", responses=problems(401, 403, 404, 422, 503))
async def message(
    *,
    messageId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
) -> MessageAnswer:
    """Say what became of one mail."""
    return MessageAnswer.of(await use.mail.one(viewer, messageId, asked))


@router.post(
    "/messages/{messageId}/resend",
    operation_id="resendMessage",
    status_code=status.HTTP_202_ACCEPTED,
    responses=problems(401, 403, 404, 409, 422, 429, 503),
)
async def resend(
    *,
    messageId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: KeyedHere,
) -> None:
    """Mail again what a mail said; an activation link comes anew, a code or a link that is over never does."""
    await use.mail.resend(viewer, token, messageId, asked)


@router.get("/users/{userId}/messages", operation_id="userMessages", responses=problems(401, 403, 404, 422, 503))
async def of_user(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    wanted: Annotated[PageQuery, Query()],
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
) -> MessageList:
    """List what was mailed to a person, newest first."""
    return _list(await use.mail.of_person(viewer, userId, asked, limit=wanted.limit, cursor=wanted.cursor))


def _list(page: MailsPage) -> MessageList:
    return MessageList(items=[MessageAnswer.of(one) for one in page.items], next_cursor=page.next_cursor)
