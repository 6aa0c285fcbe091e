"""A user is added or changed: one form, every error at its field. Next stop: application/people.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from starlette.datastructures import FormData

from gateway.application.asked import Asked
from gateway.application.directory import GroupName, Person
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.sessions import DEFAULT_TIMEZONE
from gateway.application.viewer import Role, Viewer
from gateway.web.changes import Changed, Start, if_match, meanwhile, opened, start_at, start_of, typed_by_person
from gateway.web.fields import CHOSEN, DECIDED, OPTIONAL, TYPED, label, refused_fields, shown, values_of
from gateway.web.forms import Filled, refusal_words, same_wish, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.words import Words
from gateway.web.zones import Group as Zones
from gateway.web.zones import zones
from kernel.domain.errors import PortalError, PreconditionFailed

router = APIRouter(include_in_schema=False)

LONGEST = {"comment": 1000, "email": 254}
GROUPS = "groupIds"
MOST_GROUPS = 500
OFFERED = 150
"""How many groups a form offers; of more, the pages of the groups say who is in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What there is to choose from: value, words, what it means."""

    languages: Sequence[tuple[str, str, str]]
    zones: Sequence[Zones]
    factors: Sequence[tuple[str, str, str]]
    roles: Sequence[tuple[str, str, str]]
    groups: Sequence[tuple[str, str, str]]
    trusts: Sequence[tuple[str, str, str]]
    more_groups: int = 0
    """How many groups are not offered here."""


def options(
    words: Words,
    zone: str,
    factors: Sequence[str] = (),
    groups: Sequence[GroupName] = (),
    chosen: Sequence[str] = (),
) -> Options:
    """Return what a form about a person offers: the first groups, and all that are *chosen*."""
    offered = [one for place, one in enumerate(groups) if place < OFFERED or str(one.group_id) in chosen]
    return Options(
        languages=[(one, words(f"user.language.{one}"), "") for one in ("ja", "en")],
        zones=zones(words, zone),
        factors=[(one, words(f"factor.{one}"), words(f"user.factor.help.{one}")) for one in factors],
        roles=[
            (one, words(f"role.{one}"), words(f"user.role.help.{one}"))
            for one in (Role.GENERAL_USER, Role.PORTAL_ADMIN)
        ],
        groups=[(str(one.group_id), one.name, "") for one in offered],
        trusts=[(one, words(f"user.browser-trust.{one}"), "") for one in ("AS_COMPANY", "ALLOWED", "FORBIDDEN")],
        more_groups=len(groups) - len(offered),
    )


@router.api_route("/users/new", methods=["GET", "HEAD"])
async def new(here: Here, viewer: CurrentViewer, asked: AskedHere) -> Response:
    """Show the empty form; what is chosen already is what most people want."""
    usual = {
        "mailLanguage": here.language,
        "timezone": DEFAULT_TIMEZONE,
        "secondFactor": "TOTP",
        "role": Role.GENERAL_USER,
    }
    return await _draw(here, viewer, asked, Filled(values=usual))


@router.post("/users/new")
async def add(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Add the user; nothing is kept until every field is right."""
    typed, chosen = said(form), _groups(form)
    if errors := _missing(here.words, typed):
        return await _draw(here, viewer, asked, Filled(values=typed, errors=errors), 422, chosen=chosen)
    fields = {name: value or None for name, value in typed.items()} | {GROUPS: chosen}
    try:
        user_id = await use.people.add(viewer, token, fields, asked)
    except PortalError as error:
        filled = refused(here.words, typed, error)
        return await _draw(here, viewer, asked, filled, status(error), chosen=chosen, key=same_wish(error, asked))
    return go(f"/users/{user_id}?notice=added")


@router.api_route("/users/{user_id}/edit", methods=["GET", "HEAD"])
async def edit(user_id: UUID, here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere) -> Response:
    """Show the form with what is known."""
    row = await use.people.one(viewer, user_id, asked)
    return await _draw(here, viewer, asked, Filled(values=values_of(row)), row=row, chosen=_member_of(row))


