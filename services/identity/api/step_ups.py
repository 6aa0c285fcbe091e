"""Showing again that it is oneself, and setting up another app, over HTTP. Next stop: application/step_up.py."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import placed
from kernel.domain.context import NOBODY
from services.identity.api.schemas import SetupReply
from services.identity.api.use import ByOneself, UseOwnFactor, UseStepUp
from services.identity.domain.events import SecondFactor

router = APIRouter(prefix="/credentials/{userId}", tags=["second step"])


class SessionBody(Body):
    """In which session somebody asks."""

    session_id: UUID


class PasswordAgainBody(SessionBody):
    """The first proof, once more."""

    password: str = Field(min_length=1)


class CodeAgainBody(SessionBody):
    """The second proof, once more."""

    code: str = Field(min_length=1, max_length=32)


class SetupBody(SessionBody):
    """For whom an app is set up."""

    email: str = Field(default="", max_length=254)
    language: str = Field(default="ja", max_length=5)


class NewAppBody(CodeAgainBody):
    """The first code of a new app."""

    end_others: bool


class StepUpReply(Reply):
    """How far somebody has shown again that it is them."""

    method: SecondFactor
    passkeys: bool
    proven: bool
    expires_at: datetime
    tries_left: int


@router.post("/step-up")
async def begin(
    userId: UUID,  # noqa: N803 - the path says so
    body: PasswordAgainBody,
    use: UseStepUp,
    by: ByOneself,
) -> StepUpReply:
    """Check the password once more; where the second factor is codes by mail, one is mailed."""
    return StepUpReply.model_validate(await use.begin(userId, body.session_id, body.password, by.context()))


@router.post("/step-up/state")
async def state(
    userId: UUID,  # noqa: N803 - the path says so
    body: SessionBody,
    use: UseStepUp,
    by: ByOneself,
) -> StepUpReply:
    """Say how far it was shown."""
    return StepUpReply.model_validate(await use.look(userId, body.session_id, by.caller.tenant_id or NOBODY))


@router.post("/step-up/code")
async def prove(
    userId: UUID,  # noqa: N803 - the path says so
    body: CodeAgainBody,
    use: UseStepUp,
    by: ByOneself,
) -> StepUpReply:
    """Check the second factor once more."""
    return StepUpReply.model_validate(await use.prove(userId, body.session_id, body.code, by.context()))


@router.post("/authenticator")
async def authenticator(
    userId: UUID,  # noqa: N803 - the path says so
    body: SetupBody,
    use: UseOwnFactor,
    by: ByOneself,
) -> SetupReply:
    """Say what another authenticator app needs."""
    setup = await use.setup(userId, body.session_id, body.email, body.language, by.context())
    return SetupReply.model_validate(setup)


@router.post("/authenticator/confirmation")
async def confirmation(
    userId: UUID,  # noqa: N803 - the path says so
    body: NewAppBody,
    use: UseOwnFactor,
    by: ByOneself,
    response: Response,
) -> None:
    """Take the app into use by its first code, in the place of the second factor of before."""
    done = await use.confirm(userId, body.session_id, body.code, by.context(), end_others=body.end_others)
    placed(response, done.position)
