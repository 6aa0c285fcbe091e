"""Fresh secrets: what is in a link, a login's token, a mailed code. Next stop: guarded_links.py."""

import secrets

TOKEN_BYTES = 32
DIGITS = 6
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: no I, L, O or U, which people mistake."""
GROUP, GROUPS = 4, 3


def new_secret() -> str:
    """Return a fresh unguessable text of 256 bits, fit for a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_recovery_codes(count: int) -> list[str]:
    """Return fresh recovery codes such as `7K2M-QXRT-4HNB`, 20 bits that tell them apart and 40 that are the secret."""
    codes: dict[str, str] = {}
    while len(codes) < count:
        groups = ["".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS)]
        codes[groups[0]] = "-".join(groups)
    return list(codes.values())


def new_code() -> str:
    """Return a fresh code of six digits, each as likely as any other."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
