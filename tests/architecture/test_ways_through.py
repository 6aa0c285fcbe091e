"""What a file names as the next stop is there: a walk through the code never ends at a closed door."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
NAMED = re.compile(r"[\w/]*migrations/[\w/]+\.sql|docs/[\w/-]+\.md")
NEXT = re.compile(r"Next(?: stop)?:\s(.*)", re.DOTALL)
STOP = re.compile(r"[\w/*]+\.py")
FILES = [
    file
    for part in ("kernel", "services", "gateway", "deploy", "tests", "bench", "docs")
    for kind in ("*.py", "*.md", "*.sql")
    for file in sorted((PROJECT / part).rglob(kind))
    if "node_modules" not in file.parts
]


def _is_there(file: Path, named: str) -> bool:
    """Tell whether it lies in the project, in a folder above the file, or beside it."""
    return any((folder / named).exists() for folder in (PROJECT, *file.relative_to(PROJECT).parents, file.parent))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_every_table_and_page_that_a_file_names_is_there(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert [named for named in NAMED.findall(text) if not _is_there(file, named)] == []


CODE = [file for file in FILES if file.suffix == ".py"]


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(PROJECT)))
def test_every_next_stop_is_called_as_a_file_is(file: Path) -> None:
    way = NEXT.search(file.read_text(encoding="utf-8").partition("\n\n")[0])
    stops = STOP.findall(way[1]) if way else []
    assert [stop for stop in stops if not any(one.match(stop) for one in CODE)] == []
