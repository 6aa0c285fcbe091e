"""Shows that a form was given by us to this very browser, before there is a session. Next stop: door.py."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from hashlib import sha256

from kernel.application.ports import Clock

LIFE = 12 * 3600
"""Seconds a form may stay open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormGuard:
    """Signs and checks form tokens; a token belongs to the random cookie it was made for.

    See: OWASP, Cross-Site Request Forgery Prevention, signed double-submit cookie.
    """

    key: bytes
    now: Clock

    def token(self, cookie: str) -> str:
        """Return a token for the browser that holds *cookie*."""
        expiry = (int(self.now().timestamp()) + LIFE).to_bytes(6, "big")
        return base64.urlsafe_b64encode(expiry + self._sign(cookie, expiry)).decode().rstrip("=")

    def accepts(self, cookie: str, token: str) -> bool:
        """Return whether *token* was made by us for *cookie* and is not too old."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            return False
        expiry, signature = raw[:6], raw[6:]
        right = hmac.compare_digest(signature, self._sign(cookie, expiry))
        return right and int.from_bytes(expiry, "big") >= self.now().timestamp()

    def _sign(self, cookie: str, expiry: bytes) -> bytes:
        return hmac.digest(self.key, b"form\0" + cookie.encode() + b"\0" + expiry, sha256)


def same(left: str, right: str) -> bool:
    """Compare two tokens in a time that tells nothing about them."""
    return hmac.compare_digest(left.encode(), right.encode())
