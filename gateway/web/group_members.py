"""Who is in a group: put in, and taken out. Next stop: application/groups.py."""

from uuid import UUID

from fastapi import APIRouter, Response
from starlette.datastructures import FormData

from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.web.forms import Filled, refusal_words, status, text
from gateway.web.frame import Here, go
from gateway.web.group import draw
from kernel.domain.errors import NotFound, PortalError

router = APIRouter(include_in_schema=False)

MOST = 100
"""How many members one form adds."""


@router.post("/groups/{group_id}/members")
async def add_members(
    *,
    group_id: UUID,
    viewer: CurrentViewer,
    form: CheckedForm,
    here: Here,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Put the chosen users into the group."""
    row = await use.groups.one(viewer, group_id, asked)
    find, chosen = text(form, "find", 200), _ids(form, "userIds")[:MOST]
    if not chosen:
        filled = Filled(errors={"userIds": here.words("group.members.choose")})
        return await draw(here, viewer, row, filled, 422, asked=asked, find=find)
    try:
        await use.groups.add_members(viewer, token, group_id, chosen, asked)
    except PortalError as error:
        filled = Filled(refusal=refusal_words(error, here.words))
        return await draw(here, viewer, row, filled, status(error), asked=asked, find=find)
    return go(f"/groups/{group_id}?notice=joined")


@router.post("/groups/{group_id}/members/remove")
async def remove_member(
    *,
    group_id: UUID,
    viewer: CurrentViewer,
    form: CheckedForm,
    here: Here,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Take one user out of the group."""
    row = await use.groups.one(viewer, group_id, asked)
    who = _ids(form, "userId")
    if not who:
        raise NotFound
    try:
        await use.groups.remove_member(viewer, token, group_id, who[0], asked)
    except PortalError as error:
        filled = Filled(refusal=refusal_words(error, here.words))
        return await draw(here, viewer, row, filled, status(error), asked=asked)
    return go(f"/groups/{group_id}?notice=left")


def _ids(form: FormData, name: str) -> list[UUID]:
    found = []
    for one in form.getlist(name):
        try:
            found.append(UUID(one if isinstance(one, str) else ""))
        except ValueError:
            continue
    return found
