"""What facts mean in other languages than the code's English, from facts.po. Next stop: catalogue.py."""

from collections.abc import Mapping
from pathlib import Path

from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent.parent / "locale"
LANGUAGES = ("ja",)
"""Beside English, which the code says; they are kept beside its sentences, so that a new sentence wants new words."""

FactWords = Mapping[tuple[str, str], str]
"""By the type and the sentence of the code."""


def read_fact_words(language: str, folder: Path = LOCALE) -> FactWords:
    """Read what facts mean in a language."""
    with (folder / language / "LC_MESSAGES" / "facts.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {(str(one.context), str(one.id)): str(one.string) for one in catalogue if one.id}
