"""How a tenant's people change from codes by mail to a safer second step: the part of its facts that says so.

Next stop: events.py. See: docs/decisions/0026-the-old-login-method-is-the-code-by-mail.md.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPolicy:
    """From when on the new method is what one gets, and until when the old one is still accepted."""

    effective_from: datetime
    legacy_until: datetime
