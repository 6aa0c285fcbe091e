"""Where to look on in several logs, as one cursor. Next stop: paging.py."""

from collections.abc import Mapping, Sequence

from gateway.application import paging
from gateway.application.errors import CursorUnreadable

_START = "0"
"""Stands where other lists say by what they are sorted."""


def cursor_of(places: Mapping[str, int]) -> str:
    """Return where to look on in each log, as a caller carries it."""
    return paging.cursor((_START, ",".join(f"{name}={place}" for name, place in places.items())))


def places_of(cursor: str | None, known: Sequence[str]) -> Mapping[str, int]:
    """Return the places of a cursor; none for the beginning. Raises: CursorUnreadable."""
    found = paging.place(cursor)
    if found is None:
        return {}
    places = {}
    try:
        # Where no log answered yet there is no place, and the cursor says so.
        for one in found[1].split(",") if found[1] else ():
            name, place = one.split("=")
            places[name] = int(place)
    except ValueError:
        raise CursorUnreadable from None
    if found[0] != _START or not all(name in known and 0 <= place < 2**63 for name, place in places.items()):
        raise CursorUnreadable
    return places
