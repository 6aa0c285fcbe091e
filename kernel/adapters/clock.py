"""The time, and fresh ids made of it: what services are given as `Clock` and `NewId`."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def utc_now() -> datetime:
    """Return the time as aware UTC."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """Return a fresh UUIDv7. See: RFC 9562, section 5.7."""
    return uuid7()
