"""Many users from a file: tried first, then registered; no file is kept. Next stop: application/import_words.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import FormData, UploadFile

from gateway.application import policy
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.import_words import GROUPS, MOST_ROWS, USUAL, Line, columns, people_in, read
from gateway.application.policy import Operation
from gateway.application.spreadsheet import BOM, MEDIA_TYPE
from gateway.application.spreadsheet import lines as lines_of
from gateway.web.fields import LABELS, wrong
from gateway.web.forms import Filled, refusal_words, status, text
from gateway.web.frame import Frame, Here
from gateway.web.words import Words
from kernel.domain.errors import Invalid, PortalError, TooManyTries, Unavailable

router = APIRouter(include_in_schema=False)

WHERE = "/users/import"
LARGEST = 1024 * 1024
"""Bytes of a form that are taken in: a thousand people with long comments."""
SHOWN = 200
"""How many refused rows the page tells of."""
FIRST = 3
"""How many people the page shows as it read them."""
FILE, TABLE, ACTIVATION = "file", "table", "activation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that cannot become a user, and why."""

    number: int
    email: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of a file, or would."""

    done: bool
    added: int
    refused: Sequence[Refused]
    more: int
    """Refused rows that are not shown."""
    first: Sequence[Mapping[str, Any]]


@router.api_route(WHERE, methods=["GET", "HEAD"])
async def show(here: Here, viewer: CurrentViewer) -> Response:
    """Ask for a file."""
    policy.demand(viewer, Operation.IMPORT_USERS)
    return await _draw(here, Filled(values={ACTIVATION: "now"}))


@router.post(WHERE)
async def take(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Say what would come of the file; or register its people, when it was tried before."""
    policy.demand(viewer, Operation.IMPORT_USERS)
    values = {ACTIVATION: "later" if text(form, ACTIVATION, 10) == "later" else "now"}
    tried = text(form, TABLE, LARGEST)
    try:
        table = tried or read(await _content(form))
        lines = people_in(table, await use.groups.names(viewer, asked))
        rows = [one.row for one in lines]
        if tried:
            found = await use.people.import_people(viewer, token, rows, asked, invited=values[ACTIVATION] == "now")
        else:
            found = await use.people.try_import(viewer, rows, asked)
    except Invalid as error:
        return await _draw(here, Filled(values=values, errors={FILE: _unread(here.words, error)}), status(error))
    except PortalError as error:
        filled = Filled(values=values, refusal=refusal_words(error, here.words))
        # Some of the people may have been registered already.
        key = asked.key if isinstance(error, Unavailable | TooManyTries) else None
        return await _draw(here, filled, status(error), table=tried, key=key)
    told = _told(here.words, lines, found, done=bool(tried))
    return await _draw(here, Filled(values=values), told=told, table="" if tried else table)


@router.api_route("/users/import/example.csv", methods=["GET", "HEAD"])
async def example(here: Here, viewer: CurrentViewer) -> Response:
    """Give a table that has the columns and nobody in it."""
    policy.demand(viewer, Operation.IMPORT_USERS)
    named = {"Content-Disposition": 'attachment; filename="users.csv"', "Content-Language": here.language}
    return Response(BOM + lines_of([columns(here.language)]), media_type=MEDIA_TYPE, headers=named)


async def _content(form: FormData) -> bytes:
    file = form.get(FILE)
    if not isinstance(file, UploadFile):
        return b""
    content = await file.read()
    await form.close()
    return content


def _unread(words: Words, error: Invalid) -> str:
    """Return why a file as a whole cannot be read."""
    for one in error.extra.get("errors", ()):
        key = f"import.wrong.{one.get('code')}"
        if words.knows(key):
            return words(key, n=MOST_ROWS, names=one.get("detail", ""))
    return words("import.wrong.malformed")


def _told(words: Words, lines: Sequence[Line], found: Sequence[Mapping[str, Any]], *, done: bool) -> Told:
    refused = [
        Refused(number=line.number, email=str(line.row.get("email", "")), reasons=_reasons(words, one))
        for line, one in zip(lines, found, strict=True)
        if one["code"]
    ]
    first = [line.row for line, one in zip(lines, found, strict=True) if not one["code"]][:FIRST]
    added = len(lines) - len(refused)
    return Told(done=done, added=added, refused=refused[:SHOWN], more=max(0, len(refused) - SHOWN), first=first)


def _reasons(words: Words, found: Mapping[str, Any]) -> Sequence[str]:
    if found["code"] == "email-taken":
        return [words("user.email.taken")]
    fields: dict[str, str] = {}
    for one in found["errors"] or ():
        name = str(one.get("pointer", "")).strip("/").partition("/")[0]
        said = words("import.wrong.group") if name == GROUPS else wrong(words, name, str(one.get("code")))
        fields.setdefault(name, said if name in LABELS else words("import.wrong.cells"))
    return list(fields.values()) or [words("import.wrong.row")]


async def _draw(
    here: Frame,
    filled: Filled,
    number: int = 200,
    *,
    told: Told | None = None,
    table: str = "",
    key: str | None = None,
) -> Response:
    return await here.page(
        "users/import.html", number, key=key, form=filled, told=told, table=table, most=MOST_ROWS, usual=USUAL
    )
