"""Addresses that mails go back to: each names its mail, signed, so that nobody else can make one. Next: reports.py.

See: RFC 5321, section 4.4 (the return path), and "variable envelope return paths" (VERP) for the idea.
"""

import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from uuid import UUID

LONGEST_LOCAL = 64
"""See: RFC 5321, section 4.5.3.1.1."""
ID_BYTES, MAC_BYTES = 16, 10
CHARACTERS = 42
"""Those of base32 that both take."""


class ReturnPaths:
    """Makes and reads `b-portal+<mail and signature>@…`."""

    def __init__(self, pepper: bytes, address: str) -> None:
        self._key = hmac.digest(pepper, b"notifier: return path", sha256)
        self._local, _, self._domain = address.lower().rpartition("@")
        if not self._local or len(self._local) + 1 + CHARACTERS > LONGEST_LOCAL:
            raise ValueError("PORTAL_MAIL_RETURN_TO must be an address with at most 21 characters before the @")
        found = rf"{re.escape(self._local)}\+([a-z2-7]{{{CHARACTERS}}})@{re.escape(self._domain)}(?![a-z0-9.-])"
        self._pattern = re.compile(found, re.IGNORECASE | re.ASCII)

    def of(self, message_id: UUID) -> str:
        """Return the address that a mail goes back to."""
        return f"{self._local}+{self._signed(message_id)}@{self._domain}"

    def mails(self, headers: Iterable[str]) -> Sequence[UUID]:
        """Return the mails whose addresses stand in *headers*; what we did not sign is passed over."""
        found = (self._mail(signed.lower()) for text in headers for signed in self._pattern.findall(text))
        return list(dict.fromkeys(one for one in found if one is not None))

    def _mail(self, signed: str) -> UUID | None:
        octets = b32decode(signed.upper() + "=" * (-CHARACTERS % 8))
        message_id = UUID(bytes=octets[:ID_BYTES])
        return message_id if hmac.compare_digest(signed, self._signed(message_id)) else None

    def _signed(self, message_id: UUID) -> str:
        mac = hmac.digest(self._key, message_id.bytes, sha256)[:MAC_BYTES]
        # Servers on the way may change the case, and may not take signs such as = or /.
        return b32encode(message_id.bytes + mac).decode().rstrip("=").lower()
