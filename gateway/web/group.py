"""One group: who is in it, and what it permits. Next stop: application/groups.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.datastructures import FormData

from gateway.application.access import EVERY, Action
from gateway.application.asked import Asked
from gateway.application.directory import Group, PeopleWanted
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.freshness import Fresh
from gateway.application.permittable import ids_in
from gateway.application.viewer import Viewer
from gateway.web.changes import Changed, if_match, meanwhile, opened, opened_with
from gateway.web.forms import EMPTY, Filled, refusal_words, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.groups import service_words
from gateway.web.users import sought
from gateway.web.words import Words
from kernel.domain.errors import NotFound, PortalError, PreconditionFailed

router = APIRouter(include_in_schema=False)

GRANTS = "grants"
"""Under this name the form keeps the ticks that it was opened with."""
NOTICES = frozenset({"added", "saved", "permitted", "joined", "left"})
ROWS = 50
FOUND = 20
"""How many users a search for members shows."""

MOST = 100
"""How many members one form adds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the table of permissions."""

    key: str
    """`service:contract id`, the latter empty for every contract of the service."""
    words: str
    contract: str = ""
    """The contract's number."""


@router.api_route("/groups/{group_id}", methods=["GET", "HEAD"])
async def show(
    *,
    group_id: UUID,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    fresh: Fresh,
    find: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str, Query(max_length=1000)] = "",
    notice: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show members and permissions, and who is found to be added."""
    row = await use.groups.one(viewer, group_id, asked)
    shown = notice if notice in NOTICES else ""
    return await _draw(here, viewer, row, EMPTY, asked=asked, find=find, cursor=cursor, notice=shown, stale=not fresh)


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
        return await _draw(here, viewer, row, filled, 422, asked=asked, find=find)
    try:
        await use.groups.add_members(viewer, token, group_id, chosen, asked)
    except PortalError as error:
        filled = Filled(refusal=refusal_words(error, here.words))
        return await _draw(here, viewer, row, filled, status(error), asked=asked, find=find)
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
        return await _draw(here, viewer, row, filled, status(error), asked=asked)
    return go(f"/groups/{group_id}?notice=left")


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
    granted, number = _texts(form, "grant"), text(form, "contractNumber", 40).strip()
    lines = _texts(form, "line")
    if number or text(form, "do") == "line":
        found = await use.permittables.numbered(viewer, number)
        errors = {} if found else {"contractNumber": here.words("group.permissions.contract.unknown")}
        filled = Filled(values={} if found else {"contractNumber": number}, errors=errors)
        lines += [f"{found.service_name}:{found.contract_id}"] if found else []
        # The version stays the one that the form was opened with: adding a row looks at nothing newer.
        return await _draw(
            here,
            viewer,
            row,
            filled,
            422 if errors else 200,
            asked=asked,
            granted=granted,
            lines=lines,
            version=text(form, "version", 20),
            kept=text(form, "opened", 20_000),
        )
    try:
        await use.groups.permit(viewer, token, group_id, _permissions(granted), asked, if_match=if_match(form))
    except PreconditionFailed as error:
        before, now = opened(form).get(GRANTS, "").split("\n"), _granted(row)
        # What the person ticked and unticked stays, over the table as others left it.
        mine = [one for one in granted if one not in before], [one for one in before if one not in granted]
        merged = [one for one in dict.fromkeys([*now, *mine[0]]) if one not in mine[1]]
        all_lines = await _lines(here, viewer, row, lines)
        said = [_read(here.words, one, all_lines) for one in (before, now)]
        changed = [Changed(here.words("group.permissions"), *said)] if said[0] != said[1] else []
        filled = Filled(refusal=here.words("form.changed"))
        return await _draw(
            here, viewer, row, filled, status(error), asked=asked, granted=merged, lines=lines, changed=changed
        )
    except PortalError as error:
        filled = Filled(refusal=refusal_words(error, here.words))
        return await _draw(here, viewer, row, filled, status(error), asked=asked, granted=granted, lines=lines)
    return go(f"/groups/{group_id}?notice=permitted")


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
    row = await use.groups.one(viewer, group_id, asked)
    try:
        await use.groups.delete(viewer, token, group_id, asked, if_match=if_match(form))
    except PreconditionFailed as error:
        now, before = await _shown(here, viewer, row), opened(form)
        changed = [Changed(name, before[name], now[name]) for name in meanwhile(before, now)]
        return await _ask(here, viewer, row, here.words("form.changed"), status(error), changed=changed)
    except PortalError as error:
        return await _ask(here, viewer, row, refusal_words(error, here.words), status(error))
    return go("/groups?notice=deleted")


def _texts(form: FormData, name: str) -> list[str]:
    return [one for one in form.getlist(name) if isinstance(one, str)]


def _ids(form: FormData, name: str) -> list[UUID]:
    found = []
    for one in _texts(form, name):
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def _permissions(granted: Sequence[str]) -> list[dict[str, Any]]:
    """Return the ticks of the table as the API has them: one entry for each row that has any."""
    rows: dict[str, list[str]] = {}
    for grant in granted:
        key, _, action = grant.rpartition(":")
        if action in tuple(Action):
            rows.setdefault(key, []).append(action)
    parts = [(key.partition(":"), actions) for key, actions in rows.items()]
    return [
        {"serviceName": service, "contractId": contract or None, "actions": actions}
        for (service, _, contract), actions in parts
    ]


def _granted(row: Group) -> list[str]:
    return [f"{one.service_name}:{one.contract_id or ''}:{action}" for one in row.permissions for action in one.actions]


async def _lines(here: Frame, viewer: Viewer, row: Group, more: Sequence[str]) -> list[Line]:
    """Return the rows: every service, each service, then the contracts that have a row of their own."""
    words, permittables = here.words, here.use.permittables
    services = {*await permittables.services(viewer), *(one.service_name for one in row.permissions)} - {EVERY}
    lines = [Line(key=f"{name}:", words=service_words(words, name)) for name in (EVERY, *sorted(services))]
    own = [f"{one.service_name}:{one.contract_id}" for one in row.permissions if one.contract_id]
    keys = dict.fromkeys([*own, *more])
    found = (await permittables.those(viewer, ids_in(keys))).values()
    known = {f"{one.service_name}:{one.contract_id}": one for one in found}
    for key in keys:
        if key in known:
            one = known[key]
            lines.append(Line(key=key, words=service_words(words, one.service_name), contract=one.contract_number))
    return lines


async def _shown(here: Frame, viewer: Viewer, row: Group) -> dict[str, str]:
    """Return what a page shows of a group, as people read it."""
    words = here.words
    return {
        words("group.name"): row.name,
        words("group.description"): row.description,
        words("group.permissions"): _read(words, _granted(row), await _lines(here, viewer, row, ())),
    }


def _read(words: Words, granted: Sequence[str], lines: Sequence[Line]) -> str:
    """Return ticks of the table as people read them."""
    said = [
        f"{' '.join(filter(None, (line.words, line.contract)))}: {', '.join(actions)}"
        for line in lines
        if (actions := [words(f"group.action.{one}") for one in Action if f"{line.key}:{one}" in granted])
    ]
    return "; ".join(said)


async def _ask(
    here: Frame,
    viewer: Viewer,
    row: Group,
    refusal: str = "",
    number: int = 200,
    *,
    changed: Sequence[Changed] = (),
) -> Response:
    back = f"/groups/{row.group_id}"
    return await here.page(
        "confirm.html",
        number,
        title=here.words("group.delete.title", name=row.name),
        then=here.words("group.delete.then", n=row.members),
        deed=here.words("group.delete"),
        name=row.name,
        trail=(here.words("groups.title"), "/groups"),
        back=back,
        action=f"{back}/deletion",
        danger=True,
        refusal=refusal,
        version=row.version,
        opened=opened_with(await _shown(here, viewer, row)),
        changed=changed,
    )


async def _draw(
    here: Frame,
    viewer: Viewer,
    row: Group,
    filled: Filled,
    number: int = 200,
    *,
    asked: Asked,
    find: str = "",
    cursor: str = "",
    notice: str = "",
    granted: Sequence[str] | None = None,
    lines: Sequence[str] = (),
    version: str = "",
    kept: str = "",
    changed: Sequence[Changed] = (),
    stale: bool = False,
) -> Response:
    use, find = here.use, sought(find)
    members = await use.people.page(viewer, asked, PeopleWanted(group=row.group_id), limit=ROWS, cursor=cursor or None)
    found = await use.people.page(viewer, asked, PeopleWanted(q=find), limit=FOUND) if find else None
    return await here.page(
        "groups/detail.html",
        number,
        row=row,
        members=members,
        found=found,
        find=find,
        cursor=cursor,
        form=filled,
        notice=notice,
        actions=tuple(Action),
        granted=_granted(row) if granted is None else granted,
        lines=await _lines(here, viewer, row, lines),
        version=version,
        opened=kept or opened_with({GRANTS: "\n".join(_granted(row))}),
        changed=changed,
        stale=stale,
    )
