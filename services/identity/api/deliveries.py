"""What only the notifier may fetch, to put it into a mail. Next stop: application/activation.py and second_step.py."""

from uuid import UUID

from fastapi import APIRouter

from services.identity.api.schemas import CodeReply, LinkReply
from services.identity.api.use import ByNotifier, UseActivation, UseSecondStep

router = APIRouter(tags=["delivery"])


@router.post("/activations/{activationId}/link")
async def link(
    activationId: UUID,  # noqa: N803 - the path says so
    use: UseActivation,
    _by: ByNotifier,
) -> LinkReply:
    """Give out the token of a living link."""
    token, expires_at = await use.link(activationId)
    return LinkReply(token=token, expires_at=expires_at)


@router.post("/challenges/{challengeId}/code")
async def code(
    challengeId: UUID,  # noqa: N803 - the path says so
    use: UseSecondStep,
    _by: ByNotifier,
) -> CodeReply:
    """Give out a living code."""
    digits, expires_at = await use.code(challengeId)
    return CodeReply(code=digits, expires_at=expires_at)
