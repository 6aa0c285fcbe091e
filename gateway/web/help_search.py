"""Searches the help: the tutorials' own text and what each problem means. Next stop: templates/help/index.html."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gateway.application.problem_words import WORDS
from gateway.projections.contract_text import normal
from gateway.web.site import TEMPLATES
from gateway.web.words import Words

TUTORIALS: Mapping[str, str] = {
    "firstlogin": "help.first",
    "app": "help.app",
    "mail": "help.mail",
    "notices": "help.notices",
    "groups": "help.groups",
    "hop": "help.hop",
}
"""Each with the words that name it."""

AROUND = 60
MOST = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to read."""

    href: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that a search found, and the words around it."""

    href: str
    title: str
    excerpt: str


def found(sought: str, words: Words) -> Sequence[Hit]:
    """Return what holds all words of a search, what is called so first."""
    parts = normal(sought).split()
    hits = [
        (
            not any(part in normal(piece.title) for part in parts),
            Hit(piece.href, piece.title, _around(piece.text, parts)),
        )
        for piece in _pieces(words)
        if all(part in normal(f"{piece.title} {piece.text}") for part in parts)
    ]
    return [hit for _, hit in sorted(hits, key=lambda one: one[0])][:MOST]


def _pieces(words: Words) -> Sequence[Piece]:
    problems = [
        Piece(f"/help/problems/{code}", said[words.language == "en"], words(f"problem.{code}"))
        for code, said in WORDS.items()
        if words.knows(f"problem.{code}")
    ]
    tutorials = [
        Piece(f"/help/tutorial/{name}/", words(key), _text(name, words.language)) for name, key in TUTORIALS.items()
    ]
    return [*tutorials, *problems]


@cache
def _text(name: str, language: str) -> str:
    source = (TEMPLATES / "help" / f"{name}.{language}.html").read_text(encoding="utf-8")
    source = source.partition("{% block text %}")[2]
    return " ".join(re.sub(r"{[%{#].*?[%}#]}|<[^>]+>", " ", source, flags=re.DOTALL).split())


def _around(text: str, parts: Sequence[str]) -> str:
    places = [place for part in parts if (place := text.casefold().find(part)) >= 0]
    begin = max(0, min(places, default=0) - AROUND // 2)
    piece = text[begin : begin + 2 * AROUND]
    return f"{'…' if begin else ''}{piece}{'…' if begin + 2 * AROUND < len(text) else ''}"
