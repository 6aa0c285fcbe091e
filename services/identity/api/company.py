"""The logins of a whole company over HTTP, for its administrators. Next stop: application/company_logins.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from kernel.adapters.http.moments import Moment
from kernel.domain.context import NOBODY
from services.identity.api.own import SHOWN, Cursor
from services.identity.api.own_schemas import CompanyLoginReply, CompanyLoginsReply
from services.identity.api.places import cursor_of, place_of
from services.identity.api.use import ByAdministrator, UseCompanyLogins
from services.identity.application.records import LoginsWanted, Result

MOST = 200
"""More than a page shows, for exports."""

router = APIRouter(tags=["administration"])


async def _wanted(
    by: ByAdministrator,
    user_id: Annotated[UUID | None, Query(alias="userId")] = None,
    result: Result | None = None,
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
) -> LoginsWanted:
    """Return which logins are asked for: those of the token's company alone."""
    tenant_id = by.caller.tenant_id or NOBODY
    return LoginsWanted(tenant_id=tenant_id, user_id=user_id, result=result, since=since, until=until)


@router.get("/login-history")
async def logins(
    wanted: Annotated[LoginsWanted, Depends(_wanted)],
    use: UseCompanyLogins,
    limit: Annotated[int, Query(ge=1, le=MOST)] = SHOWN,
    cursor: Cursor = None,
) -> CompanyLoginsReply:
    """List the logins of a company, newest first, those that were refused too."""
    found, following = await use.page(wanted, limit, place_of(cursor))
    return CompanyLoginsReply(items=[CompanyLoginReply.of(one) for one in found], next_cursor=cursor_of(following))
