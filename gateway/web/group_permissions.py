"""What a group permits: ticks in a table, with rows for the contracts asked for. Next: application/groups.py."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Response
from starlette.datastructures import FormData

from gateway.application.asked import Asked
from gateway.application.directory import Group
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.viewer import Viewer
from gateway.web.changes import Changed, if_match, opened, start_of
from gateway.web.forms import EMPTY, Filled, refusal_words, same_wish, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.group import GRANTS, Ticked, draw
from gateway.web.permission_table import granted, lines_of, permissions, read
from kernel.domain.errors import PortalError, PreconditionFailed

router = APIRouter(include_in_schema=False)


@router.post("/groups/{group_id}/permissions")
async def permit(
    *,
    group_id: UUID,
    viewer: CurrentViewer,
    form: CheckedForm,
    here: Here,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Say what members may do, all of it; or add a row for one more contract, which saves nothing yet."""
    row = await use.groups.one(viewer, group_id, asked)
    ticked = Ticked(_texts(form, "grant"), _texts(form, "line"), start_of(form))
    if text(form, "contractNumber", 40).strip() or text(form, "do") == "line":
        return await _with_one_more(here, viewer, row, form, ticked, asked=asked)
    try:
        await use.groups.permit(viewer, token, group_id, permissions(ticked.ticks), asked, if_match=if_match(form))
    except PreconditionFailed as error:
        before = opened(form).get(GRANTS, "").split("\n")
        return await _overtaken(here, viewer, row, before, ticked, status(error), asked=asked)
    except PortalError as error:
        filled = Filled(refusal=refusal_words(error, here.words))
        key = same_wish(error, asked)
        return await draw(here, viewer, row, filled, status(error), asked=asked, ticked=ticked, key=key)
    return go(f"/groups/{group_id}?notice=permitted")


async def _with_one_more(
    here: Frame, viewer: Viewer, row: Group, form: FormData, ticked: Ticked, *, asked: Asked
) -> Response:
    """Draw the table with a row for the contract whose number was typed."""
    number = text(form, "contractNumber", 40).strip()
    found = await here.use.permittables.numbered(viewer, number)
    if found is None:
        errors = {"contractNumber": here.words("group.permissions.contract.unknown")}
        filled = Filled(values={"contractNumber": number}, errors=errors)
        return await draw(here, viewer, row, filled, 422, asked=asked, ticked=ticked)
    more = replace(ticked, lines=[*ticked.lines, f"{found.service_name}:{found.contract_id}"])
    return await draw(here, viewer, row, EMPTY, asked=asked, ticked=more)


async def _overtaken(  # noqa: PLR0917 - what was, what is and what is wanted
    here: Frame, viewer: Viewer, row: Group, before: Sequence[str], ticked: Ticked, number: int, *, asked: Asked
) -> Response:
    """Draw the table as others left it; what the person ticked and unticked stays."""
    now = granted(row)
    added = [one for one in ticked.ticks if one not in before]
    removed = [one for one in before if one not in ticked.ticks]
    merged = [one for one in dict.fromkeys([*now, *added]) if one not in removed]
    lines = await lines_of(here, viewer, row, ticked.lines)
    said = [read(here.words, one, lines) for one in (before, now)]
    changed = [Changed(here.words("group.permissions"), *said)] if said[0] != said[1] else []
    filled = Filled(refusal=here.words("form.changed"))
    mine = Ticked(merged, ticked.lines)
    return await draw(here, viewer, row, filled, number, asked=asked, ticked=mine, changed=changed)


def _texts(form: FormData, name: str) -> list[str]:
    return [one for one in form.getlist(name) if isinstance(one, str)]
