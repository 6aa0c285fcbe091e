"""A group is deleted, once it was asked whether that is meant. Next stop: application/groups.py."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from fastapi import APIRouter, Response
from starlette.datastructures import FormData

from gateway.application.asked import Asked
from gateway.application.directory import Group
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.viewer import Viewer
from gateway.web.changes import Changed, Start, if_match, meanwhile, opened, start_at, start_of
from gateway.web.confirming import Question, confirm
from gateway.web.forms import refusal_words, same_wish, status
from gateway.web.frame import Frame, Here, go
from gateway.web.permission_table import granted, lines_of, read
from kernel.domain.errors import NotFound, PortalError, PreconditionFailed

router = APIRouter(include_in_schema=False)


@router.api_route("/groups/{group_id}/deletion", methods=["GET", "HEAD"])
async def ask(group_id: UUID, here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere) -> Response:
    """Ask once more before a group goes."""
    row = await use.groups.one(viewer, group_id, asked)
    if row.built_in:
        raise NotFound
    return await _ask(here, viewer, row)


@router.post("/groups/{group_id}/deletion")
async def delete(
    *,
    group_id: UUID,
    viewer: CurrentViewer,
    form: CheckedForm,
    here: Here,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Delete the group."""
    row = None
    with suppress(NotFound):
        # Gone perhaps by this very wish, which is sent again under its key: then the key is all there is to ask.
        row = await use.groups.one(viewer, group_id, asked)
    try:
        await use.groups.delete(viewer, token, group_id, asked, if_match=if_match(form))
    except PortalError as error:
        if row is None:
            raise
        return await _ask_again(here, viewer, row, form, error, asked)
    return go("/groups?notice=deleted")


async def _ask_again(  # noqa: PLR0917 - what was asked, of what, and what came of it
    here: Frame, viewer: Viewer, row: Group, form: FormData, error: PortalError, asked: Asked
) -> Response:
    if isinstance(error, PreconditionFailed):
        now, before = await _shown(here, viewer, row), opened(form)
        changed = [Changed(name, before[name], now[name]) for name in meanwhile(before, now)]
        return await _ask(here, viewer, row, here.words("form.changed"), status(error), changed=changed)
    said = refusal_words(error, here.words)
    return await _ask(here, viewer, row, said, status(error), start=start_of(form), key=same_wish(error, asked))


async def _shown(here: Frame, viewer: Viewer, row: Group) -> dict[str, str]:
    """Return what a page shows of a group, as people read it."""
    words = here.words
    return {
        words("group.name"): row.name,
        words("group.description"): row.description,
        words("group.permissions"): read(words, granted(row), await lines_of(here, viewer, row, ())),
    }


async def _ask(
    here: Frame,
    viewer: Viewer,
    row: Group,
    refusal: str = "",
    number: int = 200,
    *,
    start: Start | None = None,
    key: str | None = None,
    changed: Sequence[Changed] = (),
) -> Response:
    back = f"/groups/{row.group_id}"
    question = Question(
        title=here.words("group.delete.title", name=row.name),
        then=here.words("group.delete.then", n=row.members),
        deed=here.words("group.delete"),
        action=f"{back}/deletion",
        trail=((here.words("settings.title"), "/settings"), (here.words("groups.title"), "/groups"), (row.name, back)),
        danger=True,
        start=start or start_at(row.version, await _shown(here, viewer, row)),
    )
    return await confirm(here, question, refusal, number, key=key, changed=changed)
