"""What callers do about themselves, as JSON. Next stop: application/own.py."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, status

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.histories import LoginRecordList, Part
from gateway.api.schemas.me import (
    OwnAnswer,
    OwnChanges,
    OwnSessionAnswer,
    OwnSessionList,
    PasswordChange,
    Proof,
    RecoveryCodes,
)
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, KeyedHere, SessionToken, Use

router = operations("me")


@router.patch("/me", operation_id="changeMe", responses=problems(401, 403, 422, 503))
async def change(
    *, body: OwnChanges, viewer: CheckedViewer, token: SessionToken, use: Use, asked: AskedHere
) -> OwnAnswer:
    """Change the language of the caller's mails and the zone in which times are shown."""
    fields = body.model_dump(mode="json", by_alias=True, exclude_unset=True)
    await use.own.change(viewer, token, fields, asked)
    return OwnAnswer(
        mail_language=fields.get("mailLanguage", viewer.mail_language), timezone=fields.get("timezone", viewer.timezone)
    )


@router.post(
    "/me/password",
    operation_id="changePassword",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 409, 422, 423, 429, 503),
)
async def change_password(
    *, body: PasswordChange, viewer: CheckedViewer, token: SessionToken, use: Use, asked: KeyedHere
) -> None:
    """Change the caller's password; other sessions end with it unless they are to stay."""
    await use.own.change_password(viewer, token, body.current, body.new, end_others=body.end_others, asked=asked)


@router.get("/me/sessions", operation_id="ownSessions", responses=problems(401, 503))
async def sessions(viewer: CurrentViewer, use: Use, asked: AskedHere) -> OwnSessionList:
    """List the caller's sessions."""
    found = await use.own.sessions(viewer, asked)
    return OwnSessionList(items=[OwnSessionAnswer.model_validate(one) for one in found])


@router.delete(
    "/me/sessions/{sessionId}",
    operation_id="endOwnSession",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 404, 422, 503),
)
async def end_session(
    *,
    sessionId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> None:
    """End one of the caller's sessions."""
    await use.own.end_session(viewer, token, sessionId, asked)


@router.delete(
    "/me/sessions",
    operation_id="endOtherSessions",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 503),
)
async def end_other_sessions(*, viewer: CheckedViewer, token: SessionToken, use: Use, asked: AskedHere) -> None:
    """End all of the caller's sessions but this one."""
    await use.own.end_other_sessions(viewer, token, asked)


@router.get("/me/logins", operation_id="ownLogins", responses=problems(401, 422, 503))
async def logins(part: Annotated[Part, Query()], viewer: CurrentViewer, use: Use, asked: AskedHere) -> LoginRecordList:
    """List the caller's logins, those that were refused too, newest first."""
    found = await use.own.logins(viewer, asked, limit=part.limit, cursor=part.cursor)
    return LoginRecordList.model_validate(found)


@router.post(
    "/me/recovery-codes", operation_id="issueRecoveryCodes", responses=problems(401, 403, 409, 422, 423, 429, 503)
)
async def issue_recovery_codes(*, body: Proof, viewer: CheckedViewer, use: Use, asked: KeyedHere) -> RecoveryCodes:
    """Make ten new recovery codes, each good once in place of a code; those before no longer work."""
    return RecoveryCodes(codes=list(await use.own.issue_recovery_codes(viewer, body.code, asked)))
