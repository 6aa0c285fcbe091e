"""A form as it is drawn again: what was typed, and what is wrong with it. Next stop: templates/parts/form.html."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from unicodedata import normalize

from starlette.datastructures import FormData

from gateway.application.asked import Asked
from gateway.application.problem_words import words as problem_words
from gateway.web.words import Words
from kernel.adapters.http.body import is_plain, with_plain_breaks
from kernel.adapters.http.problems import PATIENCE, status_of
from kernel.domain.errors import PortalError, TooManyTries, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a person typed, without what must never be sent back, and what to say about it."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    """By field; each is said at its field and once more at the top."""
    refusal: str = ""
    """What is wrong with the form as a whole."""

    @property
    def is_refused(self) -> bool:
        """Return whether there is anything to say."""
        return bool(self.errors or self.refusal)


EMPTY = Filled()


def sought(typed: str) -> str:
    """Return what is searched for: a text without what no keyboard types."""
    return "".join(char for char in typed if is_plain(char)).strip()


def text(form: FormData, name: str, longest: int = 254) -> str:
    """Return a field as text; empty when it is missing or no text, cut where no honest input ends.

    A form sends the end of a line as two characters, and its `maxlength` counts one. See: HTML, 4.10.22.
    """
    value = form.get(name)
    return with_plain_breaks(value)[: longest + 1] if isinstance(value, str) else ""


def code(form: FormData) -> str:
    """Return the one-time code, however it was typed: with spaces, or in full width."""
    return "".join(normalize("NFKC", text(form, "code", 40)).split())


def missing(form: FormData, words: Words, **keys: str) -> dict[str, str]:
    """Return what to say of each field that is empty, by the key of its words."""
    return {name: words(key) for name, key in keys.items() if not text(form, name).strip()}


def refusal_words(error: PortalError, words: Words) -> str:
    """Return what an error means for the person at the form."""
    if isinstance(error, TooManyTries) and error.code == TooManyTries.code:
        return words("form.too-many-tries", n=int(error.extra.get("retry_after", PATIENCE[429])))
    said = problem_words(error.code, words.language) or words("form.refused")
    left = error.extra.get("tries_left")
    return f"{said}{words('form.tries-left', n=left)}" if isinstance(left, int) else said


def status(error: PortalError) -> int:
    """Return the number that goes with a form drawn again."""
    return status_of(error)


def same_wish(error: PortalError, asked: Asked) -> str | None:
    """Return the key that a form keeps as it is drawn again; None for a fresh one.

    What got no clear answer may have been granted already, or be granted and not in force yet: pressing again must find
    that, and neither do it twice nor take it for somebody else's.
    """
    return asked.key if isinstance(error, Unavailable) else None
