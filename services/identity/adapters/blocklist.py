"""The commonest passwords, which nobody may choose. See: OWASP ASVS 5.0, 6.2.4."""

from pathlib import Path

LIST = Path(__file__).with_name("common_passwords.txt")


def common_passwords() -> frozenset[str]:
    """Return the commonest passwords in small letters."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("# "))
