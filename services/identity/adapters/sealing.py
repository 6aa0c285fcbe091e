"""Seals guarded texts, so that whoever reads the database alone learns nothing. Next stop: guarded_links.py."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES, NONCE_BYTES = 32, 12
_INFO = b"identity: guarded texts, 1"


class Sealer:
    """Seals and opens texts with a key of its own, derived from the key encryption key. See: RFC 5869."""

    def __init__(self, kek: bytes) -> None:
        self._key = AESGCM(HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=_INFO).derive(kek))

    def seal(self, text: str, about: str) -> bytes:
        """Return a text sealed; it opens only as what it is *about*, such as `token:<id>`."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._key.encrypt(nonce, text.encode(), about.encode())

    def open(self, sealed: bytes, about: str) -> str:
        """Return the text. Raises: InvalidTag when it is about something else or was changed."""
        return self._key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode()).decode()
