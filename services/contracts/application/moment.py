"""When something became true: said by who reports it, else now. Next stop: the handlers."""

from datetime import datetime, timedelta

from services.contracts.domain.errors import NotYet

SKEW = timedelta(minutes=5)
"""How far the clocks of two systems may be apart."""


def happened(occurred_at: datetime | None, now: datetime) -> datetime:
    """Return the moment of a report. Raises: NotYet."""
    if occurred_at is None:
        return now
    if occurred_at > now + SKEW:
        raise NotYet
    return min(occurred_at, now)
