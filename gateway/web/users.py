"""The list of a company's users; its address keeps search, filters and order. Next stop: application/people.py."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from gateway.application.directory import PeopleWanted, Status
from gateway.application.door import AskedHere, CurrentViewer, Use
from gateway.application.freshness import Fresh
from gateway.application.viewer import Role
from gateway.web.forms import sought
from gateway.web.frame import Here

router = APIRouter(include_in_schema=False)

ROWS = 50
SORTS = ("name", "email", "lastLogin", "status")
STATUSES = (Status.ACTIVE, Status.PENDING_ACTIVATION, Status.SUSPENDED, Status.LOCKED)
NEVER = "never"
LOGINS = (NEVER, "30", "90", "180")
"""How long ago somebody logged in last: never, or more days ago than this."""

EXPORT = "/api/v1/users/export"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address of the list asks for; what it cannot mean is left out."""

    q: Annotated[str, Query(max_length=200)] = ""
    role: Annotated[str, Query(max_length=20)] = ""
    status: Annotated[str, Query(max_length=30)] = ""
    group: Annotated[str, Query(max_length=40)] = ""
    lastLogin: Annotated[str, Query(max_length=10)] = ""  # noqa: N815 - the address has the API's names
    bounced: Annotated[str, Query(max_length=5)] = ""
    sort: Annotated[str, Query(max_length=20)] = "name"
    order: Annotated[str, Query(max_length=4)] = "asc"

    @property
    def login(self) -> str:
        """Return how long ago the last login must be, empty for any time."""
        return self.lastLogin if self.lastLogin in LOGINS else ""

    def wanted(self, last_login: str | None) -> PeopleWanted:
        """Return what to ask for."""
        return PeopleWanted(
            q=sought(self.q) or None,
            role=self.role if self.role in tuple(Role) else None,
            status=self.status if self.status in tuple(Status) else None,
            group=_uuid(self.group),
            last_login=last_login,
            bounced=self.bounced == "true",
            sort=self.sort if self.sort in SORTS else "name",
            order="desc" if self.order == "desc" else "asc",
        )


def address(wanted: PeopleWanted, login: str, path: str = "/users", **changes: str | None) -> str:
    """Return the address of the list as *wanted*, but for *changes*; None takes a filter away."""
    query: dict[str, str | None] = {
        "q": wanted.q,
        "role": wanted.role,
        "status": wanted.status,
        "group": str(wanted.group) if wanted.group else None,
        "lastLogin": login,
        "bounced": "true" if wanted.bounced else None,
        "sort": wanted.sort,
        "order": wanted.order,
    } | changes
    usual = {"sort": "name", "order": "asc"}
    said = {name: value for name, value in query.items() if value and value != usual.get(name)}
    return f"{path}?{urlencode(said)}" if said else path


@router.api_route("/users", methods=["GET", "HEAD"])
async def listed(
    *,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    fresh: Fresh,
    filters: Annotated[Filters, Depends()],
    cursor: Annotated[str, Query(max_length=1000)] = "",
    notice: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """List the users; each filter is a link, so that the list works as it is without script."""
    last_login = _last_login(filters.login, here)
    wanted = filters.wanted(last_login)
    page, groups = await asyncio.gather(
        use.people.page(viewer, asked, wanted, limit=ROWS, cursor=cursor or None), use.groups.names(viewer, asked)
    )
    to: Callable[..., str] = partial(address, wanted, filters.login)
    return await here.page(
        "users/list.html",
        page=page,
        groups=groups,
        wanted=wanted,
        login=filters.login,
        logins=LOGINS,
        statuses=STATUSES,
        roles=tuple(Role),
        address=to,
        export=address(wanted, last_login or "", EXPORT),
        filtered=to(sort=None, order=None) != "/users",
        cursor=cursor,
        notice=notice if notice == "deleted" else "",
        stale=not fresh,
    )


def _last_login(login: str, here: Here) -> str | None:
    if not login or login == NEVER:
        return login or None
    return f"before:{(here.use.dashboard.now() - timedelta(days=int(login))).date().isoformat()}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
