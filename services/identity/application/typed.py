"""What people type, brought into one form: keyboards and input methods differ. Next stop: password_rules.py."""

import unicodedata

_LOOKALIKES = str.maketrans("OIL", "011")


def normal(password: str) -> str:
    """Return the form of a password that is counted, checked and hashed: NFKC, so that keyboards agree."""
    return unicodedata.normalize("NFKC", password)


def digits(code: str) -> str:
    """Return a code without spaces, its digits in the narrow form."""
    return "".join(unicodedata.normalize("NFKC", code).split())


def recovery(code: str) -> str:
    """Return a recovery code in the form in which it was made, whatever case, gaps and lookalikes were typed."""
    text = unicodedata.normalize("NFKC", code).upper()
    return "".join(char for char in text if char.isalnum()).translate(_LOOKALIKES)
