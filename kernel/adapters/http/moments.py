"""Moments as callers write them: any zone outside, UTC inside. Next: schemas.py."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError, PydanticKnownError


def _written(given: object) -> object:
    """Return what was given. Raises: PydanticKnownError for a number, which would be taken for seconds since 1970."""
    if isinstance(given, int | float) or (isinstance(given, str) and "-" not in given[1:5]):
        raise PydanticKnownError("datetime_parsing", {"error": "a moment is written as RFC 3339 says"})
    return given


def _utc(moment: datetime) -> datetime:
    """Return the same moment in UTC. Raises: PydanticCustomError at either end of the calendar, where there is none."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("out-of-range", "Must be a moment that there is in UTC too") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_utc)]
