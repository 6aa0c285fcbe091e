"""What people type, brought into one form: keyboards and input methods differ. Next stop: password_rules.py."""

import unicodedata


def normal(password: str) -> str:
    """Return the form of a password that is counted, checked and hashed: NFKC, so that keyboards agree."""
    return unicodedata.normalize("NFKC", password)


def digits(code: str) -> str:
    """Return a code without spaces, its digits in the narrow form."""
    return "".join(unicodedata.normalize("NFKC", code).split())
