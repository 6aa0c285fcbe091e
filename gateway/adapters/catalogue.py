"""Reads the catalogue of facts that `make docs` wrote. Next stop: application/catalogue.py."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from gateway.adapters.fact_words import LANGUAGES, read_fact_words
from gateway.application.catalogue import CataloguedFact, FactField

FILE = Path(__file__).parent.parent / "catalogue.json"


@lru_cache(maxsize=1)
def read_catalogue(file: Path = FILE) -> Sequence[CataloguedFact]:
    """Return all facts, in the order of their declaration."""
    words = {language: read_fact_words(language) for language in LANGUAGES}
    return tuple(
        CataloguedFact(
            **{
                **entry,
                "meanings": {
                    language: texts[key]
                    for language, texts in words.items()
                    if (key := (entry["type"], entry["meaning"])) in texts
                },
                "readers": tuple(entry["readers"]),
                "fields": tuple(FactField(**one) for one in entry["fields"]),
                "schema": json.dumps(entry["schema"], ensure_ascii=False, indent=2),
            }
        )
        for entry in json.loads(file.read_text(encoding="utf-8"))["facts"]
    )
