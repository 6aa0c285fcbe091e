"""Which passwords are refused. See: ASVS 5.0, 6.2."""

import pytest

from services.identity.adapters.blocklist import common_passwords
from services.identity.application.password_rules import PasswordRules
from services.identity.application.ports import Said
from services.identity.application.typed import digits, normal

RULES = PasswordRules(common_passwords())
SAID = Said(email="hanako.sato@fujimi-densetsu.co.jp", name="佐藤 花子")


def _codes(password: str, said: Said | None = SAID) -> list[str]:
    return [error["code"] for error in RULES.broken(password, said)]


def test_asvs_6_2_4_the_list_holds_three_thousand_passwords_that_are_long_enough() -> None:
    assert len([word for word in RULES.common if len(word) >= 8]) >= 3000


@pytest.mark.parametrize(
    "password", ["correct horse battery", "zwölf Boxkämpfer", "雨の日は家で本を読む", "x7$kQ2!v", "        ok rain   "]
)
def test_asvs_6_2_5_any_characters_make_a_good_password(password: str) -> None:
    assert _codes(password) == []


def test_asvs_6_2_1_seven_characters_are_too_few_and_eight_enough() -> None:
    assert _codes("q7vk2xz") == ["too-short"]
    assert _codes("q7vk2xzw") == []


def test_asvs_6_2_9_128_characters_are_allowed_and_129_too_many() -> None:
    text = "qvkz-" * 26
    assert _codes(text[:128]) == []
    assert _codes(text[:129]) == ["too-long"]


@pytest.mark.parametrize("password", ["password", "PassWord", "iloveyou", "1qaz2wsx", "trustno1", "qwertyuiop"])
def test_s07_common_passwords_are_refused_in_any_case(password: str) -> None:
    assert "common" in _codes(password)


@pytest.mark.parametrize("password", ["aaaaaaaa", "23456789", "hgfedcba", "ああああああああ"])
def test_rows_and_repetitions_count_as_common(password: str) -> None:
    assert "common" in _codes(password)


@pytest.mark.parametrize(
    "password",
    [
        "portal2024!", "Arcstar-SmartPBX", "nttcom-1234", "ビジネスポータル", "ﾋﾞｼﾞﾈｽﾎﾟｰﾀﾙ1", "MyPortal99",
        "hanako.sato", "Sato-Hanako-1", "fujimi-densetsu", "hanako.sato@fujimi-densetsu.co.jp", "佐藤花子佐藤花子",
    ],
)  # fmt: skip
def test_asvs_6_2_11_words_of_the_portal_and_the_person_are_refused(password: str) -> None:
    assert "context-word" in _codes(password)


def test_a_word_of_the_portal_in_a_long_phrase_is_fine() -> None:
    assert _codes("my portal sings at dawn") == []


def test_the_persons_words_are_only_theirs() -> None:
    assert _codes("hanako.sato", None) == []


def test_every_broken_rule_is_named_at_once() -> None:
    errors = RULES.broken("portal", SAID)
    assert [error["code"] for error in errors] == ["too-short", "context-word"]
    assert {error["pointer"] for error in errors} == {"/password"}
    assert all(error["detail"] for error in errors)


def test_a13_a_password_is_the_same_however_a_keyboard_composes_it() -> None:
    assert normal("Passwo\u0308rter ｶﾞ") == normal("Passw\u00f6rter ガ")


def test_digits_may_be_wide_or_spaced() -> None:
    assert digits(" 123 \uff14\uff15\uff16 ") == "123456"
