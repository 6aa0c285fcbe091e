"""Which codes of an authenticator count. See: docs/decisions/0014, RFC 6238."""

import base64
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from services.identity.adapters.totp import AppSeeds

SEED = base64.b32encode(b"12345678901234567890").decode()
SEEDS = AppSeeds()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_s15_the_vectors_of_the_rfc_hold(seconds: int, code: str) -> None:
    assert SEEDS.step(SEED, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


@pytest.mark.parametrize(("offset", "counts"), [(-2, False), (-1, True), (0, True), (1, False), (2, False)])
def test_s15_the_window_is_the_current_step_and_one_back(offset: int, *, counts: bool) -> None:
    now = datetime(2026, 4, 1, 9, 0, 7, tzinfo=UTC)
    step = int(now.timestamp()) // 30 + offset
    assert SEEDS.step(SEED, pyotp.TOTP(SEED).generate_otp(step), now) == (step if counts else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "-12345", "12345\uff16", "²³¹²³¹"])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert SEEDS.step(SEED, code, datetime(2026, 4, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(("language", "issuer"), [("ja", "ビジネスポータル"), ("en", "Business Portal")])
def test_s08_the_qr_text_names_the_portal_and_the_person(language: str, issuer: str) -> None:
    uri = urlsplit(SEEDS.uri(SEED, "hanako@example.co.jp", language))
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == f"/{issuer}:hanako@example.co.jp"
    assert parse_qs(uri.query) == {"secret": [SEED], "issuer": [issuer]}


def test_a_fresh_seed_has_160_bits() -> None:
    assert len(base64.b32decode(SEEDS.fresh())) == 20
    assert SEEDS.fresh() != SEEDS.fresh()
