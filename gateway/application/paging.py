"""A part of a list and the way to the next one. Next stop: board_ports.py."""

import base64
import binascii
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.application.board_ports import Listed, Place
from gateway.application.errors import CursorUnreadable

Row = TypeVar("Row")
Other = TypeVar("Other")

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A part of a list."""

    items: Sequence[Row]
    next_cursor: str | None = None
    """Asks for the rows after these; None at the end."""

    def of(self, made: Callable[[Row], Other]) -> "Page[Other]":
        """Return the same part with other items."""
        return Page([made(one) for one in self.items], self.next_cursor)


def cut(found: Sequence[Listed[Row]], limit: int) -> Page[Row]:
    """Return the first *limit* rows; one more than that was asked for, to know whether there is more."""
    shown = found[:limit]
    return Page([one.row for one in shown], cursor(shown[-1].place) if len(found) > limit else None)


def cursor(place: Place) -> str:
    """Return a place as a caller carries it."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place(cursor: str | None) -> Place | None:
    """Return the place of a cursor; None for the beginning. Raises: CursorUnreadable."""
    if not cursor:
        return None
    try:
        octets = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        score, key = json.loads(octets)
        well_formed = isinstance(score, str) and math.isfinite(float(score)) and isinstance(key, str)
    except (binascii.Error, ValueError, TypeError):
        raise CursorUnreadable from None
    if not well_formed or len(key) > LONGEST_KEY or not score.isascii() or score.strip() != score or "_" in score:
        raise CursorUnreadable
    return score, key
