"""Who is in a group: put in, and taken out. Next stop: application/groups.py."""

from uuid import UUID

from fastapi import APIRouter, Response
from starlette.datastructures import FormData

from gateway.application.directory import Group, Person
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.web.confirming import Question, confirm
from gateway.web.forms import Filled, refusal_words, same_wish, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.group import draw
from kernel.domain.errors import PortalError

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
        key = same_wish(error, asked)
        return await draw(here, viewer, row, filled, status(error), asked=asked, find=find, key=key, chosen=chosen)
    return go(f"/groups/{group_id}?notice=joined")


@router.api_route("/groups/{group_id}/members/{user_id}/removal", methods=["GET", "HEAD"])
async def ask(
    *, group_id: UUID, user_id: UUID, here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere
) -> Response:
    """Ask once more before somebody loses what the group permits."""
    row = await use.groups.one(viewer, group_id, asked)
    member = await use.people.one(viewer, user_id, asked)
    if group_id not in {one.group_id for one in member.groups}:
        return go(f"/groups/{group_id}")
    return await confirm(here, _removal(here, row, member))


@router.post("/groups/{group_id}/members/{user_id}/removal")
async def remove_member(
    *,
    group_id: UUID,
    user_id: UUID,
    viewer: CurrentViewer,
    form: CheckedForm,
    here: Here,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Take one user out of the group."""
    _ = form
    row = await use.groups.one(viewer, group_id, asked)
    member = await use.people.one(viewer, user_id, asked)
    try:
        await use.groups.remove_member(viewer, token, group_id, user_id, asked)
    except PortalError as error:
        question, said = _removal(here, row, member), refusal_words(error, here.words)
        return await confirm(here, question, said, status(error), key=same_wish(error, asked))
    return go(f"/groups/{group_id}?notice=left")


def _removal(here: Frame, row: Group, member: Person) -> Question:
    words, group = here.words, f"/groups/{row.group_id}"
    return Question(
        title=words("group.members.remove.title", name=member.name or member.email, group=row.name),
        then=words("group.members.remove.then"),
        deed=words("group.members.remove"),
        action=f"{group}/members/{member.user_id}/removal",
        trail=((words("settings.title"), "/settings"), (words("groups.title"), "/groups"), (row.name, group)),
    )


def _ids(form: FormData, name: str) -> list[UUID]:
    found = []
    for one in form.getlist(name):
        try:
            found.append(UUID(one if isinstance(one, str) else ""))
        except ValueError:
            continue
    return found
