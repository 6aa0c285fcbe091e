"""The keys that services work with: made once, read by nobody else. Next stop: databases.py."""

import base64
import json
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.passwords import write_private

KEYS = ("kek.key", "pepper.key")
ISSUERS = ("gateway", "identity", "users", "contracts", "notifier", "operator")
OPERATOR = "operator.secret"
PUBLIC = "jwks.json"
KEY_BYTES = 32


def make_secret_files(folder: Path) -> None:
    """Make what is missing in *folder*; what is there stays, for old data can be read only with old keys."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in KEYS:
        _once(folder / name, _octets)
    _once(folder / OPERATOR, lambda: secrets.token_urlsafe(KEY_BYTES).encode())
    for issuer in ISSUERS:
        _once(folder / f"{issuer}.jwk", partial(_key_pair, issuer))
    public = [_public(json.loads((folder / f"{issuer}.jwk").read_text())) for issuer in ISSUERS]
    write_private(folder / PUBLIC, json.dumps({"keys": public}, indent=1).encode())


def _octets() -> bytes:
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES))


def _key_pair(issuer: str) -> bytes:
    """Return an Ed25519 key as JWK. See: RFC 8037, section 2."""
    key = Ed25519PrivateKey.generate()
    x, d = key.public_key().public_bytes_raw(), key.private_bytes_raw()
    named = {"kty": "OKP", "crv": "Ed25519", "kid": issuer, "use": "sig"}
    return json.dumps({**named, "x": _base64url(x), "d": _base64url(d)}).encode()


def _public(pair: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in pair.items() if name != "d"}


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def _once(file: Path, make: Callable[[], bytes]) -> None:
    if not file.exists():
        write_private(file, make())
