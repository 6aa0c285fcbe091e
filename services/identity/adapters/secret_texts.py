"""Fresh secrets: what is in a link, a login's token, a mailed code. Next stop: guarded_links.py."""

import secrets

TOKEN_BYTES = 32
DIGITS = 6


def new_secret() -> str:
    """Return a fresh unguessable text of 256 bits, fit for a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_code() -> str:
    """Return a fresh code of six digits, each as likely as any other."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
