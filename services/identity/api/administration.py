"""Ways in over HTTP, for portal administrators. Next stop: application/administration.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kernel.adapters.http.commands import placed
from kernel.domain.context import NOBODY
from services.identity.api.own import MOST, SHOWN, Cursor
from services.identity.api.own_schemas import CredentialReply, LoginReply, LoginsReply
from services.identity.api.places import cursor_of, place_of
from services.identity.api.use import ByAdministrator, UseAdministration, UseOwnLogins

router = APIRouter(prefix="/credentials/{userId}", tags=["administration"])


@router.get("")
async def look(
    userId: UUID,  # noqa: N803 - the path says so
    use: UseAdministration,
    by: ByAdministrator,
) -> CredentialReply:
    """Say how a person's way in stands."""
    return CredentialReply.model_validate(await use.look(userId, by.caller.tenant_id or NOBODY))


@router.get("/login-history")
async def logins(
    userId: UUID,  # noqa: N803 - the path says so
    use: UseOwnLogins,
    by: ByAdministrator,
    limit: Annotated[int, Query(ge=1, le=MOST)] = SHOWN,
    cursor: Cursor = None,
) -> LoginsReply:
    """List a person's logins, newest first, those that were refused too, and when they were locked."""
    found, following = await use.history(userId, by.caller.tenant_id or NOBODY, limit, place_of(cursor))
    return LoginsReply(items=[LoginReply.of(view) for view in found], next_cursor=cursor_of(following))


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
