"""Moments as callers write them: any zone outside, UTC inside. Next: schemas.py."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime
from pydantic_core import PydanticCustomError


def _utc(moment: datetime) -> datetime:
    """Return the same moment in UTC. Raises: PydanticCustomError at either end of the calendar, where there is none."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("out-of-range", "Must be a moment that there is in UTC too") from None


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
