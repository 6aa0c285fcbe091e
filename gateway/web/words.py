"""The words of the pages, from the catalogues in gateway/locale. Next stop: frame.py, which gives them to templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

LOCALE = Path(__file__).parent.parent / "locale"
LANGUAGES = ("ja", "en")

Text = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; call it with a key."""

    language: str
    texts: Mapping[str, Text]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of *key* with *values* in their places; `n` chooses between singular and plural.

        Raises: KeyError for a key that the catalogue does not hold.
        """
        text = self.texts[key]
        if isinstance(text, tuple):
            text = text[0 if Locale.parse(self.language).plural_form(int(str(values["n"]))) == "one" else -1]
        if any(isinstance(value, Markup) for value in values.values()):
            return escape(text).format(**values)
        return text.format_map(values) if values else text

    def knows(self, key: str) -> bool:
        """Return whether there is a text for *key*."""
        return key in self.texts


def read_words(language: str, folder: Path = LOCALE) -> Words:
    """Read a language's catalogue; nothing is compiled, so an edited text needs a restart and no more."""
    with (folder / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    texts: dict[str, Text] = {}
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        said = message.string or ""
        if key:
            texts[key] = said if isinstance(said, str) else tuple(said)
    return Words(language, texts)
