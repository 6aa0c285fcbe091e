"""When what a person says counts as the same as what is registered."""

import pytest

from kernel.adapters.mail_addresses import comparable
from services.identity.adapters.fingerprints import (
    PepperedFingerprints,
    normal_name,
    normal_phone,
)
from services.identity.application.ports import Said

PRINTS = PepperedFingerprints(b"p" * 32)


def _wide(text: str) -> str:
    """Return ASCII as a Japanese keyboard in its wide mode writes it."""
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


@pytest.mark.parametrize(
    "typed",
    ["03-1234-5678", "0312345678", "03 1234 5678", "+81 3 1234 5678", "+81-3-1234-5678", _wide("03-1234-5678"),
     "03ー1234ー5678", "03\u22121234\u22125678", "(03) 1234-5678"],
)  # fmt: skip
def test_s06_a_phone_number_is_the_same_however_it_is_written(typed: str) -> None:
    assert normal_phone(typed) == "+81312345678"


@pytest.mark.parametrize("typed", ["03-1234-5679", "06-1234-5678", "+82 3 1234 5678", "abc", ""])
def test_s06_another_number_is_another(typed: str) -> None:
    assert normal_phone(typed) != "+81312345678"


@pytest.mark.parametrize("typed", ["佐藤 花子", "佐藤花子", "佐藤　花子", " 佐藤 花子 "])
def test_s06_a_name_is_the_same_with_any_space(typed: str) -> None:
    assert normal_name(typed) == "佐藤花子"


def test_s06_width_does_not_matter_and_a_long_vowel_does() -> None:
    assert normal_name("ｻﾄｳ ﾊﾅｺ") == normal_name("サトウ ハナコ")
    assert normal_name("オーノ") != normal_name("オノ")


def test_s06_a_mail_address_keeps_its_hyphens_and_loses_its_case() -> None:
    assert comparable(" Hanako-Sato@Example.CO.JP ") == "hanako-sato@example.co.jp"
    assert comparable("hanako-sato@example.co.jp") != comparable("hanakosato@example.co.jp")


def test_fingerprints_hide_the_text_and_differ_by_kind_and_pepper() -> None:
    said = Said(email="same", name="same", phone="same")
    mine, other = PRINTS.of(said), PepperedFingerprints(b"q" * 32).of(said)
    assert len({mine.email, mine.name, mine.phone, other.email}) == 4
    assert b"same" not in bytes(mine)


def test_an_ipv6_site_is_one_network_and_an_ipv4_address_another() -> None:
    one = PRINTS.network("a@b", "2001:db8:1:2::1")
    assert one == PRINTS.network("a@b", "2001:db8:1:2:ffff::9")
    assert one != PRINTS.network("a@b", "2001:db8:1:3::1")
    assert PRINTS.network("a@b", "192.0.2.1") != PRINTS.network("a@b", "192.0.2.2")
    assert PRINTS.network("a@b", "::ffff:192.0.2.1") == PRINTS.network("a@b", "192.0.2.1")
    assert PRINTS.network("a@b", "nonsense") == PRINTS.network("a@b", "")
