"""The company's user groups: list, new one, its name. Next stop: group.py for members and permissions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.datastructures import FormData

from gateway.application import policy
from gateway.application.access import EVERY
from gateway.application.directory import Group, Permission
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.freshness import Fresh
from gateway.application.permittable import Permittables
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from gateway.web.changes import Changed, Start, if_match, meanwhile, opened, start_at, start_of, typed_by_person
from gateway.web.forms import EMPTY, Filled, missing, refusal_words, same_wish, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.words import Words
from kernel.domain.errors import PortalError, PreconditionFailed

router = APIRouter(include_in_schema=False)

LABELS = {"name": "group.name", "description": "group.description"}
LONGEST = {"name": 100, "description": 1000}
ROWS = 50
SHOWN = 4
"""How many permissions the list names of each group."""


@router.api_route("/groups", methods=["GET", "HEAD"])
async def listed(
    *,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    fresh: Fresh,
    cursor: Annotated[str, Query(max_length=1000)] = "",
    notice: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """List the groups by name."""
    page = await use.groups.page(viewer, asked, limit=ROWS, cursor=cursor or None)
    shown_first = [one for row in page.items for one in row.permissions[:SHOWN]]
    numbers = await contract_numbers(use.permittables, viewer, shown_first)
    said = {row.group_id: _permitted(here.words, row.permissions, numbers) for row in page.items}
    shown = "deleted" if notice == "deleted" else ""
    return await here.page("groups/list.html", page=page, cursor=cursor, said=said, notice=shown, stale=not fresh)


@router.api_route("/groups/new", methods=["GET", "HEAD"])
async def new(here: Here, viewer: CurrentViewer) -> Response:
    """Ask for a name."""
    policy.demand(viewer, Operation.ADD_GROUP)
    return await _draw(here, EMPTY)


@router.post("/groups/new")
async def add(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Add the group; members and permissions come next."""
    policy.demand(viewer, Operation.ADD_GROUP)
    typed = _typed(form)
    if errors := missing(form, here.words, name="group.name.missing"):
        return await _draw(here, Filled(values=typed, errors=errors), 422)
    try:
        group_id = await use.groups.add(viewer, token, typed, asked)
    except PortalError as error:
        return await _draw(here, _refused(here.words, typed, error), status(error), key=same_wish(error, asked))
    return go(f"/groups/{group_id}?notice=added")


@router.api_route("/groups/{group_id}/edit", methods=["GET", "HEAD"])
async def edit(group_id: UUID, here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere) -> Response:
    """Show name and description."""
    row = await use.groups.one(viewer, group_id, asked)
    return await _draw(here, Filled(values=_values(row)), row=row)


@router.post("/groups/{group_id}/edit")
async def change(
    *,
    group_id: UUID,
    viewer: CurrentViewer,
    form: CheckedForm,
    here: Here,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Change name and description."""
    row = await use.groups.one(viewer, group_id, asked)
    typed = _typed(form)
    if errors := missing(form, here.words, name="group.name.missing"):
        return await _draw(here, Filled(values=typed, errors=errors), 422, row=row, start=start_of(form))
    mine = typed_by_person(typed, opened(form))
    if not mine:
        return go(f"/groups/{group_id}")
    try:
        await use.groups.change(viewer, token, group_id, mine, asked, if_match=if_match(form))
    except PreconditionFailed as error:
        now, before = _values(row), opened(form)
        changed = [Changed(here.words(LABELS[name]), before[name], now[name]) for name in meanwhile(before, now)]
        filled = Filled(values=now | mine, refusal=here.words("form.changed"))
        return await _draw(here, filled, status(error), row=row, changed=changed)
    except PortalError as error:
        filled = _refused(here.words, typed, error)
        return await _draw(here, filled, status(error), row=row, start=start_of(form), key=same_wish(error, asked))
    return go(f"/groups/{group_id}?notice=saved")


async def contract_numbers(
    permittables: Permittables, viewer: Viewer, permissions: Iterable[Permission]
) -> Mapping[UUID, str]:
    """Return the numbers of the contracts that permissions name."""
    named = [one.contract_id for one in permissions if one.contract_id]
    return {key: one.contract_number for key, one in (await permittables.those(viewer, named)).items()}


def service_words(words: Words, name: str) -> str:
    """Return what a service is called in a permission."""
    if name == EVERY:
        return words("group.permissions.every")
    return words(f"service.{name}") if words.knows(f"service.{name}") else name


def _permitted(words: Words, permissions: Sequence[Permission], numbers: Mapping[UUID, str]) -> Sequence[str]:
    """Return what a group permits in a few lines."""
    said = permitted(words, permissions[:SHOWN], numbers)
    more = len(permissions) - SHOWN
    return [*said, words("group.permissions.more", n=more)] if more > 0 else said


def permitted(words: Words, permissions: Sequence[Permission], numbers: Mapping[UUID, str]) -> Sequence[str]:
    """Return permissions as people read them, a line each; *numbers* are those of the contracts."""
    said = []
    for one in permissions:
        where = service_words(words, one.service_name)
        number = f" {numbers.get(one.contract_id, '―')}" if one.contract_id else ""
        said.append(f"{where}{number}: {', '.join(words(f'group.action.{action}') for action in one.actions)}")
    return said


def _typed(form: FormData) -> dict[str, str]:
    return {name: text(form, name, longest).strip() for name, longest in LONGEST.items()}


def _values(row: Group) -> dict[str, str]:
    return {"name": row.name, "description": row.description}


def _refused(words: Words, typed: Mapping[str, str], error: PortalError) -> Filled:
    if error.code == "group-name-taken":
        return Filled(values=typed, errors={"name": words("group.name.taken")})
    errors: dict[str, str] = {}
    for one in error.extra.get("errors", ()):
        name = str(one.get("pointer", "")).strip("/")
        if name in LABELS:
            key = f"field.{one.get('code')}"
            errors[name] = words(key if words.knows(key) else "field.invalid", field=words(LABELS[name]))
    return Filled(values=typed, errors=errors, refusal="" if errors else refusal_words(error, words))


async def _draw(
    here: Frame,
    filled: Filled,
    number: int = 200,
    *,
    row: Group | None = None,
    start: Start | None = None,
    changed: Sequence[Changed] = (),
    key: str | None = None,
) -> Response:
    start = start or (start_at(row.version, _values(row)) if row else None)
    return await here.page("groups/form.html", number, key=key, form=filled, row=row, start=start, changed=changed)
