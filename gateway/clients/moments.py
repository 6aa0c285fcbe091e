"""Moments as the services read them. Next stop: kernel/adapters/http/moments.py."""

from datetime import UTC, datetime
from typing import overload


@overload
def moment(at: datetime) -> str: ...
@overload
def moment(at: None) -> None: ...
def moment(at: datetime | None) -> str | None:
    """Return a moment as a query holds it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