@router.post("/users/{user_id}/edit")
async def change(
    *,
    user_id: UUID,
    viewer: CurrentViewer,
    form: CheckedForm,
    here: Here,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Change what the person at the form changed, and nothing else."""
    row = await use.people.one(viewer, user_id, asked)
    typed, chosen, before = said(form) | {"email": row.email}, _groups(form), opened(form)
    # A form that was opened before there was this field has nothing to say of it.
    typed[DECIDED] = text(form, DECIDED, 20) or before.get(DECIDED, row.browser_trust)
    mine = typed_by_person(typed | {GROUPS: " ".join(sorted(chosen))}, before)
    if errors := _missing(here.words, typed):
        filled, start = Filled(values=typed, errors=errors), start_of(form)
        return await _draw(here, viewer, asked, filled, 422, row=row, chosen=chosen, start=start)
    fields: dict[str, Any] = {name: value or None for name, value in mine.items() if name not in (GROUPS, "email")}
    if GROUPS in mine:
        fields[GROUPS] = chosen
    if not fields:
        return go(f"/users/{user_id}")
    try:
        await use.people.change(viewer, token, user_id, fields, asked, if_match=if_match(form))
    except PreconditionFailed as error:
        return await _overtaken(here, viewer, asked, row=row, mine=mine, before=before, number=status(error))
    except PortalError as error:
        filled, start, key = refused(here.words, typed, error), start_of(form), same_wish(error, asked)
        return await _draw(here, viewer, asked, filled, status(error), row=row, chosen=chosen, start=start, key=key)
    return go(f"/users/{user_id}?notice=saved")


def said(form: FormData) -> dict[str, str]:
    """Return what was typed and chosen, without the groups."""
    return {name: text(form, name, LONGEST.get(name, 100)).strip() for name in (*TYPED, *CHOSEN)}


def refused(words: Words, typed: Mapping[str, str], error: PortalError) -> Filled:
    """Return the form as it is drawn again after a service said no."""
    if error.code == "email-taken":
        return Filled(values=typed, errors={"email": words("user.email.taken")})
    if errors := refused_fields(words, error):
        return Filled(values=typed, errors=errors)
    return Filled(values=typed, refusal=refusal_words(error, words))


def _missing(words: Words, typed: Mapping[str, str]) -> dict[str, str]:
    keys = {name: "field.choose" if name in (*CHOSEN, "timezone") else "field.missing" for name in typed}
    return {
        name: words(keys[name], field=label(words, name))
        for name in ("name", "email", "phoneNumber", "mailLanguage", "timezone", "secondFactor", "role")
        if not typed[name] and name not in OPTIONAL
    }


def _groups(form: FormData) -> list[str]:
    return [one for one in form.getlist(GROUPS) if isinstance(one, str)][:MOST_GROUPS]


def _member_of(row: Person) -> list[str]:
    return [str(one.group_id) for one in row.groups]


async def _overtaken(
    here: Frame,
    viewer: Viewer,
    asked: Asked,
    *,
    row: Person,
    mine: Mapping[str, str],
    before: Mapping[str, str],
    number: int,
) -> Response:
    """Draw the form anew over what it is now: what the person typed stays, the rest is as others left it."""
    names = {str(one.group_id): one.name for one in await here.use.groups.names(viewer, asked)}
    now = _opened(row)
    changed = [
        Changed(label(here.words, name), *(_shown(here.words, name, one, names) for one in (before[name], now[name])))
        for name in meanwhile(before, now)
    ]
    merged = {**now, **mine}
    chosen = merged.pop(GROUPS).split()
    filled = Filled(values=merged, refusal=here.words("form.changed"))
    return await _draw(here, viewer, asked, filled, number, row=row, chosen=chosen, changed=changed)


def _shown(words: Words, name: str, value: str, groups: Mapping[str, str]) -> str:
    if name == GROUPS:
        return ", ".join(groups.get(one, one) for one in value.split())
    return shown(words, name, value)


def _opened(row: Person) -> dict[str, str]:
    return values_of(row) | {GROUPS: " ".join(sorted(_member_of(row)))}


async def _draw(
    here: Frame,
    viewer: Viewer,
    asked: Asked,
    filled: Filled,
    number: int = 200,
    *,
    row: Person | None = None,
    chosen: Sequence[str] = (),
    start: Start | None = None,
    changed: Sequence[Changed] = (),
    key: str | None = None,
) -> Response:
    settings = await here.use.tenant_settings.show(viewer, asked)
    # A method that the company no longer allows stays with who has it until it is changed.
    kept = (row.second_factor,) if row and row.second_factor not in settings.second_factors else ()
    offered = options(
        here.words,
        filled.values.get("timezone", ""),
        (*settings.second_factors, *kept),
        await here.use.groups.names(viewer, asked),
        chosen,
    )
    return await here.page(
        "users/form.html",
        number,
        key=key,
        form=filled,
        row=row,
        start=start or (start_at(row.version, _opened(row)) if row else None),
        chosen=chosen,
        changed=changed,
        options=offered,
    )
