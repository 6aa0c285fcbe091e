"""What docs/requirements.md names is there: files, and tests by their names."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
TABLE = (PROJECT / "docs/requirements.md").read_text().splitlines()
LINES = [line for line in TABLE if re.match(r"\| (?:SH|[SNMDO])\d+ \|", line)]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split("|")[1].strip())
def test_every_line_of_the_requirements_names_a_place_and_tests_that_exist(line: str) -> None:
    _, _number, _what, _state, where, tests, _ = line.split("|")
    assert (PROJECT / where.strip(" `")).exists()
    named = re.findall(r"`([^`:]+)::(\w+)`", tests)
    assert named
    for file, test in named:
        assert re.search(rf"def {test}\b", (PROJECT / file).read_text()), f"{file} has no {test}"
