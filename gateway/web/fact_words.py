"""What facts mean: the code says it in English, facts.po in Japanese. Next stop: templates/ops/catalogue.html."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po

from gateway.application.catalogue import CataloguedFact
from gateway.web.words import LOCALE

SOURCE = "en"
"""The language of the code; the others are kept beside its sentences, so that a new sentence wants new words."""


@dataclass(frozen=True, slots=True)
class FactWords:
    """What facts mean in one language; call it with a fact."""

    texts: Mapping[tuple[str, str], str]
    """By the type and the sentence of the code."""

    def __call__(self, fact: CataloguedFact) -> str:
        """Return what became true, in a sentence or two."""
        return self.texts.get((fact.type, fact.meaning), fact.meaning)


def read_fact_words(language: str, folder: Path = LOCALE) -> FactWords:
    """Read what facts mean in a language."""
    if language == SOURCE:
        return FactWords({})
    with (folder / language / "LC_MESSAGES" / "facts.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return FactWords({(str(one.context), str(one.id)): str(one.string) for one in catalogue if one.id})
