"""How people are found: names in any spelling, phone numbers by their digits."""

import pytest

from services.users.adapters.searching import pattern, phone_keys, wanted_texts
from tests.unit.users.test_user_handlers import WIDE


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("03-1234-5678", ["0312345678", "81312345678"]),
        ("+81 3-1234-5678", ["81312345678"]),
        ("03-1234-5678".translate(WIDE), ["0312345678", "81312345678"]),
        ("+44 20 7946 0018", ["442079460018"]),
    ],
)
def test_m5_a_phone_number_is_found_as_written_and_as_the_world_dials_it(written: str, keys: list[str]) -> None:
    assert phone_keys(written, None).split("\n") == keys


def test_two_numbers_are_found_each() -> None:
    assert phone_keys("03-1234-5678", "090-1111-2222").count("\n") == 3
    assert phone_keys("", None) == ""


@pytest.mark.parametrize(
    ("typed", "looked_for"),
    [
        ("SATO".translate(WIDE), ("sato",)),
        ("佐藤", ("佐藤",)),
        ("090-1111", ("090-1111", "0901111")),
        ("+81 90", ("+81 90", "8190")),
        ("0901111", ("0901111",)),
        ("a-1", ("a-1",)),
        ("--", ("--",)),
    ],
)
def test_m5_what_may_be_of_a_phone_number_is_looked_for_as_digits_too(typed: str, looked_for: tuple[str, ...]) -> None:
    assert wanted_texts(typed) == looked_for


def test_what_means_something_in_a_pattern_is_text_when_typed() -> None:
    assert pattern(r"10%_\x") == r"%10\%\_\\x%"
