"""Users over HTTP: a body in, a command out. Next stop: application/handlers.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from kernel.adapters.http.commands import Asked, asked, placed
from services.users.api.schemas import LanguageAnswer, LanguageChoice
from services.users.application.handlers import UserHandlers

router = APIRouter()


async def handlers(request: Request) -> UserHandlers:
    """Return what main.py built."""
    built: UserHandlers = request.app.state.handlers
    return built


Use = Annotated[UserHandlers, Depends(handlers)]
BySelf = Annotated[Asked, Depends(asked("users:self"))]


@router.put("/users/{user_id}/screen-language")
async def choose_language(
    *, user_id: UUID, body: LanguageChoice, use: Use, by: BySelf, response: Response
) -> LanguageAnswer:
    """Set the language of one's own screens."""
    done = await use.choose_language(user_id, body.screen_language, by.context())
    placed(response, done.position)
    return LanguageAnswer(screen_language=body.screen_language)
