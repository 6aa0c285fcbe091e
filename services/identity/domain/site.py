"""What must hold on the way to a settings site: the proof behind a code, and when keys sign. Next stop: session.py."""

import base64
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")

SIGNS_FOR = timedelta(days=30)
"""How long one key signs."""
KNOWN_BEFORE = timedelta(days=1)
"""How long a key is published at least before it signs, so that no site meets a signature it cannot check."""
KNOWN_AFTER = timedelta(days=1)
"""How long a key stays published when another signs: longer than anything lives that it signed."""


def proves(verifier: str, challenge: str) -> bool:
    """Tell whether *verifier* is what *challenge* was made of. See: RFC 7636, sections 4.1 and 4.6."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    made = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTime:
    """A key's name, and from when on it signs."""

    kid: str
    signs_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlan:
    """What is to be done with the keys."""

    make: tuple[datetime, ...]
    """From when on the keys sign that are to be made."""
    drop: tuple[str, ...]
    """The keys that nobody needs any more."""


def signing(keys: Sequence[KeyTime], now: datetime) -> KeyTime | None:
    """Return the key that signs now: of those whose time has come, the latest."""
    return max((key for key in keys if key.signs_from <= now), key=lambda key: key.signs_from, default=None)


def planned(keys: Sequence[KeyTime], now: datetime) -> KeyPlan:
    """Return what keeps two keys alive: the one that signs, and the next one, which sites can learn in good time."""
    signs = signing(keys, now)
    make = [] if signs else [now]
    if all(key.signs_from <= now for key in keys):
        began = signs.signs_from if signs else now
        make.append(max(began + SIGNS_FOR, now + KNOWN_BEFORE))
    drop = [
        key.kid for key in keys if signs and key.signs_from < signs.signs_from and signs.signs_from + KNOWN_AFTER <= now
    ]
    return KeyPlan(make=tuple(make), drop=tuple(drop))
