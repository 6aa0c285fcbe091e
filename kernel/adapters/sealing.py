"""How a personal text looks when it is sealed, and how a key is wrapped: AES-256-GCM. Next stop: keys.py."""

import base64
import binascii
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.domain.errors import Unreadable

_MARK = "enc:v1:"
_NONCE = 12
_KEY_BYTES = 32
_PARTS = 5


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed text: whose it is, the place it was sealed for, nonce and ciphertext."""

    subject: UUID
    place: str
    """`stream:version:field`; it cannot be opened as if it stood elsewhere."""
    octets: bytes

    @classmethod
    def parse(cls, text: str) -> "Sealed":
        """Read `enc:v1:<subject>:<stream>:<version>:<field>:<base64url>`. Raises: Unreadable."""
        parts = text.removeprefix(_MARK).split(":")
        if not text.startswith(_MARK) or len(parts) != _PARTS:
            raise Unreadable("not a sealed text")
        try:
            octets = base64.b64decode(parts[4] + "=" * (-len(parts[4]) % 4), altchars=b"-_", validate=True)
            return cls(UUID(parts[0]), ":".join(parts[1:4]), octets)
        except (ValueError, binascii.Error) as broken:
            raise Unreadable("not a sealed text") from broken

    def open(self, key: AESGCM) -> str:
        """Return the text. Raises: Unreadable when key, place or text are not those it was sealed with."""
        try:
            return key.decrypt(self.octets[:_NONCE], self.octets[_NONCE:], _aad(self.place)).decode()
        except (InvalidTag, ValueError) as broken:
            raise Unreadable("a sealed text was changed or moved") from broken


def seal(key: AESGCM, subject: UUID, place: str, text: str) -> str:
    """Return *text* sealed for its *place*."""
    nonce = os.urandom(_NONCE)
    octets = nonce + key.encrypt(nonce, text.encode(), _aad(place))
    return f"{_MARK}{subject}:{place}:{base64.urlsafe_b64encode(octets).decode().rstrip('=')}"


def new_key() -> bytes:
    """Return a fresh key for a person's data."""
    return os.urandom(_KEY_BYTES)


def wrap(kek: AESGCM, subject: UUID, key: bytes) -> bytes:
    """Return a person's key as it may lie in a database."""
    nonce = os.urandom(_NONCE)
    return nonce + kek.encrypt(nonce, key, subject.bytes)


def unwrap(kek: AESGCM, subject: UUID, wrapped: bytes) -> AESGCM:
    """Return a person's key, ready for use. Raises: Unreadable when it was wrapped otherwise."""
    try:
        return AESGCM(kek.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], subject.bytes))
    except (InvalidTag, ValueError) as broken:
        raise Unreadable("a person's key cannot be unwrapped: was the wrapping key changed?") from broken


def _aad(place: str) -> bytes:
    return place.replace(":", "|").encode()
