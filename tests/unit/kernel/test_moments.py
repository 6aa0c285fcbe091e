"""Moments as callers write them."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from kernel.adapters.http.moments import Moment

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


@pytest.mark.parametrize("text", ["2026-11-24T09:00:00Z", "2026-11-24T18:00:00+09:00", "2026-11-24 09:00:00Z"])
def test_s31_a_moment_of_any_zone_is_one_in_utc(text: str) -> None:
    assert MOMENT.validate_python(text) == datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize("number", ["1.5", "1764000000", "-1", "+12", "1e9", 1.5, 1764000000, ""])
def test_a11_a_number_is_no_moment(number: object) -> None:
    with pytest.raises(ValidationError) as refused:
        MOMENT.validate_python(number)
    assert refused.value.errors()[0]["type"] == "datetime_parsing"
