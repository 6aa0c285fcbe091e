"""Mail addresses with domains in any script: compared as one, delivered in ASCII, refused where they deceive."""

import pytest
from pydantic import TypeAdapter, ValidationError

from kernel.adapters.http.texts import MailAddress
from kernel.adapters.mail_addresses import comparable, deliverable, mixes_scripts

ADDRESS: TypeAdapter[str] = TypeAdapter(MailAddress)
WIDE = {ord("a") + n: chr(0xFF41 + n) for n in range(26)}
CYRILLIC_A = "\u0430"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hanako@例え.jp", "hanako@xn--r8jz45g.jp"),
        ("Hanako@例え.JP", " hanako@XN--R8JZ45G.jp "),
        ("hanako@EXÄMPLE.de", "hanako@exa\u0308mple.de"),
        ("hanako@example.jp".translate(WIDE), "hanako@example.jp"),
        ("hanako@ex。ample.jp", "hanako@ex.ample.jp"),
    ],
)
def test_s26_all_spellings_of_an_address_are_one(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)
    assert comparable(one).isascii()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hanako@straße.de", "hanako@strasse.de"),
        (f"hanako@{CYRILLIC_A}pple.com", "hanako@apple.com"),
        ("hanako.sato@example.jp", "hanakosato@example.jp"),
    ],
)
def test_s26_what_is_another_mailbox_stays_another(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@pytest.mark.parametrize("typed", ["", "@", "nobody", "a@", "a@-", "a@" + "x" * 300, "a@b..c", "a@\u0000"])
def test_what_is_no_address_is_compared_with_itself(typed: str) -> None:
    assert comparable(typed) == comparable(typed.upper())


def test_mail_goes_out_to_a_domain_in_ascii() -> None:
    assert deliverable("hanako@例え.jp") == "hanako@xn--r8jz45g.jp"
    assert deliverable("Hanako@example.jp") == "Hanako@example.jp"


@pytest.mark.parametrize(
    "domain",
    [f"{CYRILLIC_A}pple.com", "pa\u0443pal.com", "g\u03bfogle.co.jp", "mail.\u0430b.example.jp"],
)
def test_a_domain_that_mixes_lookalikes_is_refused(domain: str) -> None:
    assert mixes_scripts(domain)
    with pytest.raises(ValidationError) as refused:
        ADDRESS.validate_python(f"hanako@{domain}")
    assert [one["type"] for one in refused.value.errors()] == ["mixed-script"]


@pytest.mark.parametrize(
    "domain", ["例えexample.jp", "カフェー東京tokyo.jp", "почта.example.jp", "삼성korea.kr", "exämple.de", "a-1.jp"]
)
def test_what_people_write_in_one_word_is_taken(domain: str) -> None:
    assert not mixes_scripts(domain)
    assert ADDRESS.validate_python(f"hanako@{domain}").endswith(domain)
