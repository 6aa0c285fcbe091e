"""The pictures of the documents are there, in both languages, and small enough to be committed."""

import re

from deploy.places import PROJECT
from deploy.shown_pictures import CHOSEN, SHOWN

MOST = 120_000


def test_the_documents_show_each_of_their_pictures_once_in_each_language_and_they_are_small() -> None:
    documents = "".join((PROJECT / "docs" / name).read_text() for name in ("tour.md", "operations.md"))
    shown = re.findall(r"\]\(pictures/([\w.-]+)\)", documents)
    assert sorted(shown) == sorted(f"{name}.{language}.webp" for name in SHOWN.values() for language in ("ja", "en"))
    assert sorted(shown) == sorted(file.name for file in CHOSEN.iterdir())
    assert all((CHOSEN / name).stat().st_size < MOST for name in shown)


def test_the_readme_shows_pictures_that_are_there() -> None:
    shown = re.findall(r"\]\((docs/pictures/[\w.-]+)\)", (PROJECT / "README.md").read_text())
    assert shown
    assert all((PROJECT / name).exists() for name in shown)
