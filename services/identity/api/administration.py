"""Ways in over HTTP, for portal administrators. Next stop: application/administration.py."""

from uuid import UUID

from fastapi import APIRouter, Response

from kernel.adapters.http.commands import placed
from kernel.domain.context import NOBODY
from services.identity.api.own_schemas import CredentialReply
from services.identity.api.use import ByAdministrator, UseAdministration

router = APIRouter(prefix="/credentials/{userId}", tags=["administration"])


@router.get("")
async def look(
    userId: UUID,  # noqa: N803 - the path says so
    use: UseAdministration,
    by: ByAdministrator,
) -> CredentialReply:
    """Say how a person's way in stands."""
    return CredentialReply.model_validate(await use.look(userId, by.caller.tenant_id or NOBODY))


@router.post("/unlock")
async def unlock(
    userId: UUID,  # noqa: N803 - the path says so
    use: UseAdministration,
    by: ByAdministrator,
    response: Response,
) -> None:
    """Unlock a credential."""
    placed(response, (await use.unlock(userId, by.context())).position)


@router.post("/activation")
async def activation(
    userId: UUID,  # noqa: N803 - the path says so
    use: UseAdministration,
    by: ByAdministrator,
    response: Response,
) -> None:
    """Mail the link again for what is left to set up."""
    placed(response, (await use.resend(userId, by.context())).position)


@router.post("/second-factor-reset")
async def second_factor_reset(
    userId: UUID,  # noqa: N803 - the path says so
    use: UseAdministration,
    by: ByAdministrator,
    response: Response,
) -> None:
    """Have the person prove anew who they are and set the second factor up again."""
    placed(response, (await use.reset_factor(userId, by.context())).position)
