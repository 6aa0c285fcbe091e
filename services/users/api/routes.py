"""People over HTTP: a body in, a command out. Next stop: application/handlers.py."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from kernel.adapters.http.preconditions import Expected
from kernel.domain.recorded import Appended
from services.users.api.schemas import LanguageAnswer, LanguageChoice, Preferences, UserChanges, UserForm, UserReply
from services.users.api.use import ByAdministrator, BySelf, Use

router = APIRouter()


@router.put("/users/{user_id}/screen-language")
async def choose_language(
    *, user_id: UUID, body: LanguageChoice, use: Use, by: BySelf, response: Response
) -> LanguageAnswer:
    """Set the language of one's own screens."""
    await use.shown(response, await use.users.choose_language(user_id, body.screen_language, by.context()))
    return LanguageAnswer(screen_language=body.screen_language)


@router.patch("/users/{user_id}/preferences")
async def prefer(*, user_id: UUID, body: Preferences, use: Use, by: BySelf, response: Response) -> UserReply:
    """Change the language of one's mails or one's time zone."""
    return await _reply(use, response, await use.users.prefer(user_id, body.changes(), by.context()))


@router.post("/users", status_code=status.HTTP_201_CREATED)
async def add(*, body: UserForm, use: Use, by: ByAdministrator, response: Response) -> UserReply:
    """Make a person a user."""
    return await _reply(use, response, await use.users.add(body.registration(), body.group_ids, by.context()))


@router.patch("/users/{user_id}")
async def change(
    *, user_id: UUID, body: UserChanges, use: Use, by: ByAdministrator, at: Expected, response: Response
) -> UserReply:
    """Change what is named of a person."""
    return await _reply(use, response, await use.users.change(user_id, body.wish(), by.context(), at))


@router.delete("/users/{user_id}")
async def delete(*, user_id: UUID, use: Use, by: ByAdministrator, at: Expected, response: Response) -> UserReply:
    """Remove a person for good."""
    return await _reply(use, response, await use.users.delete(user_id, by.context(), at))


@router.post("/users/{user_id}/suspension")
async def suspend(*, user_id: UUID, use: Use, by: ByAdministrator, at: Expected, response: Response) -> UserReply:
    """Keep a person out for the time being."""
    return await _reply(use, response, await use.users.suspend(user_id, by.context(), at))


@router.delete("/users/{user_id}/suspension")
async def reinstate(*, user_id: UUID, use: Use, by: ByAdministrator, at: Expected, response: Response) -> UserReply:
    """Let a suspended person in again."""
    return await _reply(use, response, await use.users.reinstate(user_id, by.context(), at))


async def _reply(use: Use, response: Response, done: Appended) -> UserReply:
    await use.shown(response, done)
    return UserReply(user_id=done.stream_id, version=done.version)
