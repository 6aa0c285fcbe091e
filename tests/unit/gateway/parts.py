"""Parts of lists as the fakes give them: a cursor holds for one tenant alone, as the real ones do."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from gateway.application.session import Session
from kernel.domain.errors import Invalid


class CursorForeign(Invalid):
    """As users says it."""

    code = "cursor-unreadable"


def part(session: Session, rows: Sequence[Any], limit: int, cursor: str | None) -> dict[str, Any]:
    """Return a part of a list; its cursor holds for one tenant alone, as the real ones do."""
    first = start(cursor, session.tenant_id)
    last = first + limit
    following = f"{session.tenant_id}/{last}" if len(rows) > last else None
    return {"items": tuple(rows[first:last]), "next_cursor": following}


def start(cursor: str | None, tenant_id: UUID) -> int:
    """Return where a part begins."""
    if cursor is None:
        return 0
    tenant, _, place = cursor.partition("/")
    if tenant != str(tenant_id) or not place.isdecimal():
        raise CursorForeign
    return int(place)
