"""Which passwords are refused, and why: length, commonness, words that anybody would try. Next stop: ports.py.

See: NIST SP 800-63B-4, section 3.1.1.2; OWASP ASVS 5.0, 6.2.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from services.identity.application.ports import Said
from services.identity.application.typed import normal

SHORTEST, LONGEST = 8, 128
LETTERS_OF_ONES_OWN = 4
"""What must be left of a password without the words that anybody would try."""
SHORTEST_WORD = 3

PORTAL_WORDS = frozenset(
    {
        "ntt", "nttcom", "nttコミュニケーションズ", "コミュニケーションズ", "communications",
        "arcstar", "smartpbx", "smart", "pbx",
        "portal", "business", "businessportal", "bportal", "ビジネスポータル", "ビジネス", "ポータル",
        "password", "passwort", "passw0rd", "パスワード", "login", "ログイン", "welcome",
    }
)  # fmt: skip

_POINTER = "/password"
_PARTS = re.compile(r"[^\W_]+")
_DETAILS = {
    "too-short": f"Use at least {SHORTEST} characters",
    "too-long": f"Use at most {LONGEST} characters",
    "common": "Too many people use this password",
    "context-word": "Made of your own data or of this portal's words",
}


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """Judges new passwords."""

    common: Collection[str]
    """The commonest ones, in small letters."""

    def broken(self, password: str, said: Said | None) -> list[dict[str, str]]:
        """Return every rule that a password breaks, as {pointer, code, detail}; none for a good one."""
        text = normal(password)
        codes = []
        if len(text) < SHORTEST:
            codes.append("too-short")
        if len(text) > LONGEST:
            codes.append("too-long")
        plain = text.casefold()
        if plain in self.common or _is_row(plain):
            codes.append("common")
        if _is_made_of(plain, PORTAL_WORDS | _words_of(said)):
            codes.append("context-word")
        return [{"pointer": _POINTER, "code": code, "detail": _DETAILS[code]} for code in codes]


def _is_row(text: str) -> bool:
    """Tell whether a text only repeats or counts: aaaaaaaa, 12345678, hgfedcba."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


def _words_of(said: Said | None) -> frozenset[str]:
    if said is None:
        return frozenset()
    local, _, domain = normal(said.email).casefold().partition("@")
    name = normal(said.name).casefold()
    labels = domain.split(".")[:-1]
    whole = [local, domain, "".join(name.split()), *labels]
    return frozenset(word for word in _long_enough([*whole, *_PARTS.findall(local), *name.split()]))


def _long_enough(words: Iterable[str]) -> Iterable[str]:
    # A Japanese name has two characters, which nobody would call short.
    return (word for word in words if len(word) >= SHORTEST_WORD or (len(word) > 1 and not word.isascii()))


def _is_made_of(text: str, words: Collection[str]) -> bool:
    rest = text
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != text and sum(char.isalpha() for char in rest) < LETTERS_OF_ONES_OWN
