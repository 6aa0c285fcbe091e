"""Cursors that callers carry but can neither read nor change: a place in a list holds somebody's name. Next: api/."""

import base64
import binascii
import hmac
import json
import os
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.users.application.directory import Place
from services.users.application.errors import CursorUnreadable

_NONCE = 12


class SealedCursors:
    """Cursors under a key of this service. See: ports.Cursors."""

    def __init__(self, pepper: bytes) -> None:
        self._key = AESGCM(hmac.digest(pepper, b"cursor of users", sha256))

    def seal(self, place: Place, bound: str) -> str:
        """Return a cursor for a place in the list that *bound* describes."""
        nonce = os.urandom(_NONCE)
        text = json.dumps([place[0], str(place[1])]).encode()
        return base64.urlsafe_b64encode(nonce + self._key.encrypt(nonce, text, bound.encode())).decode().rstrip("=")

    def open(self, cursor: str, bound: str) -> Place:
        """Return the place. Raises: CursorUnreadable when it was made for another list, or by nobody here."""
        try:
            octets = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            key, user_id = json.loads(self._key.decrypt(octets[:_NONCE], octets[_NONCE:], bound.encode()))
            return key, UUID(user_id)
        except (InvalidTag, ValueError, binascii.Error):
            raise CursorUnreadable from None
