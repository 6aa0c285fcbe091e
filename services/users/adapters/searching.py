"""How a person is found: one form for all spellings of a name, digits for a phone number. Next stop: directory.py."""

import re
import unicodedata

import phonenumbers

from services.users.application.normal import normal

HOME = "JP"
"""Where a phone number without a country is meant to be."""

MOST_KEY = 200
"""Characters of a name that are sorted by and searched in."""

GRAM = 2
"""Letters of the longest text that is found by its letters; longer ones are found by what trigrams they hold."""

_PHONE_LIKE = re.compile(r"\+?[0-9()\-./\s]{3,}")
_FEWEST_DIGITS = 3


def phone_keys(*numbers: str | None) -> str:
    """Return the digits of each number as it was written and as the world dials it, a line each. See: E.164."""
    keys: dict[str, None] = {}
    for number in filter(None, numbers):
        plain = unicodedata.normalize("NFKC", number)
        keys[_digits(plain)] = None
        try:
            parsed = phonenumbers.parse(plain, HOME)
        except phonenumbers.NumberParseException:
            continue
        keys[_digits(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))] = None
    return "\n".join(key for key in keys if key)


def wanted_texts(typed: str) -> tuple[str, ...]:
    """Return what to look for when somebody typed this: the text, and its digits if it may be of a phone number."""
    text = normal(typed)
    digits = _digits(text)
    if _PHONE_LIKE.fullmatch(text) and len(digits) >= _FEWEST_DIGITS and digits != text:
        return (text, digits)
    return (text,)


def pattern(text: str) -> str:
    """Return the LIKE pattern of what holds *text* anywhere."""
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def sought(text: str, *, common: bool = False) -> tuple[str, str]:
    """Return the condition that a row holds *text*, with `{}` for the argument, and the argument.

    What most rows hold is quicker looked for row by row, in their order, than fetched and sorted.
    """
    if len(text) <= GRAM and not common:
        return "rm.grams(p.search) @> ARRAY[{}]", text
    return "p.search LIKE {}", pattern(text)


def _digits(text: str) -> str:
    return "".join(char for char in text if char in "0123456789")
