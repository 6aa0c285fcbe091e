"""Prints the part of the lock file that some packages need, hashes and all: `python pins.py authlib httpx`.

`pip install --require-hashes` refuses a package that is not listed, so what is printed is either whole or noticed.
Only the standard library stands here, for this runs before anything is installed. Next stop: the Dockerfile.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]


def blocks(lock: str) -> Iterator[tuple[str, str, list[str]]]:
    """Give each pin of a lock file: the package, its lines, and which packages need it."""
    for block in re.split(r"\n(?=[a-z0-9])", lock.strip(), flags=re.IGNORECASE):
        lines, _, needed_by = block.partition("    # via")
        yield re.match(r"[\w.-]+", block)[0], lines, re.findall(r"[\w.-]+", needed_by.replace("#", " "))  # type: ignore[index]


def chosen(lock: str, wanted: Iterable[str]) -> str:
    """Return the pins of *wanted* and of all that these need, in the order of the lock file. Raises: KeyError."""
    pins = {name: (lines, needed_by) for name, lines, needed_by in blocks(lock)}
    found, grew = {name for name in wanted if pins[name]}, True
    while grew:
        more = {name for name, (_, needed_by) in pins.items() if found & set(needed_by)}
        grew = not more <= found
        found |= more
    return "".join(pins[name][0] for name in pins if name in found)


def shipped(project: str) -> list[str]:
    """Return the packages that the project and its image are made of."""
    said = tomllib.loads(project)["project"]
    return [re.match(r"[\w.-]+", one)[0] for one in (*said["dependencies"], *said["optional-dependencies"]["image"])]  # type: ignore[index]


if __name__ == "__main__":
    names = sys.argv[1:] or shipped((HERE / "pyproject.toml").read_text())
    sys.stdout.write(chosen((HERE / "requirements.lock").read_text(), names))
