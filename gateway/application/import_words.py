"""A file of people as companies have them: columns and values by any name they go by. Next stop: export_words.py.

An export of ours is read again, whichever language it was written in, if it holds whole phone numbers. One that hides
them, as exports do unless they are asked otherwise, is read too, but each of its rows is refused where it is judged:
the beginning of a number must not become somebody's number.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.application.directory import GroupName
from gateway.application.export_words import HEADING, WORDS, heading
from gateway.application.sessions import DEFAULT_TIMEZONE
from gateway.application.viewer import Role
from kernel.domain.errors import Invalid

MOST_ROWS = 1000
USUAL = {
    "mailLanguage": "ja",
    "timezone": DEFAULT_TIMEZONE,
    "secondFactor": "TOTP",
    "role": str(Role.GENERAL_USER),
}
"""What stands for a cell that is left empty."""

GROUPS = "groupIds"
FIELDS: Sequence[str | None] = (
    "name",
    "email",
    "title",
    "role",
    "phoneNumber",
    "mobilePhoneNumber",
    None,
    "secondFactor",
    GROUPS,
    None,
    "mailLanguage",
    "timezone",
    "comment",
)
"""The field of each column of an export; None for what a new user cannot have yet."""

_NAMES: Mapping[str, str | None] = {
    called.casefold(): field
    for words, field in zip(HEADING, FIELDS, strict=True)
    for called in (*words, *((field,) if field else ()))
} | {"groups": GROUPS}
_ROLES = {called.casefold(): str(role) for role in Role for called in WORDS[role]}
_APART = re.compile(r"[,、;\n]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x9f\uf8f0-\uf8ff]")
"""What is read where bytes were no text: control characters, and what stands for bytes that Shift_JIS does not have."""
_GUARDED = re.compile(r"^'(?=[=+\-@＝＋－＠])")  # noqa: RUF001 - the wide ones count too
"""What an export puts before a cell that a spreadsheet would run."""


@dataclass(frozen=True, slots=True)
class Line:
    """A person of a file."""

    number: int
    """Where a spreadsheet shows it: the heading is 1."""
    row: Mapping[str, Any]
    """As the API has it."""


def columns(language: str) -> Sequence[str]:
    """Return what the columns of a file are called that has all there are."""
    said = zip(heading(language), FIELDS, strict=True)
    return [called for called, field in said if field]


def read(content: bytes) -> str:
    """Return a file's text: UTF-8, or what Japanese spreadsheets write instead. Raises: Invalid."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NO_TEXT.search(text):
            return text
    raise _refused("malformed")


def people_in(text: str, groups: Iterable[GroupName]) -> Sequence[Line]:
    """Return the rows; groups are found by their names. Raises: Invalid."""
    try:
        lines = list(enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1))
    except csv.Error:
        raise _refused("malformed") from None
    first, *people = [one for one in lines if any(map(str.strip, one[1]))] or [(0, [])]
    fields = _fields(first[1])
    if not people or len(people) > MOST_ROWS:
        raise _refused("too-many" if people else "too-few")
    called = {one.name.casefold(): str(one.group_id) for one in groups}
    return [Line(number, _person(fields, line, called)) for number, line in people]


def _fields(first: Sequence[str]) -> Sequence[str | None]:
    names = [cell.strip() for cell in first]
    if unknown := [name for name in names if name.casefold() not in _NAMES]:
        raise _refused("unknown-column", ", ".join(unknown)[:200])
    fields = [_NAMES[name.casefold()] for name in names]
    said = [one for one in fields if one]
    if len(set(said)) != len(said):
        raise _refused("column-twice")
    return fields


def _person(fields: Sequence[str | None], line: Sequence[str], groups: Mapping[str, str]) -> Mapping[str, Any]:
    if len(line) > len(fields):
        # A cell that no column names would be lost; the row is refused for it where it is judged.
        return {"": line[len(fields) :]}
    cells = {field: _GUARDED.sub("", cell.strip()) for field, cell in zip(fields, line, strict=False) if field}
    row: dict[str, Any] = {**USUAL, **{name: cell for name, cell in cells.items() if cell}}
    row["role"] = _ROLES.get(row["role"].casefold(), row["role"])
    if GROUPS in row:
        row[GROUPS] = _group_ids(cells[GROUPS], groups)
    return row


def _group_ids(cell: str, groups: Mapping[str, str]) -> Sequence[str]:
    """Return the ids of the groups that a cell names; what names none is left for whoever judges the row."""
    names = [cell] if cell.casefold() in groups else [one.strip() for one in _APART.split(cell)]
    return [groups.get(name.casefold(), name) for name in names if name]


def _refused(code: str, detail: str = "") -> Invalid:
    return Invalid(errors=[{"pointer": "/file", "code": code, "detail": detail}])
