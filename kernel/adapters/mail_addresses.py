"""Mail addresses whose domain is written in any script: one form to compare, one to deliver to. Next: http/texts.py.

See: RFC 5891 for the ASCII form of a label, Unicode TS 39, section 5.2, for scripts that do not belong together.
"""

import unicodedata

import idna

_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
"""Scripts that people write in one word; the rest of the mixtures are for being taken for something else."""


def comparable(address: str) -> str:
    """Return the one form that all spellings of an address share: whatever case, width or form of the domain."""
    local, at, domain = unicodedata.normalize("NFKC", address).strip().rpartition("@")
    return f"{local.casefold()}{at}{_ascii(domain)}"


def deliverable(address: str) -> str:
    """Return an address as every mail server takes it: its domain in ASCII."""
    local, at, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}{at}{_ascii(domain)}"


def mixes_scripts(domain: str) -> bool:
    """Tell whether a label of a domain mixes letters that look alike, such as Latin and Cyrillic ones."""
    return any(_is_mixed(label) for label in domain.split("."))


def _ascii(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        # What is no domain, as somebody may type it at a login, is still compared with itself.
        return domain.casefold()


def _is_mixed(label: str) -> bool:
    scripts = {_script(char) for char in label if unicodedata.category(char) in {"Ll", "Lo", "Lu"}}
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


def _script(char: str) -> str:
    # The names of letters begin with their script: LATIN SMALL LETTER A, CJK UNIFIED IDEOGRAPH-4F8B.
    return unicodedata.name(char, "UNKNOWN").partition(" ")[0]
