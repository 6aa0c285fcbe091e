"""Login and session over HTTP, for the gateway. Next stop: application/login.py."""

from uuid import UUID

from fastapi import APIRouter, Response

from kernel.adapters.http.commands import placed
from services.identity.api.schemas import (
    CodeBody,
    EndBody,
    LoginBody,
    PassedReply,
    PendingBody,
    PendingReply,
    PendingStateReply,
)
from services.identity.api.use import ByGateway, UseLogin
from services.identity.application.ports import Client

router = APIRouter(tags=["login"])


@router.post("/logins")
async def begin(body: LoginBody, use: UseLogin, by: ByGateway) -> PendingReply:
    """Check the first proof."""
    client = Client(ip=body.client.ip or "", user_agent=body.client.user_agent or "")
    return PendingReply.model_validate(await use.begin(body.email, body.password, client, by.context()))


@router.post("/logins/state")
async def state(body: PendingBody, use: UseLogin, _by: ByGateway) -> PendingStateReply:
    """Say where a login stands."""
    return PendingStateReply.model_validate(await use.state(body.login))


@router.post("/logins/resend")
async def resend(body: PendingBody, use: UseLogin, by: ByGateway) -> None:
    """Mail a fresh code."""
    await use.resend(body.login, by.context())


@router.post("/logins/code")
async def finish(body: CodeBody, use: UseLogin, by: ByGateway, response: Response) -> PassedReply:
    """Check the second proof."""
    passed = await use.finish(body.login, body.code, by.context())
    placed(response, passed.position)
    return PassedReply.model_validate(passed)


@router.post("/sessions/{sessionId}/end")
async def end(
    sessionId: UUID,  # noqa: N803 - the path says so
    body: EndBody,
    use: UseLogin,
    by: ByGateway,
    response: Response,
) -> None:
    """End a session."""
    done = await use.end_session(sessionId, body.user_id, body.reason, by.context())
    placed(response, done.position)


BUSY = (begin, finish)
"""Both steps of every login."""
