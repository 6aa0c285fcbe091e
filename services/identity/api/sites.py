"""The way on to settings sites over HTTP, for the gateway. Next stop: application/entering.py."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from kernel.domain.context import NOBODY
from services.identity.api.site_schemas import (
    CodeBody,
    CodeReply,
    GrantReply,
    KeysReply,
    RotationBody,
    TokenBody,
    TokensBody,
    TokensReply,
)
from services.identity.api.use import ByOperator, ForSites, UseEntering, UseSiteSigning
from services.identity.application.entering import CodeWish, Redemption
from services.identity.application.site_ports import ClientProof

router = APIRouter(tags=["sites"])


@router.post("/sites/codes", status_code=status.HTTP_201_CREATED)
async def issue(body: CodeBody, use: UseEntering, by: ForSites) -> CodeReply:
    """Issue a code to who is logged in."""
    return CodeReply(code=await use.issue(CodeWish(**body.model_dump()), by.caller.tenant_id or NOBODY))


@router.post("/sites/tokens")
async def redeem(body: TokensBody, use: UseEntering, by: ForSites, response: Response) -> TokensReply:
    """Turn a code into tokens, once."""
    proof = ClientProof(client_id=body.client_id, secret=body.client_secret, assertion=body.client_assertion)
    wish = Redemption(proof=proof, code=body.code, redirect_uri=body.redirect_uri, verifier=body.code_verifier)
    response.headers["Cache-Control"] = "no-store"
    return TokensReply.model_validate(await use.redeem(wish, by.context()))


@router.post("/sites/grants/look")
async def look(body: TokenBody, use: UseEntering, _by: ForSites) -> GrantReply:
    """Say what a token stands for."""
    return GrantReply.model_validate(await use.look(body.token))


@router.post("/sites/grants/{grantId}/revocation")
async def revoke(grantId: UUID, use: UseEntering, _by: ForSites) -> None:  # noqa: N803 - the path says so
    """Take back what a code gave."""
    await use.revoke(grantId)


@router.get("/sites/keys")
async def keys(use: UseSiteSigning, _by: ForSites) -> KeysReply:
    """Give the keys that sign now, soon or did lately."""
    return KeysReply(keys=[dict(key) for key in await use.published()])


@router.post("/internal/signing-keys/rotation")
async def rotate(body: RotationBody, use: UseSiteSigning, _by: ByOperator) -> KeysReply:
    """Have the next key sign from now on, by a person's decision."""
    await use.rotate(withdraw=body.withdraw)
    return KeysReply(keys=[dict(key) for key in await use.published()])
