"""People and groups to look at. Next stop: application/looking.py."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator

from kernel.adapters.http.texts import Typed
from services.users.api.answers import (
    GroupList,
    GroupNamed,
    GroupNames,
    GroupOne,
    PeopleList,
    PersonOne,
)
from services.users.api.use import ByReader, Use
from services.users.application.directory import LoggedIn, Order, PeopleWanted, Sort, Status
from services.users.domain.events import Role

router = APIRouter()

MOST = 500

Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str | None, Query(max_length=2000)]


def _logged_in(said: str | None) -> LoggedIn | None:
    """Read `never`, `before:<day>` or `after:<day>`. Raises: ValueError."""
    if said is None:
        return None
    when, _, day = said.partition(":")
    return LoggedIn(when, date.fromisoformat(day) if when != "never" else None)


def _a_moment(said: str) -> str:
    """See that it can be read. Raises: ValueError."""
    _logged_in(said)
    return said


LastLogin = Annotated[
    Annotated[str, AfterValidator(_a_moment)] | None,
    Query(alias="lastLogin", pattern=r"^(never|(before|after):\d{4}-\d{2}-\d{2})$"),
]


@router.get("/users")
async def people(
    *,
    use: Use,
    by: ByReader,
    limit: Limit = 50,
    cursor: Cursor = None,
    q: Annotated[Typed, Query(max_length=100)] = "",
    role: Role | None = None,
    status: Status | None = None,
    group: UUID | None = None,
    last_login: LastLogin = None,
    bounced: bool = False,
    sort: Sort = Sort.NAME,
    order: Order = Order.ASC,
) -> PeopleList:
    """Return a part of the list of people."""
    wanted = PeopleWanted(
        q=q.strip(),
        role=role,
        status=status,
        group_id=group,
        last_login=_logged_in(last_login),
        bounced=bounced,
        sort=sort,
        order=order,
    )
    page = await use.looking.people(by.context().tenant_id, wanted, limit, cursor)
    return PeopleList.model_validate(page)


@router.get("/users/{user_id}")
async def person(*, user_id: UUID, use: Use, by: ByReader, response: Response) -> PersonOne:
    """Return one person."""
    found = await use.looking.person(by.context().tenant_id, user_id)
    response.headers["ETag"] = f'"{found.version}"'
    return PersonOne.model_validate(found)


@router.get("/groups")
async def groups(*, use: Use, by: ByReader, limit: Limit = 50, cursor: Cursor = None) -> GroupList:
    """Return a part of the list of groups."""
    return GroupList.model_validate(await use.looking.groups(by.context().tenant_id, limit, cursor))


@router.get("/groups/names")
async def group_names(*, use: Use, by: ByReader) -> GroupNames:
    """Return what all groups are called."""
    return GroupNames(
        items=tuple(map(GroupNamed.model_validate, await use.looking.group_names(by.context().tenant_id)))
    )


@router.get("/groups/{group_id}")
async def group(*, group_id: UUID, use: Use, by: ByReader, response: Response) -> GroupOne:
    """Return one group."""
    found = await use.looking.group(by.context().tenant_id, group_id)
    response.headers["ETag"] = f'"{found.version}"'
    return GroupOne.model_validate(found)
