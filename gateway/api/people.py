"""The people of a tenant as JSON and as a file. Next stop: application/people.py."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response, status
from starlette.responses import StreamingResponse

from gateway.api.guard import IfMatch
from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.people import (
    CredentialAnswer,
    NewUser,
    NewUserAnswer,
    UserAnswer,
    UserChanges,
    UserDetail,
    UserExportQuery,
    UserList,
    UserPageQuery,
)
from gateway.application import spreadsheet
from gateway.application.directory import Person
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, KeyedHere, SessionToken, Use, language_of
from gateway.application.export_words import heading, row
from gateway.application.phone_mask import each, masked_person

router = operations("users")

_LOOK = problems(401, 403, 404, 422, 503)
_CHANGE = problems(401, 403, 404, 409, 412, 422, 428, 503)


@router.get("/users", operation_id="users", responses=problems(401, 403, 422, 503))
async def users(
    wanted: Annotated[UserPageQuery, Query()], viewer: CurrentViewer, use: Use, asked: AskedHere
) -> UserList:
    """List the people of the tenant; pages join without gap or repeat whatever happens in between."""
    page = await use.people.page(viewer, asked, wanted.wanted(), limit=wanted.limit, cursor=wanted.cursor)
    items = [UserAnswer.model_validate(one) for one in page.items]
    return UserList(items=items, next_cursor=page.next_cursor, previous_cursor=page.previous_cursor, total=page.total)


@router.get(
    "/users/export",
    operation_id="exportUsers",
    response_class=StreamingResponse,
    responses=problems(401, 403, 422, 503)
    | {200: {"description": "The people, a line each.", "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def export(
    *,
    wanted: Annotated[UserExportQuery, Query()],
    viewer: CurrentViewer,
    token: SessionToken,
    request: Request,
    use: Use,
    asked: AskedHere,
) -> StreamingResponse:
    """Give all people as CSV: UTF-8 with a byte order mark, and no cell that a spreadsheet would run.

    Phone numbers are whole only where that is asked for.
    """
    language = language_of(request, viewer)
    steps = await use.people.export(viewer, token, asked, wanted.wanted())
    if wanted.phone_numbers == "masked":
        steps = each(steps, masked_person)
    headers = {"Content-Disposition": 'attachment; filename="users.csv"', "Content-Language": language}
    return StreamingResponse(_csv(steps, language), media_type=spreadsheet.MEDIA_TYPE, headers=headers)


async def _csv(steps: AsyncIterator[Sequence[Person]], language: str) -> AsyncIterator[str]:
    yield spreadsheet.BOM + spreadsheet.lines([heading(language)])
    async for people in steps:
        yield spreadsheet.lines(row(person, language) for person in people)


@router.post(
    "/users",
    operation_id="addUser",
    status_code=status.HTTP_201_CREATED,
    responses=problems(401, 403, 409, 422, 503),
)
async def add(
    *, body: NewUser, viewer: CheckedViewer, token: SessionToken, use: Use, asked: KeyedHere, response: Response
) -> NewUserAnswer:
    """Register a person, who gets the activation mail in their own language."""
    user_id = await use.people.add(viewer, token, body.model_dump(mode="json", by_alias=True), asked)
    response.headers["Location"] = f"/api/v1/users/{user_id}"
    return NewUserAnswer(user_id=user_id)


@router.get("/users/{userId}", operation_id="user", responses=_LOOK)
async def user(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    response: Response,
) -> UserDetail:
    """Say everything about one person."""
    person, credential = await asyncio.gather(
        use.people.one(viewer, userId, asked), use.people.credential(viewer, userId, asked)
    )
    response.headers["ETag"] = f'"{person.version}"'
    known = CredentialAnswer.model_validate(credential) if credential else None
    return UserDetail(**UserAnswer.model_validate(person).model_dump(by_alias=False), credential=known)


@router.patch("/users/{userId}", operation_id="changeUser", responses=_CHANGE)
async def change(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    body: UserChanges,
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    response: Response,
    if_match: IfMatch,
) -> UserAnswer:
    """Change the fields that are named; a change of access is in force before the answer."""
    fields = body.model_dump(mode="json", by_alias=True, exclude_unset=True)
    person = await use.people.change(viewer, token, userId, fields, asked, if_match=if_match)
    response.headers["ETag"] = f'"{person.version}"'
    return UserAnswer.model_validate(person)


@router.delete("/users/{userId}", operation_id="deleteUser", status_code=status.HTTP_204_NO_CONTENT, responses=_CHANGE)
async def delete(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    if_match: IfMatch,
) -> None:
    """Remove a person for good; their sessions are over before the answer."""
    await use.people.delete(viewer, token, userId, asked, if_match=if_match)


@router.post(
    "/users/{userId}/suspension",
    operation_id="suspendUser",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_CHANGE,
)
async def suspend(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: KeyedHere,
    if_match: IfMatch,
) -> None:
    """Shut a person out for the time being; their sessions are over before the answer."""
    await use.people.suspend(viewer, token, userId, asked, if_match=if_match)


@router.delete(
    "/users/{userId}/suspension",
    operation_id="reinstateUser",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_CHANGE,
)
async def reinstate(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    if_match: IfMatch,
) -> None:
    """Let a suspended person in again."""
    await use.people.reinstate(viewer, token, userId, asked, if_match=if_match)
