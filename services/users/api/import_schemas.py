"""Rows of people, and what came of each. Next stop: importing.py."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from kernel.adapters.http.body import Body, Reply

MOST_ROWS = 1000


class Rows(Body):
    """People who are to become users; a row says the fields of the form, an empty one is a field that was left out."""

    rows: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=MOST_ROWS)]
    invited: bool = True
    """Whether their links to set the portal up go out at once."""
    dry_run: bool = False
    """Only say what would come of each row."""


class Row(Reply):
    """What came of one row."""

    row: int
    user_id: UUID | None = None
    """Nobody when it was refused."""
    code: str | None = None
    errors: list[dict[str, str]] | None = None


class RowsReply(Reply):
    """What came of all rows, in their order."""

    rows: list[Row]
