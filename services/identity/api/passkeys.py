"""A person's own passkeys over HTTP, while they are logged in. Next stop: application/own_passkeys.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import placed
from kernel.adapters.http.texts import plain
from kernel.domain.context import NOBODY
from services.identity.api.schemas import QuestionReply
from services.identity.api.step_ups import SessionBody, StepUpReply
from services.identity.api.use import ByOneself, UseOwnPasskeys, UsePasskeyLogin

router = APIRouter(prefix="/credentials/{userId}", tags=["passkeys"])


class MakeBody(SessionBody):
    """Who a passkey is for, as the authenticator shows it."""

    email: str = Field(default="", max_length=254)
    name: str = Field(default="", max_length=200)


class SignedBody(SessionBody):
    """What a browser says, as WebAuthn writes it in JSON."""

    credential: dict[str, Any]


class NewPasskeyBody(SignedBody):
    """A passkey that a browser made, and what its owner calls it."""

    name: Annotated[str, plain(60)]


class RemoveBody(Body):
    """Which passkey goes, and in which session somebody asks."""

    session_id: UUID
    passkey_id: UUID


class PasskeyReply(Reply):
    """One passkey."""

    passkey_id: UUID
    name: str
    synced: bool
    at: datetime
    used_at: datetime | None


class PasskeysReply(Reply):
    """Passkeys, the oldest first."""

    items: Sequence[PasskeyReply]


@router.get("/passkeys")
async def passkeys(
    userId: UUID,  # noqa: N803 - the path says so
    use: UseOwnPasskeys,
    by: ByOneself,
) -> PasskeysReply:
    """List passkeys."""
    found = await use.all(userId, by.caller.tenant_id or NOBODY)
    return PasskeysReply(items=[PasskeyReply.model_validate(one) for one in found])


@router.post("/passkeys/question")
async def question(
    userId: UUID,  # noqa: N803 - the path says so
    body: MakeBody,
    use: UseOwnPasskeys,
    by: ByOneself,
) -> QuestionReply:
    """Say what a browser needs to make a passkey."""
    return QuestionReply(public_key=dict(await use.begin(userId, body.session_id, body.email, body.name, by.context())))


@router.post("/passkeys")
async def add(
    userId: UUID,  # noqa: N803 - the path says so
    body: NewPasskeyBody,
    use: UseOwnPasskeys,
    by: ByOneself,
    response: Response,
) -> None:
    """Take a passkey in."""
    placed(response, (await use.add(userId, body.session_id, body.name, body.credential, by.context())).position)


@router.post("/passkeys/remove")
async def remove(
    userId: UUID,  # noqa: N803 - the path says so
    body: RemoveBody,
    use: UseOwnPasskeys,
    by: ByOneself,
    response: Response,
) -> None:
    """Take a passkey away."""
    placed(response, (await use.remove(userId, body.session_id, body.passkey_id, by.context())).position)


@router.post("/step-up/passkey-question")
async def ask_again(
    userId: UUID,  # noqa: N803 - the path says so
    body: SessionBody,
    use: UsePasskeyLogin,
    by: ByOneself,
) -> QuestionReply:
    """Give the proof's question to a passkey."""
    return QuestionReply(public_key=dict(await use.ask_again(userId, body.session_id, by.context())))


@router.post("/step-up/passkey")
async def prove(
    userId: UUID,  # noqa: N803 - the path says so
    body: SignedBody,
    use: UsePasskeyLogin,
    by: ByOneself,
) -> StepUpReply:
    """Check the second factor once more, by a passkey."""
    return StepUpReply.model_validate(await use.prove(userId, body.session_id, body.credential, by.context()))
