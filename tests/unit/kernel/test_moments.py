"""Moments as callers write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from pydantic import TypeAdapter, ValidationError

from kernel.adapters.http.moments import FIRST, LAST, Moment

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


@pytest.mark.parametrize("text", ["2026-11-24T09:00:00Z", "2026-11-24T18:00:00+09:00", "2026-11-24 09:00:00Z"])
def test_s31_a_moment_of_any_zone_is_one_in_utc(text: str) -> None:
    assert MOMENT.validate_python(text) == datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize("number", ["1.5", "1764000000", "-1", "+12", "1e9", 1.5, 1764000000, ""])
def test_a11_a_number_is_no_moment(number: object) -> None:
    with pytest.raises(ValidationError) as refused:
        MOMENT.validate_python(number)
    assert refused.value.errors()[0]["type"] == "datetime_parsing"


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_s31_a_moment_that_some_zone_does_not_have_is_none(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MOMENT.validate_python(text)
    assert refused.value.errors()[0]["type"] == "out-of-range"


@pytest.mark.parametrize("moment", [FIRST, LAST])
def test_s31_the_first_and_the_last_moment_are_moments_in_every_zone(moment: datetime) -> None:
    assert MOMENT.validate_python(moment.isoformat()) == moment
    for name in available_timezones():
        assert moment.astimezone(ZoneInfo(name)) == moment
