"""All documents that come from code: what they hold now, and how the files differ. Next stop: __main__.py."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.documents.asyncapi import asyncapi
from deploy.documents.catalogue import catalogue
from deploy.documents.console import console_catalogue
from deploy.documents.facts import Fact, facts, readings
from deploy.documents.schemas import breaks, schema_of
from deploy.places import PROJECT
from gateway.front import describe

DOCS = "docs"
EVENTS = f"{DOCS}/events"
CONSOLE = "gateway/catalogue.json"
"""What the ops console shows; the gateway is shipped without docs/."""
SAMPLES = PROJECT / "tests" / "wire"
_FILE = re.compile(r"(?P<name>.+)\.v(?P<version>\d+)\.json")


def documents() -> dict[str, str]:
    """Return every document by its path within the project."""
    known, read = facts(), readings()
    return {
        f"{DOCS}/openapi.json": text_of(describe()),
        f"{DOCS}/asyncapi.json": text_of(asyncapi(known, read)),
        f"{EVENTS}/README.md": catalogue(known, read),
        CONSOLE: text_of(console_catalogue(known, read, SAMPLES)),
        **{f"{EVENTS}/{fact.file}": text_of(schema_of(fact)) for fact in known},
    }


def text_of(document: Mapping[str, Any]) -> str:
    """Return JSON as it is kept."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def differing(project: Path, made: Mapping[str, str]) -> list[str]:
    """Return the documents whose files are missing or other than they would be written now."""
    return [path for path, text in made.items() if _read(project / path) != text]


def write(project: Path, made: Mapping[str, str]) -> None:
    """Write all documents."""
    for path, text in made.items():
        file = project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def broken(project: Path, known: Sequence[Fact]) -> list[str]:
    """Return what of the facts no longer agrees with their schemas in *project*, in words."""
    return [f"{file}: {reason}" for file, reason in _broken(project / EVENTS, {fact.file: fact for fact in known})]


def _broken(folder: Path, known: Mapping[str, Fact]) -> Iterator[tuple[str, str]]:
    newest = {fact.type.name: fact.type.version for fact in known.values()}
    for file in sorted(folder.glob("*.json")):
        if file.name in known:
            for reason in breaks(json.loads(file.read_text(encoding="utf-8")), schema_of(known[file.name])):
                yield file.name, f"{reason}: make it a new version"
        elif not _is_former(file.name, newest):
            yield file.name, "is no fact of any service any more"


def _is_former(name: str, newest: Mapping[str, int]) -> bool:
    """Tell whether a schema is of a former version: it stays, for the log still holds facts of it."""
    parts = _FILE.fullmatch(name)
    return parts is not None and int(parts["version"]) < newest.get(parts["name"], 0)


def _read(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None
