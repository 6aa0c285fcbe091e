"""Many rows as they were sent: JSON, or a table as CSV. Next stop: api/operator_facts.py, api/importing.py."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from gateway.api.schemas.facts import MOST_ROWS, ManyRows
from kernel.adapters.http.entrance import is_deep
from kernel.adapters.http.problems import field_errors
from kernel.adapters.http.refusals import TooDeep
from kernel.domain.errors import Invalid

LISTS = frozenset({"contractNumbers", "groupIds"})
"""Columns whose cells hold several, with blanks between."""

MOST_COLUMNS = 50
LONGEST_NAME = 60
"""A column's name stands in each of its rows: a long one above a thousand rows would be sent on a thousand times."""

TABLE = {"text/csv": {"schema": {"type": "string", "description": "RFC 4180 with a heading, UTF-8."}}}
"""How a table stands in the description of what takes one."""


def rows_of(content_type: str, body: bytes) -> Sequence[Mapping[str, Any]]:
    """Return the rows. Raises: Invalid; TooDeep."""
    if content_type.partition(";")[0].strip().lower() == "text/csv":
        return _table(body)
    if is_deep(body):
        raise TooDeep
    try:
        return _narrow(ManyRows.model_validate(json.loads(body)).rows)
    except ValidationError as wrong:
        errors = [{**one, "loc": ("body", *one["loc"])} for one in wrong.errors(include_input=False)]
        raise Invalid(errors=field_errors(errors)) from None
    except ValueError:
        raise _refused("", "malformed-json", "Cannot be read") from None


def _narrow(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return rows of which none says more than any form asks: what is wrong is told of each of its members."""
    for number, row in enumerate(rows):
        if len(row) > MOST_COLUMNS:
            raise _refused(f"/rows/{number}", "too-many", f"Must have at most {MOST_COLUMNS} members")
    return rows


def _table(body: bytes) -> Sequence[Mapping[str, Any]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused("", "malformed", "Must be UTF-8") from None
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise _refused("", "malformed", "Must be CSV, see RFC 4180") from None
    heading, rows = (lines[0], [line for line in lines[1:] if any(line)]) if lines else ([], [])
    if not rows or len(rows) > MOST_ROWS:
        raise _refused("/rows", "too-many" if rows else "too-few", f"Must hold 1 to {MOST_ROWS} rows below its heading")
    if len(heading) > MOST_COLUMNS or any(len(name) > LONGEST_NAME for name in heading):
        detail = f"Must have at most {MOST_COLUMNS} columns, with names of at most {LONGEST_NAME} characters"
        raise _refused("/rows", "too-many", detail)
    if len(set(heading)) != len(heading) or not all(heading):
        raise _refused("/rows", "malformed", "Each column needs a name of its own")
    return [_row(heading, line) for line in rows]


def _row(heading: Sequence[str], line: Sequence[str]) -> Mapping[str, Any]:
    if len(line) > len(heading):
        # A cell that no column names would be lost; the row is refused for it where it is judged.
        return {"": line[len(heading) :]}
    return {
        name: cell.split() if name in LISTS else cell.strip()
        for name, cell in zip(heading, line, strict=False)
        if cell.strip()
    }


def _refused(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(errors=[{"pointer": pointer, "code": code, "detail": detail}])
