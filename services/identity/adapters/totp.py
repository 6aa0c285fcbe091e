"""Authenticator apps: seeds, their QR text, and which step of the clock a code belongs to. See: RFC 6238."""

import hmac
from datetime import datetime

import pyotp

STEP_SECONDS = 30
WINDOW = (0, -1)
"""The steps that count, from that of now: one back for who was slow, none ahead. See: docs/decisions/0014."""
DIGITS = 6
ISSUERS = {"ja": "ビジネスポータル", "en": "Business Portal"}


class AppSeeds:
    """TOTP with SHA-1, six digits and 30 seconds, which every app knows. See: ports.Seeds."""

    def fresh(self) -> str:
        """Return a new seed of 160 bits in base32."""
        return pyotp.random_base32()

    def uri(self, seed: str, email: str, language: str) -> str:
        """Return what the QR code of a seed says."""
        issuer = ISSUERS.get(language, ISSUERS["en"])
        return pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name=issuer)

    def step(self, seed: str, code: str, now: datetime) -> int | None:
        """Return the step of the clock whose code this is, if it is one that counts at *now*."""
        if len(code) != DIGITS or not (code.isascii() and code.isdecimal()):
            return None
        app, current = pyotp.TOTP(seed), int(now.timestamp()) // STEP_SECONDS
        found = [step for step in (current + offset for offset in WINDOW) if _same(app.generate_otp(step), code)]
        return found[0] if found else None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
