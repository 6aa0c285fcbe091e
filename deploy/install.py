"""Fetches what no Python registry has: Kafka's jars and the parts of the pages. Run by bootstrap.py."""

import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from deploy.jars import JarRefused, install_kafka
from deploy.page_parts import PartMissing
from deploy.places import PROJECT
from deploy.static_parts import install_static_parts

INSTALLED = PROJECT / ".portal"


def main() -> int:
    """Fetch everything; return 0 when that went well."""
    console = Console()
    steps: list[tuple[str, Callable[[Path], object]]] = [
        ("2/3 Apache Kafka from Maven Central, each jar checked", lambda home: install_kafka(home / "kafka")),
        ("3/3 parts of the pages, and what tests need, from npm", install_static_parts),
    ]
    for words, step in steps:
        try:
            with console.status(words) if console.is_terminal else _Plain(words):
                step(INSTALLED)
        except (JarRefused, PartMissing) as reason:
            print(reason, file=sys.stderr)
            return 1
    return 0


class _Plain:
    """Says a line where no terminal can show a moving one."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __enter__(self) -> None:
        print(self._words, flush=True)

    def __exit__(self, *_: object) -> None:
        """Say nothing more."""


if __name__ == "__main__":
    sys.exit(main())
