"""What recovery codes look like, and how people may type them."""

import re

import pytest

from services.identity.adapters.secret_texts import new_recovery_codes
from services.identity.application.recovery import COUNT, FINDS, LENGTH
from services.identity.application.typed import recovery


def test_sh02_codes_have_60_bits_and_differ_in_what_finds_them() -> None:
    codes = new_recovery_codes(COUNT)
    assert len({code[:FINDS] for code in codes}) == COUNT
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    assert {len(recovery(code)) for code in codes} == {LENGTH}
    assert not set(codes) & set(new_recovery_codes(COUNT))


@pytest.mark.parametrize(
    "typed",
    ["7k2m-qxrt-4hn0", "7K2MQXRT4HN0", " 7k2m qxrt 4hno ", "７Ｋ２Ｍ－ＱＸＲＴ－４ＨＮ０", "7K2M—QXRT—4HNO"],  # noqa: RUF001 - what people type
)
def test_a_code_may_be_typed_in_any_case_width_and_with_any_gaps(typed: str) -> None:
    assert recovery(typed) == "7K2MQXRT4HN0"


def test_a_code_of_the_app_is_no_recovery_code() -> None:
    assert len(recovery("123 456")) != LENGTH
