"""Keys and passwords: made once, private, and told apart."""

import base64
import json
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from deploy.passwords import Passwords
from deploy.scram import scram_verifier
from deploy.secret_files import ISSUERS, make_secret_files


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    make_secret_files(tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    make_secret_files(tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in tmp_path.iterdir())


def test_keys_are_32_octets(tmp_path: Path) -> None:
    make_secret_files(tmp_path)
    for name in ("kek.key", "pepper.key"):
        assert len(base64.urlsafe_b64decode((tmp_path / name).read_bytes())) == 32


def test_a_token_signed_with_an_issuers_key_is_believed_by_its_public_key(tmp_path: Path) -> None:
    make_secret_files(tmp_path)
    public = KeySet.import_key_set(json.loads((tmp_path / "jwks.json").read_text()))
    for issuer in ISSUERS:
        key = OKPKey.import_key(json.loads((tmp_path / f"{issuer}.jwk").read_text()))
        token = jwt.encode({"alg": "Ed25519", "kid": issuer}, {"iss": issuer}, key, algorithms=["Ed25519"])
        assert jwt.decode(token, public, algorithms=["Ed25519"]).claims == {"iss": issuer}


def test_the_public_keys_hold_nothing_private(tmp_path: Path) -> None:
    make_secret_files(tmp_path)
    said = json.loads((tmp_path / "jwks.json").read_text())["keys"]
    assert {key["kid"] for key in said} == set(ISSUERS)
    assert not any("d" in key for key in said)


def test_a_password_stays_and_no_two_are_alike(tmp_path: Path) -> None:
    first = Passwords(tmp_path)
    assert first.of("postgres") != first.of("redis")
    assert Passwords(tmp_path).of("postgres") == first.of("postgres")


def test_a_password_is_kept_as_postgresql_would_write_it() -> None:
    # Password, salt and rounds of the example in RFC 7677, section 3.
    written = scram_verifier("pencil", base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
    assert written == (
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
        "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    )
