"""Rows as CSV that a spreadsheet opens as text, whatever somebody typed into a name. Next stop: people.py."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
"""Without it the spreadsheet most used in Japan reads UTF-8 as Shift_JIS."""

MEDIA_TYPE = "text/csv; charset=utf-8"

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide ones count too


def lines(rows: Iterable[Sequence[str | None]]) -> str:
    """Return rows as lines of CSV. See: RFC 4180."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([cell(one) for one in row] for row in rows)
    return out.getvalue()


def cell(text: str | None) -> str:
    """Return a cell that is no formula. See: OWASP, CSV Injection."""
    if not text:
        return ""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA) else text
