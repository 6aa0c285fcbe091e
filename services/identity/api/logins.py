"""Login and session over HTTP, for the gateway. Next stop: application/first_step.py."""

from uuid import UUID

from fastapi import APIRouter, Response

from kernel.adapters.http.commands import placed
from services.identity.api.counting import counted
from services.identity.api.schemas import (
    CodeBody,
    EndBody,
    LoginBody,
    OfferReply,
    PassedReply,
    PasskeyBody,
    PendingBody,
    PendingReply,
    QuestionReply,
)
from services.identity.api.use import ByGateway, UseFirstStep, UseOpening, UsePasskeyLogin, UseSecondStep, UseTrusting
from services.identity.application.login import Passed
from services.identity.application.ports import Client

router = APIRouter(tags=["login"])


@router.post("/logins")
async def begin(
    body: LoginBody, use: UseFirstStep, trusting: UseTrusting, by: ByGateway, response: Response
) -> PendingReply | PassedReply:
    """Check the first proof; a trusted browser needs no second one."""
    client = Client(ip=body.client.ip or "", user_agent=body.client.user_agent or "")
    with counted("password"):
        if body.trusted is None:
            return PendingReply.model_validate(await use.begin(body.email, body.password, client, by.context()))
        begun = await trusting.begin(body.email, body.password, body.trusted, client, by.context())
    if not isinstance(begun, Passed):
        return PendingReply.model_validate(begun)
    placed(response, begun.position)
    return PassedReply.model_validate(begun).model_copy(update={"trusted": body.trusted})


@router.post("/logins/state")
async def state(
    body: PendingBody, use: UseSecondStep, trusting: UseTrusting, passkeys: UsePasskeyLogin, _by: ByGateway
) -> OfferReply:
    """Say where a login stands, and what its page may offer."""
    kept = await use.kept(body.login)
    pending, rules = use.pending(body.login, kept), await trusting.tenants.rules(kept.tenant_id)
    return OfferReply(
        method=pending.method,
        passkeys=await passkeys.offers(kept.user_id, kept.tenant_id),
        expires_at=pending.expires_at,
        tries_left=pending.tries_left,
        may_trust=await trusting.may_trust(kept.user_id, kept.tenant_id),
        ends_at=rules.ends(kept.method, use.now()),
    )


@router.post("/logins/resend")
async def resend(body: PendingBody, use: UseSecondStep, by: ByGateway) -> None:
    """Mail a fresh code."""
    await use.resend(body.login, by.context())


@router.post("/logins/code")
async def finish(
    body: CodeBody, use: UseSecondStep, trusting: UseTrusting, by: ByGateway, response: Response
) -> PassedReply:
    """Check the second proof."""
    with counted("code"):
        passed = await use.finish(body.login, body.code, by.context())
    placed(response, passed.position)
    reply = PassedReply.model_validate(passed)
    return reply.model_copy(update={"trusted": await trusting.trust(passed)}) if body.trust else reply


@router.post("/logins/passkey-question")
async def passkey_question(body: PendingBody, use: UsePasskeyLogin, _by: ByGateway) -> QuestionReply:
    """Give the login's question to a passkey; the one before is dead."""
    return QuestionReply(public_key=dict(await use.ask(body.login)))


@router.post("/logins/passkey")
async def passkey(
    body: PasskeyBody, use: UsePasskeyLogin, trusting: UseTrusting, by: ByGateway, response: Response
) -> PassedReply:
    """Check the second proof by a passkey."""
    with counted("passkey"):
        passed = await use.finish(body.login, body.credential, by.context())
    placed(response, passed.position)
    reply = PassedReply.model_validate(passed)
    return reply.model_copy(update={"trusted": await trusting.trust(passed)}) if body.trust else reply


@router.post("/sessions/{sessionId}/end")
async def end(
    sessionId: UUID,  # noqa: N803 - the path says so
    body: EndBody,
    use: UseOpening,
    by: ByGateway,
    response: Response,
) -> None:
    """End a session."""
    done = await use.end(sessionId, body.user_id, body.reason, by.context())
    placed(response, done.position)


BUSY = (begin, finish)
"""Both steps of every login."""
