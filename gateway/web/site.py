"""What all pages are made of: templates, words and assets, read once. Next stop: frame.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.web.assets import Assets
from gateway.web.words import LANGUAGES, Words, read_words

TEMPLATES = Path(__file__).parent.parent / "templates"

MACROS = {
    "icons": "icons",
    "bar": "bar",
    "forms": "form",
    "steps": "steps",
    "status": "status",
    "names": "names",
    "contracts": "contracts",
    "crumbs": "crumbs",
    "people": "people",
    "charts": "chart",
    "facts": "facts",
    "hop": "hop",
    "operations": "operations",
    "passkey": "passkey",
}
"""What templates call without importing it, and the file it stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything a page needs that no request changes."""

    templates: Environment
    words: Mapping[str, Words]
    assets: Assets


@cache
def site() -> Site:
    """Return the one site of this process."""
    # Every template is HTML; what a name inside is missing stops the page instead of leaving a hole in it.
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for name, file in MACROS.items():
        templates.globals[name] = templates.get_template(f"parts/{file}.html").module
    return Site(
        templates=templates,
        words={one: read_words(one) for one in LANGUAGES},
        assets=Assets(),
    )
