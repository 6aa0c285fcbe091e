"""Where a page of a list ended, as a caller carries it to the next one. Next stop: own.py, administration.py."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from kernel.domain.errors import Invalid
from services.identity.application.records import Before


class CursorUnreadable(Invalid):
    """The cursor was changed, or is none of ours."""

    code = "cursor-unreadable"


def cursor_of(place: Before | None) -> str | None:
    """Return a place as text; it says nothing that the page did not show."""
    if place is None:
        return None
    at, record_id = place
    return base64.urlsafe_b64encode(f"{at.isoformat()} {record_id}".encode()).decode().rstrip("=")


def place_of(cursor: str | None) -> Before | None:
    """Return the place of a text. Raises: CursorUnreadable."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        at, _, record_id = text.partition(" ")
        place = datetime.fromisoformat(at), UUID(record_id)
    except (ValueError, binascii.Error):
        raise CursorUnreadable from None
    if place[0].tzinfo is None:
        raise CursorUnreadable
    return place
