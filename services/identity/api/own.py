"""A person's own way in over HTTP, while they are logged in. Next stop: application/owner.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kernel.adapters.http.commands import placed
from kernel.domain.context import NOBODY
from services.identity.api.own_schemas import (
    CodesLeftReply,
    CodesReply,
    EndSessionsBody,
    LoginReply,
    LoginsReply,
    NewPasswordBody,
    OwnCodeBody,
    SessionReply,
    SessionsReply,
)
from services.identity.api.places import cursor_of, place_of
from services.identity.api.use import ByOneself, UseOwner, UseOwnLogins
from services.identity.application.owner import NewPassword
from services.identity.application.ports import Said

MOST = 100
SHOWN = 20
Cursor = Annotated[str | None, Query(max_length=200)]

router = APIRouter(prefix="/credentials/{userId}", tags=["own"])


@router.post("/password")
async def password(
    userId: UUID,  # noqa: N803 - the path says so
    body: NewPasswordBody,
    use: UseOwner,
    by: ByOneself,
    response: Response,
) -> None:
    """Change the password of who knows the present one."""
    wish = NewPassword(
        current=body.current,
        new=body.new,
        end_others=body.end_others,
        session_id=body.session_id,
        said=Said(email=body.email, name=body.name) if body.email or body.name else None,
    )
    placed(response, (await use.change_password(userId, wish, by.context())).position)


@router.get("/sessions")
async def sessions(
    userId: UUID,  # noqa: N803 - the path says so
    use: UseOwnLogins,
    by: ByOneself,
) -> SessionsReply:
    """List the sessions that have not been ended, newest first."""
    found = await use.open(userId, by.caller.tenant_id or NOBODY)
    return SessionsReply(items=[SessionReply.of(view) for view in found])


@router.post("/sessions/end")
async def end_sessions(
    userId: UUID,  # noqa: N803 - the path says so
    body: EndSessionsBody,
    use: UseOwner,
    by: ByOneself,
    response: Response,
) -> None:
    """End one session, or all but one."""
    end = use.end_others if body.others else use.end_session
    placed(response, (await end(userId, body.session_id, by.context())).position)


@router.get("/logins")
async def logins(
    userId: UUID,  # noqa: N803 - the path says so
    use: UseOwnLogins,
    by: ByOneself,
    limit: Annotated[int, Query(ge=1, le=MOST)] = SHOWN,
    cursor: Cursor = None,
) -> LoginsReply:
    """List logins, newest first, those that were refused too; the cursor is where the page before ended."""
    found, following = await use.history(userId, by.caller.tenant_id or NOBODY, limit, place_of(cursor))
    return LoginsReply(items=[LoginReply.of(view) for view in found], next_cursor=cursor_of(following))


@router.get("/recovery-codes")
async def codes_left(
    userId: UUID,  # noqa: N803 - the path says so
    use: UseOwner,
    by: ByOneself,
) -> CodesLeftReply:
    """Say how many recovery codes are left."""
    return CodesLeftReply.model_validate(await use.codes_left(userId, by.caller.tenant_id or NOBODY))


@router.post("/recovery-codes")
async def recovery_codes(
    userId: UUID,  # noqa: N803 - the path says so
    body: OwnCodeBody,
    use: UseOwner,
    by: ByOneself,
    response: Response,
) -> CodesReply:
    """Make new recovery codes and show them, this once."""
    issued = await use.issue_codes(userId, body.code, by.context())
    placed(response, issued.position)
    response.headers["Cache-Control"] = "no-store"
    return CodesReply.model_validate(issued)
