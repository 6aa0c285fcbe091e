"""Moments as callers write them: any zone outside, UTC inside. Next: schemas.py."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError, PydanticKnownError

_DAY = timedelta(days=1)
FIRST, LAST = datetime.min.replace(tzinfo=UTC) + _DAY, datetime.max.replace(tzinfo=UTC) - _DAY
"""Between them a moment is one in every zone; no zone is a day from UTC."""


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC. Raises: OverflowError at either end of the calendar, which some zone is beyond."""
    found = moment.astimezone(UTC)
    if not FIRST <= found <= LAST:
        raise OverflowError("not in every zone")
    return found


def _written(given: object) -> object:
    """Return what was given. Raises: PydanticKnownError for a number, which would be taken for seconds since 1970."""
    if isinstance(given, int | float) or (isinstance(given, str) and "-" not in given[1:5]):
        raise PydanticKnownError("datetime_parsing", {"error": "a moment is written as RFC 3339 says"})
    return given


def _utc(moment: datetime) -> datetime:
    """Return the same moment in UTC. Raises: PydanticCustomError where there is none in every zone."""
    try:
        return in_utc(moment)
    except OverflowError:
        raise PydanticCustomError("out-of-range", "Must be a moment that there is in every zone") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_utc)]
